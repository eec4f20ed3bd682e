#include "reference/fork_choice/store.h"
#include "reference/transition/epoch.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {

namespace {

/// What the chain of a block justifies and finalizes if its epoch ends with it.
struct PulledUpTip {
    Checkpoint justified;
    Checkpoint finalized;
};

Result<PulledUpTip> justification_of(const ConsensusState& post_state) {
    ConsensusState state = post_state;
    CHECK(process_justification_and_finalization(state));
    return PulledUpTip{state.current_justified_checkpoint, state.finalized_checkpoint};
}

// [FC-23]
void record_block_timeliness(Store& store, const Root& root) {
    const bool in_its_slot = store.blocks.at(root).slot == get_current_slot(store);
    store.block_timeliness[root] = in_its_slot && get_time_into_slot(store) < get_attestation_due_ms(store.config);
}

// [FC-25]
void update_proposer_boost_root(Store& store, const Root& head, const Root& root) {
    const Epoch epoch = get_current_store_epoch(store);
    if (store.block_timeliness.at(root) && store.proposer_boost_root == Root{} &&
        get_shuffling_dependent_root(store, root, epoch) == get_shuffling_dependent_root(store, head, epoch)) {
        store.proposer_boost_root = root;
    }
}

// [FC-26]
void apply_pulled_up_tip(Store& store, const Root& root, const PulledUpTip& tip) {
    store.unrealized_justifications[root] = tip.justified;
    if (tip.justified.epoch > store.unrealized_justified_checkpoint.epoch) {
        store.unrealized_justified_checkpoint = tip.justified;
    }
    if (tip.finalized.epoch > store.unrealized_finalized_checkpoint.epoch) {
        store.unrealized_finalized_checkpoint = tip.finalized;
    }
    if (compute_epoch_at_slot(store.blocks.at(root).slot, store.config) < get_current_store_epoch(store)) {
        update_checkpoints(store, tip.justified, tip.finalized);
    }
}

// [FC-22] What is rejected here is no fault of the block.
void apply_operations_of_body(Store& store, const BlockBody& body) {
    for (const Attestation& attestation : body.attestations)
        static_cast<void>(on_attestation(store, attestation, true));
    for (const AttesterSlashing& slashing : body.attester_slashings)
        static_cast<void>(on_attester_slashing(store, slashing));
}

}  // namespace

Result<void> on_block(Store& store, const SignedBlock& signed_block) {
    const Block& block = signed_block.message;
    const Root root = hash_tree_root(block, store.config);
    if (store.blocks.contains(root)) return {};  // [FC-15]
    const Checkpoint finalized = store.finalized_checkpoint;
    REQUIRE(store.blocks.contains(block.parent_root), Clause::FC_16);
    REQUIRE(block.slot <= get_current_slot(store), Clause::FC_17);
    REQUIRE(block.slot > compute_start_slot_at_epoch(finalized.epoch, store.config), Clause::FC_18);
    REQUIRE(get_checkpoint_block(store, block.parent_root, finalized.epoch) == finalized.root, Clause::FC_19);
    TRY(const StatePointer state,  // [FC-20]
        store.checks.state_transition(*store.block_states.at(block.parent_root), signed_block));
    TRY(const PulledUpTip tip, justification_of(*state));
    TRY(const Root head, get_head(store));  // [FC-21] from here on, nothing fails
    store.blocks[root] = block;
    store.block_states[root] = state;
    record_block_timeliness(store, root);
    update_proposer_boost_root(store, head, root);
    update_checkpoints(store, state->current_justified_checkpoint, state->finalized_checkpoint);
    apply_pulled_up_tip(store, root, tip);
    apply_operations_of_body(store, block.body);
    return {};
}

}  // namespace touchstone::reference
