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

}  // namespace

// ------------------------------------------------------------------------------------------------------------- gossip

void BlockPipeline::on_gossip(const GossipMessage& message) {
    const Stopwatch stopwatch(context_.measurements);
    const auto received = receive<SignedBlock>(message.payload, chain_.parameters());
    if (!received.ok()) return context_.network.report(message.id, verdict_of(received.refusal()));
    const SignedBlock& block = received.value().message();
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    auto checked = conditions.check_block(block, message.payload.size());
    stopwatch.stop(MeasuredWork::BlockConditions);
    if (!checked.ok()) return refused(message, block, checked.refusal());
    verify(message, std::move(checked).value());
}

void BlockPipeline::refused(const GossipMessage& message, const SignedBlock& block, const GossipRefusal& refusal) {
    context_.network.report(message.id, verdict_of(refusal));
    const Clause reason = refusal.reason.clause;
    if (reason != Clause::NET_16 && reason != Clause::NET_17 && !refusal.missing_block) return;
    const Root root = hash_tree_root(block.message, chain_.parameters());
    if (reason == Clause::NET_16) return verify_equivocation(block, root, message.sender);
    if (reason == Clause::NET_17) return mark_invalid(root);
    const bool is_of_validator = block.message.proposer_index.value() < chain_.head_state()->validator_count();
    if (is_of_validator && !imports_.contains(root)) keep_for_parent(block, root, message.sender);  // [NET-54]
}

Result<void> BlockPipeline::check_submitted(const SignedBlock& block) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    const auto checked = conditions.check_block(block, encode(block).size());
    if (!checked.ok()) return checked.refusal().reason;
    return first_invalid(checked.value().sets(), verify_each(checked.value().sets()));
}

void BlockPipeline::verify(const GossipMessage& message, GossipChecked<GossipBlock> checked) {
    const PeerId& peer = message.sender;
    const std::size_t bytes = message.payload.size();
    const bool has_room = being_verified_.has_room(peer) && bytes_being_verified_.has_room(peer);
    if (!has_room ||
        !context_.signatures.take(peer, SignatureUse::Judged, checked.sets().size(), context_.clock.now_ms())) {
        return context_.network.report(message.id, Verdict::Ignore);
    }
    being_verified_.begin(peer);
    bytes_being_verified_.begin(peer, bytes);
    auto sets = copy_of(checked.sets());
    auto shared = std::make_shared<GossipChecked<GossipBlock>>(std::move(checked));
    context_.verifier.verify(
        std::move(sets), VerifyPriority::Block,
        [this, id = message.id, peer, bytes, shared, stopwatch = Stopwatch(context_.measurements)](const auto& valid) {
            stopwatch.stop(MeasuredWork::BlockSignature);
            being_verified_.end(peer);
            bytes_being_verified_.end(peer, bytes);
            verified(id, peer, settle(context_.seen, std::move(*shared), valid));
        });
}

void BlockPipeline::verified(GossipId id, const PeerId& peer, const Settled<GossipBlock>& settled) {
    context_.network.report(id, verdict_of(settled.refusal));
    if (!settled.verified) return;
    const SignedBlock block = settled.verified->content().block;
    if (hooks_.on_header) hooks_.on_header(signed_header_of(block, chain_.parameters()));
    if (!settled.refusal) import_block(block, peer, [](ImportOutcome) {});
}

/// Another block of a proposer and slot is not passed on, but is evidence if it was signed; a copy is none.
/// [NET-16] [DUT-23]
void BlockPipeline::verify_equivocation(const SignedBlock& block, const Root& root, const PeerId& peer) {
    const StatePointer state = chain_.head_state();
    const ValidatorIndex proposer = block.message.proposer_index;
    if (proposer.value() >= state->validator_count()) return;
    if (chain_.contains(root) || imports_.contains(root)) return;
    // Evidence of this or an older offence has been accepted: nobody would take more. [NET-48]
    if (context_.seen.proposer_slashing(proposer, epoch_of(block.message.slot, chain_.parameters()))) return;
    if (!context_.signatures.take(peer, SignatureUse::Evidence, 1, context_.clock.now_ms())) return;
    SignatureSets sets{signature_set(Clause::BLK_07, *state, proposer,
                                     block_signing_root(chain_.environment(), *state, block.message), block.signature)};
    context_.verifier.verify(std::move(sets), VerifyPriority::Attestation,
                             [this, header = signed_header_of(block, chain_.parameters())](const auto& valid) {
                                 if (valid.front() && hooks_.on_header) hooks_.on_header(header);
                             });
}

// ------------------------------------------------------------------------------------------------------------- import

void BlockPipeline::import_block(const SignedBlock& block, const PeerId& peer, ImportCompletion completion,
                                 WithoutParent without_parent) {
    const Root root = compute_block_roots(block.message, chain_.parameters(), chain_.environment().parallel_for).root;
    if (chain_.contains(root)) return completion(counted(ImportOutcome::AlreadyKnown));
    if (context_.seen.invalid_block(root) || context_.seen.invalid_block(block.message.parent_root)) {
        mark_invalid(root);
        return completion(counted(ImportOutcome::Invalid));
    }
    const auto [entry, added] = imports_.try_emplace(root);
    entry->second.copies.push_back({block, peer, without_parent, std::move(completion)});
    if (added) execute(block, root);
}

bool BlockPipeline::is_being_verified(const Root& root) const {
    const auto found = imports_.find(root);
    return found != imports_.end() && found->second.executed != nullptr;
}

void BlockPipeline::execute(const SignedBlock& block, const Root& root) {
    chain_.tick();
    const Stopwatch stopwatch(context_.measurements);
    auto checked = check(block);
    stopwatch.stop(MeasuredWork::BlockExecution);
    if (!chain_.commit()) return finish(root, ImportOutcome::Stopped);
    if (!checked) return finish(root, outcome_of(checked.rejection(), block, root));
    const auto executed = std::make_shared<ExecutedSignedBlock>(std::move(checked).value());
    imports_.at(root).executed = executed;
    verify_executed(executed);
}

Result<ExecutedSignedBlock> BlockPipeline::check(const SignedBlock& block) {
    const Root& parent = block.message.parent_root;
    if (chain_.contains(parent) || !is_being_verified(parent)) {
        return chain_.fork_choice().check_block(block, hooks_.known_signatures);
    }
    return chain_.fork_choice().check_child(imports_.at(parent).executed->content(), block, hooks_.known_signatures);
}

/// The answer for a parent comes before that for its child: the verifier keeps the order.
void BlockPipeline::verify_executed(const std::shared_ptr<ExecutedSignedBlock>& executed) {
    context_.verifier.verify(copy_of(executed->sets()), VerifyPriority::Block,
                             [this, executed, stopwatch = Stopwatch(context_.measurements)](const auto& valid) {
                                 stopwatch.stop(MeasuredWork::BlockSignatures);
                                 insert(std::move(*executed), valid);
                             });
}

void BlockPipeline::insert(ExecutedSignedBlock checked, const std::vector<bool>& valid) {
    const SignedBlock block = checked.content().block;
    const Root root = checked.content().root;
    const Block& message = block.message;
    const BlockHeader header{message.slot, message.proposer_index, message.parent_root, message.state_root,
                             checked.content().body_root};
    if (context_.seen.invalid_block(message.parent_root)) {  // as its signatures have shown meanwhile
        mark_invalid(root);
        return finish(root, ImportOutcome::Invalid);
    }
    auto verified = std::move(checked).with_signatures(valid);
    if (!verified) return finish(root, outcome_of(verified.rejection(), block, root));
    chain_.tick();  // timely or not is a question of now [STO-10]
    const Stopwatch stopwatch(context_.measurements);
    const auto imported = chain_.import_block(std::move(verified).value(), verify_each);
    stopwatch.stop(MeasuredWork::BlockForkChoice);
    if (!chain_.commit()) return finish(root, ImportOutcome::Stopped);
    if (!imported) return finish(root, outcome_of(imported.rejection(), block, root));
    context_.seen.add_block(message.slot, message.proposer_index);  // all of NET-17 to NET-22 holds
    if (hooks_.on_header) hooks_.on_header({header, block.signature});
    if (hooks_.on_imported) hooks_.on_imported(block, imported.value());
    finish(root, ImportOutcome::Imported);
    release_children(root);
}

ImportOutcome BlockPipeline::counted(ImportOutcome outcome) {
    ++outcomes_[outcome];
    return outcome;
}

/// Of a block that is under way.
ImportOutcome BlockPipeline::outcome_of(const Rejection& rejection, const SignedBlock& block, const Root& root) {
    const Copy& copy = imports_.at(root).copies.front();
    if (rejection.clause == Clause::FC_15) return ImportOutcome::AlreadyKnown;
    if (rejection.clause == Clause::FC_16) {
        if (copy.without_parent == WithoutParent::IsKept) keep_for_parent(block, root, copy.peer);
        return ImportOutcome::MissingParent;
    }
    if (rejection.clause == Clause::FC_17) {  // [NET-10]
        return keep_for_slot(block, root, copy.peer) ? ImportOutcome::NotYet : ImportOutcome::Irrelevant;
    }
    const bool invalid = is_found_invalid(rejection.clause);  // [NET-23]
    if (!invalid && rejection.clause != Clause::BLK_07) return ImportOutcome::Irrelevant;
    context_.log.warning("block_refused", {{"root", to_hex(root)},
                                           {"slot", block.message.slot.value()},
                                           {"clause", std::string(to_string(rejection.clause))},
                                           {"detail", rejection.detail}});
    if (!invalid) return ImportOutcome::BadSignature;
    mark_invalid(root);
    return ImportOutcome::Invalid;
}

/// The signature is not part of the root: a bad one says nothing of another copy. [NET-23]
void BlockPipeline::finish(const Root& root, ImportOutcome outcome) {
    const auto found = imports_.find(root);
    if (found == imports_.end()) return;
    counted(outcome);
    std::vector<Copy> copies = std::move(found->second.copies);
    imports_.erase(found);
    const BlsSignature checked = copies.front().block.signature;
    for (Copy& copy : copies) {
        const bool untried = outcome == ImportOutcome::BadSignature && copy.block.signature != checked;
        if (!untried) {
            copy.completion(outcome);
        } else {
            import_block(copy.block, copy.peer, std::move(copy.completion), copy.without_parent);
        }
    }
}

// ------------------------------------------------------------------------------------------------------------ waiting

void BlockPipeline::keep_for_parent(const SignedBlock& block, const Root& root, const PeerId& peer) {
    if (waiting_roots_.contains(root)) return;
    Waiting entry{block, root, peer, encode(block).size()};
    make_room_for(entry);
    waiting_bytes_ += entry.bytes;
    waiting_.push_back(std::move(entry));
    waiting_roots_.insert(root);
    if (hooks_.on_missing_parent) hooks_.on_missing_parent(block.message.parent_root, root, peer);
}

void BlockPipeline::make_room_for(const Waiting& entry) {
    const auto is_of_peer = [&](const Waiting& each) { return each.peer == entry.peer; };
    const auto is_of_slot = [&](const Waiting& each) {
        const Block& message = each.block.message;
        return message.slot == entry.block.message.slot && message.proposer_index == entry.block.message.proposer_index;
    };
    const auto drop_first = [&](const auto& condition) {
        const auto found = std::ranges::find_if(waiting_, condition);
        if (found != waiting_.end()) drop(found);
    };
    drop_first([&](const Waiting& each) { return is_of_peer(each) && is_of_slot(each); });
    const auto count = [&](const auto& condition) {
        return static_cast<std::size_t>(std::ranges::count_if(waiting_, condition));
    };
    if (count(is_of_slot) >= kMaxWaitingOfSlot) drop_first(is_of_slot);
    if (count(is_of_peer) >= kMaxWaitingOfPeer) drop_first(is_of_peer);
    while (!waiting_.empty() && (waiting_.size() >= kMaxWaiting || waiting_bytes_ + entry.bytes > kMaxWaitingBytes)) {
        std::map<PeerId, std::size_t> of_peer;
        for (const Waiting& each : waiting_)
            ++of_peer[each.peer];
        const auto most = std::ranges::max_element(of_peer, {}, [](const auto& each) { return each.second; });
        drop_first([&](const Waiting& each) { return each.peer == most->first; });
    }
}

bool BlockPipeline::keep_for_slot(const SignedBlock& block, const Root& root, const PeerId& peer) {
    const Block& message = block.message;
    if (message.slot > chain_.current_slot() + kMaxSlotsAhead) return false;
    const bool passed = context_.seen.block(message.slot, message.proposer_index);
    if (future_.size() >= kMaxFuture) {
        const auto other = std::ranges::find_if(future_, [](const auto& each) { return !each.second.passed_gossip; });
        if (!passed || other == future_.end()) return false;
        future_.erase(other);
    }
    future_.try_emplace(root, Waiting{.block = block, .root = root, .peer = peer, .passed_gossip = passed});
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
    waiting_bytes_ -= entry->bytes;
    return waiting_.erase(entry);
}

}  // namespace touchstone::node
