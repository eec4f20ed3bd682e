#include "node/services/block_pipeline.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "node/kernel/duties/schedule.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

SignedBlockHeader signed_header_of(const SignedBlock& block, const Parameters& parameters) {
    return {header_of(block.message, parameters), block.signature};
}

/// The checks that look at the store alone: what fails them may be a good block of another time or branch.
bool is_irrelevant(Clause clause) { return clause == Clause::FC_18 || clause == Clause::FC_19; }

}  // namespace

// ------------------------------------------------------------------------------------------------------------- gossip

void BlockPipeline::on_gossip(const GossipMessage& message) {
    const auto received = Received<SignedBlock>::decode(message.payload, chain_.parameters());
    if (!received) return context_.network.report(message.id, Verdict::Reject);  // [NET-12]
    const SignedBlock& block = received.value().message();
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    auto checked = conditions.check_block(block, message.payload.size());
    if (!checked.ok()) return refused(message, block, checked.refusal());
    gossip_checked(message.id, message.sender, std::move(checked).value());
}

void BlockPipeline::refused(const GossipMessage& message, const SignedBlock& block, const GossipRefusal& refusal) {
    const Root root = hash_tree_root(block.message, chain_.parameters());
    context_.network.report(message.id, verdict_of(refusal));
    if (refusal.reason.clause == Clause::NET_16) return verify_equivocation(block, root);
    if (!refusal.missing_block) return;
    if (under_way_.contains(root)) return;
    keep_for_parent(block, root, message.sender);
}

void BlockPipeline::gossip_checked(GossipId id, const PeerId& peer, GossipChecked<GossipBlock> checked) {
    auto sets = copy_of(checked.sets());
    auto shared = std::make_shared<GossipChecked<GossipBlock>>(std::move(checked));
    context_.verifier.verify(std::move(sets), VerifyPriority::Block, [this, id, peer, shared](const auto& valid) {
        auto verified = std::move(*shared).with_signatures(valid);
        if (!verified) return context_.network.report(id, Verdict::Reject);  // [NET-22]
        const GossipBlock content = verified.value().content();
        if (hooks_.on_header) hooks_.on_header(signed_header_of(content.block, chain_.parameters()));
        const bool first = mark_seen(context_.seen, verified.value());
        context_.network.report(id, first ? Verdict::Accept : Verdict::Ignore);
        if (first) import_block(content.block, peer, [](ImportOutcome) {});
    });
}

/// Another block of a proposer and slot is not passed on, but is evidence if it was signed; a copy is none.
/// [NET-16] [DUT-23]
void BlockPipeline::verify_equivocation(const SignedBlock& block, const Root& root) {
    const StatePointer state = chain_.head_state();
    if (block.message.proposer_index.value() >= state->validator_count()) return;
    if (chain_.contains(root) || under_way_.contains(root)) return;
    SignatureSets sets{signature_set(Clause::BLK_07, *state, block.message.proposer_index,
                                     block_signing_root(chain_.environment(), *state, block.message), block.signature)};
    context_.verifier.verify(std::move(sets), VerifyPriority::Attestation,
                             [this, header = signed_header_of(block, chain_.parameters())](const auto& valid) {
                                 if (valid.front() && hooks_.on_header) hooks_.on_header(header);
                             });
}

// ------------------------------------------------------------------------------------------------------------- import

void BlockPipeline::import_block(const SignedBlock& block, const PeerId& peer, ImportCompletion completion) {
    const Root root = compute_block_roots(block.message, chain_.parameters(), chain_.environment().parallel_for).root;
    if (chain_.contains(root)) return completion(ImportOutcome::AlreadyKnown);
    if (context_.seen.invalid_block(root) || context_.seen.invalid_block(block.message.parent_root)) {
        mark_invalid(root);
        return completion(ImportOutcome::Invalid);
    }
    const auto [entry, added] = under_way_.try_emplace(root);
    entry->second.push_back(std::move(completion));
    if (added) execute(block, root, peer);
}

void BlockPipeline::execute(const SignedBlock& block, const Root& root, const PeerId& peer) {
    chain_.tick();
    auto checked = chain_.fork_choice().check_block(block, hooks_.known_signatures);
    if (!chain_.commit()) return finish(root, ImportOutcome::Stopped);
    if (!checked) return finish(root, outcome_of(checked.rejection(), block, root, peer));
    executed(std::move(checked).value(), peer);
}

void BlockPipeline::executed(ExecutedSignedBlock checked, const PeerId& peer) {
    auto sets = copy_of(checked.sets());
    auto shared = std::make_shared<ExecutedSignedBlock>(std::move(checked));
    context_.verifier.verify(std::move(sets), VerifyPriority::Block,
                             [this, peer, shared](const auto& valid) { insert(std::move(*shared), valid, peer); });
}

void BlockPipeline::insert(ExecutedSignedBlock checked, const std::vector<bool>& valid, const PeerId& peer) {
    const SignedBlock block = checked.content().block;
    const Root root = checked.content().root;
    const Block& message = block.message;
    const BlockHeader header{message.slot, message.proposer_index, message.parent_root, message.state_root,
                             checked.content().body_root};
    auto verified = std::move(checked).with_signatures(valid);
    if (!verified) return finish(root, outcome_of(verified.rejection(), block, root, peer));
    chain_.tick();  // timely or not is a question of now [STO-10]
    const auto imported = chain_.import_block(std::move(verified).value(), verify_each);
    if (!chain_.commit()) return finish(root, ImportOutcome::Stopped);
    if (!imported) return finish(root, outcome_of(imported.rejection(), block, root, peer));
    context_.seen.add_block(block.message.slot, block.message.proposer_index);  // all of NET-17 to NET-22 holds
    if (hooks_.on_header) hooks_.on_header({header, block.signature});
    if (hooks_.on_imported) hooks_.on_imported(block, imported.value());
    finish(root, ImportOutcome::Imported);
    release_children(root);
}

ImportOutcome BlockPipeline::outcome_of(const Rejection& rejection, const SignedBlock& block, const Root& root,
                                        const PeerId& peer) {
    if (rejection.clause == Clause::FC_15) return ImportOutcome::AlreadyKnown;
    if (rejection.clause == Clause::FC_16) {
        keep_for_parent(block, root, peer);
        return ImportOutcome::MissingParent;
    }
    if (rejection.clause == Clause::FC_17) {  // [NET-10]
        return keep_for_slot(block, root, peer) ? ImportOutcome::NotYet : ImportOutcome::Irrelevant;
    }
    if (is_irrelevant(rejection.clause)) return ImportOutcome::Irrelevant;
    context_.log.warning("block_refused", {{"root", to_hex(root)},
                                           {"slot", block.message.slot.value()},
                                           {"clause", std::string(to_string(rejection.clause))},
                                           {"detail", rejection.detail}});
    if (rejection.clause == Clause::BLK_07) return ImportOutcome::BadSignature;
    mark_invalid(root);
    return ImportOutcome::Invalid;
}

void BlockPipeline::finish(const Root& root, ImportOutcome outcome) {
    const auto found = under_way_.find(root);
    if (found == under_way_.end()) return;
    const auto completions = std::move(found->second);
    under_way_.erase(found);
    for (const ImportCompletion& completion : completions)
        completion(outcome);
}

// ------------------------------------------------------------------------------------------------------------ waiting

void BlockPipeline::keep_for_parent(const SignedBlock& block, const Root& root, const PeerId& peer) {
    if (waiting_roots_.contains(root)) return;
    const Block& message = block.message;
    const auto of_slot = std::ranges::count_if(waiting_, [&](const Waiting& each) {
        return each.block.message.slot == message.slot && each.block.message.proposer_index == message.proposer_index;
    });
    const auto of_peer = std::ranges::count_if(waiting_, [&](const Waiting& each) { return each.peer == peer; });
    if (static_cast<std::size_t>(of_slot) >= kMaxWaitingOfSlot) return;
    if (static_cast<std::size_t>(of_peer) >= kMaxWaitingOfPeer) {
        drop(std::ranges::find_if(waiting_, [&](const Waiting& each) { return each.peer == peer; }));
    }
    if (waiting_.size() >= kMaxWaiting) drop(waiting_.begin());
    waiting_.push_back({block, root, peer});
    waiting_roots_.insert(root);
    if (hooks_.on_missing_parent) hooks_.on_missing_parent(message.parent_root, root, peer);
}

bool BlockPipeline::keep_for_slot(const SignedBlock& block, const Root& root, const PeerId& peer) {
    if (future_.size() >= kMaxFuture || block.message.slot > chain_.current_slot() + kMaxSlotsAhead) return false;
    future_.try_emplace(root, Waiting{block, root, peer});
    return true;
}

void BlockPipeline::on_slot(Slot slot) {
    std::vector<Waiting> due;
    std::erase_if(future_, [&](const auto& entry) {
        if (entry.second.block.message.slot > slot) return false;
        due.push_back(entry.second);
        return true;
    });
    for (const Waiting& entry : due)
        import_block(entry.block, entry.peer, [](ImportOutcome) {});
}

void BlockPipeline::release_children(const Root& parent) {
    std::vector<Waiting> children;
    for (auto entry = waiting_.begin(); entry != waiting_.end();) {
        if (entry->block.message.parent_root == parent) {
            children.push_back(*entry);
            entry = drop(entry);
        } else {
            ++entry;
        }
    }
    for (const Waiting& child : children)
        import_block(child.block, child.peer, [](ImportOutcome) {});
}

void BlockPipeline::give_up(const Root& parent) {
    std::vector<Root> gone{parent};
    while (!gone.empty()) {
        const Root root = gone.back();
        gone.pop_back();
        for (auto entry = waiting_.begin(); entry != waiting_.end();) {
            if (entry->block.message.parent_root == root) {
                gone.push_back(entry->root);
                entry = drop(entry);
            } else {
                ++entry;
            }
        }
    }
}

/// [NET-23]
void BlockPipeline::mark_invalid(const Root& root) {
    std::vector<Root> invalid{root};
    while (!invalid.empty()) {
        const Root each = invalid.back();
        invalid.pop_back();
        context_.seen.add_invalid_block(each);
        for (auto entry = waiting_.begin(); entry != waiting_.end();) {
            if (entry->block.message.parent_root == each) {
                invalid.push_back(entry->root);
                entry = drop(entry);
            } else {
                ++entry;
            }
        }
    }
}

void BlockPipeline::prune() {
    const Slot final_slot = start_slot_of(chain_.fork_choice().finalized().epoch, chain_.parameters());
    for (auto entry = waiting_.begin(); entry != waiting_.end();) {
        entry = entry->block.message.slot <= final_slot ? drop(entry) : std::next(entry);
    }
}

BlockPipeline::WaitingList::iterator BlockPipeline::drop(WaitingList::iterator entry) {
    waiting_roots_.erase(entry->root);
    return waiting_.erase(entry);
}

}  // namespace touchstone::node
