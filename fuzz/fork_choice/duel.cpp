#include "fuzz/fork_choice/duel.h"

#include "fuzz/chain/translate.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::fuzz {
namespace {

std::string shown(const reference::Root& root) { return to_hex(Bytes(root.bytes).first(6)); }
std::string shown(const reference::Checkpoint& checkpoint) {
    return "epoch " + std::to_string(checkpoint.epoch.value) + ", " + shown(checkpoint.root);
}

void agree_on_root(const std::string& about, const reference::Root& by_reference, const node::Root& by_node) {
    if (translate(by_reference) != by_node) {
        disagree(about, shown(by_reference), shown(reference::Root(by_node.bytes)));
    }
}

void agree_on_checkpoint(const std::string& about, const reference::Checkpoint& by_reference,
                         const node::Checkpoint& by_node) {
    if (translate(by_reference) == by_node) return;
    disagree(
        about, shown(by_reference),
        shown(reference::Checkpoint{reference::Epoch{by_node.epoch.value()}, reference::Root(by_node.root.bytes)}));
}

/// [FC-04] Whether the node may answer so where blocks were forgotten. A forgotten block that comes again, which the
/// reference accepts because it knows it, may break any of the clauses of its branch.
bool stands_for_forgotten(const std::string& by_reference, const std::string& by_node) {
    if (by_reference.empty()) return by_node == "FC-16" || by_node == "FC-18" || by_node == "FC-19";
    return by_node == "FC-16" || by_node == "FC-38" || by_node == "FC-39";
}

node::Result<void> without_value(const node::Result<node::ImportedBlock>& result) {
    return result.ok() ? node::Result<void>{} : result.rejection();
}

}  // namespace

Duel::Duel(Pool& pool)
    : pool_(pool),
      store_(need(reference::get_forkchoice_store(pool.genesis_state(), pool.genesis_block()))),
      verify_(pool.remembering_verifier()) {
    store_.checks = pool.remembering_checks(delivered_);
    auto made = node::ForkChoice::from_anchor(pool.environment(), pool.node_genesis_state(), pool.node_genesis_block());
    if (!made.ok()) throw Disagreement("the node refuses the anchor: " + reason(made));
    fork_choice_.emplace(std::move(made).value());
    // Functions of the blocks, whatever store they were computed in.
    store_.checkpoint_states = pool.checkpoint_states();
    compare_all();
}

bool Duel::forgotten(const reference::Root& root) const {
    if (!pruned_) return false;
    const reference::Checkpoint& finalized = store_.finalized_checkpoint;
    return reference::get_checkpoint_block(store_, root, finalized.epoch) != finalized.root ||
           store_.blocks.at(root).slot < store_.blocks.at(finalized.root).slot;
}

void Duel::agree_on_event(const std::string& about, const reference::Result<void>& by_reference,
                          const node::Result<void>& by_node) {
    ++figures_.events;
    if (verdict(by_reference).empty()) ++figures_.accepted;
    if (verdict(by_reference) != verdict(by_node) &&
        !(pruned_ && stands_for_forgotten(verdict(by_reference), verdict(by_node)))) {
        disagree(about + " in slot " + std::to_string(current_slot()), reason(by_reference), reason(by_node));
    }
    compare_quickly();
}

void Duel::tick(std::uint64_t time_ms) {
    agree_on_event("on_tick to " + std::to_string(time_ms), reference::on_tick(store_, time_ms),
                   fork_choice_->on_tick(time_ms));
}

void Duel::give(const reference::SignedBlock& block, const node::SignedBlock& for_node, const PoolBlock* delivered) {
    delivered_ = delivered;
    const auto by_reference = reference::on_block(store_, block);
    delivered_ = nullptr;
    const auto by_node = fork_choice_->on_block(for_node, verify_);
    if (by_node.ok() && !by_node.value().already_known) imported_.try_emplace(by_node.value().root, for_node);
    agree_on_event("on_block of slot " + std::to_string(block.message.slot.value), by_reference,
                   without_value(by_node));
}

void Duel::deliver(const PoolBlock& block) { give(block.block, block.for_node, &block); }

void Duel::deliver(const reference::SignedBlock& block) {
    give(block, translate<node::SignedBlock>(block, pool_.config()), nullptr);
}

void Duel::give(const reference::Attestation& attestation, const node::Attestation& for_node, bool from_block) {
    agree_on_event("on_attestation of slot " + std::to_string(attestation.data.slot.value),
                   reference::on_attestation(store_, attestation, from_block),
                   fork_choice_->on_attestation(for_node, from_block, verify_));
}

void Duel::deliver(const PoolVote& vote, bool from_block) { give(vote.vote.attestation, vote.for_node, from_block); }

void Duel::deliver(const reference::Attestation& attestation, bool from_block) {
    give(attestation, translate<node::Attestation>(attestation, pool_.config()), from_block);
}

void Duel::deliver(const PoolSlashing& slashing) {
    agree_on_event("on_attester_slashing", reference::on_attester_slashing(store_, slashing.slashing),
                   fork_choice_->on_attester_slashing(slashing.for_node, verify_));
}

void Duel::prune() {
    fork_choice_->prune();
    pruned_ = true;
    compare_all();
}

void Duel::restart() {
    const node::ForkChoiceRecord record = fork_choice_->record();
    auto decoded = node::decode_fork_choice_record(node::encode(record));
    if (!decoded.ok()) throw Disagreement("the node cannot read its own record: " + reason(decoded));
    const node::StatePointer first = fork_choice_->block_state(fork_choice_->anchor_root());
    auto restored =
        node::ForkChoice::restore(pool_.environment(), decoded.value(), *first, [this](const node::Root& root) {
            const auto found = imported_.find(root);
            return found == imported_.end() ? std::nullopt : std::optional(found->second);
        });
    if (!restored.ok()) throw Disagreement("the node cannot go on from its own record: " + reason(restored));
    fork_choice_.emplace(std::move(restored).value());
    compare_all();
}

// ------------------------------------------------------------------------------------------------------- comparison

void Duel::compare_quickly() {
    agree_on("time_ms", store_.time_ms, fork_choice_->time_ms());
    agree_on("current slot", current_slot(), fork_choice_->current_slot().value());
    agree_on("time into the slot", reference::get_time_into_slot(store_), fork_choice_->time_into_slot_ms());
    agree_on_checkpoint("justified checkpoint", store_.justified_checkpoint, fork_choice_->justified());
    agree_on_checkpoint("finalized checkpoint", store_.finalized_checkpoint, fork_choice_->finalized());
    agree_on_checkpoint("unrealized justified checkpoint", store_.unrealized_justified_checkpoint,
                        fork_choice_->unrealized_justified());
    agree_on_checkpoint("unrealized finalized checkpoint", store_.unrealized_finalized_checkpoint,
                        fork_choice_->unrealized_finalized());
    agree_on_root("proposer boost", store_.proposer_boost_root, fork_choice_->boost_root());
    const reference::Root head = need(reference::get_head(store_));
    agree_on_root("head in slot " + std::to_string(current_slot()), head, fork_choice_->get_head());
    if (head != head_) ++figures_.heads;
    head_ = head;
    figures_.finalized_epoch = store_.finalized_checkpoint.epoch.value;
}

void Duel::compare_blocks() {
    std::size_t known = 0;
    for (const auto& [root, block] : store_.blocks) {
        if (forgotten(root) && !fork_choice_->contains(translate(root))) continue;
        ++known;
        const std::string about = " of block " + shown(root) + " of slot " + std::to_string(block.slot.value);
        expect(fork_choice_->contains(translate(root)), "the node knows the block" + about);
        agree_on("timeliness" + about, std::uint64_t{store_.block_timeliness.at(root)},
                 std::uint64_t{fork_choice_->is_timely(translate(root))});
        const auto unrealized = fork_choice_->unrealized_justification(translate(root));
        expect(unrealized.has_value(), "the node has the unrealized justification" + about);
        agree_on_checkpoint("unrealized justification" + about, store_.unrealized_justifications.at(root), *unrealized);
        agree_on("weight" + about, need(reference::get_weight(store_, root)).value,
                 fork_choice_->get_weight(translate(root)));
    }
    agree_on("number of known blocks", std::uint64_t{known}, std::uint64_t{fork_choice_->block_count()});
}

void Duel::compare_votes() {
    const auto votes = fork_choice_->votes().votes();
    for (std::size_t i = 0; i < pool_.genesis_state().validators.size(); ++i) {
        const std::string about = " of validator " + std::to_string(i);
        const auto message = store_.latest_messages.find(reference::ValidatorIndex{i});
        const bool voted = i < votes.size() && votes[i].voted;
        agree_on("existence of the latest message" + about, std::uint64_t{message != store_.latest_messages.end()},
                 std::uint64_t{voted});
        agree_on("equivocation" + about,
                 std::uint64_t{store_.equivocating_indices.contains(reference::ValidatorIndex{i})},
                 std::uint64_t{i < votes.size() && votes[i].equivocating});
        if (!voted) continue;
        agree_on("epoch of the latest message" + about, message->second.epoch.value, votes[i].epoch.value());
        if (votes[i].latest == node::ProtoArray::kNone) {
            expect(forgotten(message->second.root), "the latest message's block was forgotten" + about);
        } else {
            agree_on_root("latest message" + about, message->second.root,
                          fork_choice_->blocks().node(votes[i].latest).root);
        }
    }
}

void Duel::compare_proposer_heads() {
    const reference::Root head = need(reference::get_head(store_));
    for (const std::uint64_t slot : {current_slot(), current_slot() + 1}) {
        agree_on_root("get_proposer_head for slot " + std::to_string(slot),
                      need(reference::get_proposer_head(store_, head, reference::Slot{slot})),
                      fork_choice_->get_proposer_head(translate(head), node::Slot(slot)));
    }
    if (pruned_) return;
    const reference::Epoch epoch = reference::get_current_store_epoch(store_);
    const auto dependent = fork_choice_->get_shuffling_dependent_root(translate(head), node::Epoch(epoch.value));
    expect(dependent.has_value(), "the node has the dependent root of its head");
    agree_on_root("dependent root", reference::get_shuffling_dependent_root(store_, head, epoch), *dependent);
}

void Duel::compare_all() {
    compare_quickly();
    compare_blocks();
    compare_votes();
    compare_proposer_heads();
    pool_.checkpoint_states().insert(store_.checkpoint_states.begin(), store_.checkpoint_states.end());
}

}  // namespace touchstone::fuzz
