#include "reference/fork_choice/store.h"

#include "reference/transition/attestation.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {

CostlyChecks plain_checks() {
    return {
        [](const ConsensusState& parent, const SignedBlock& signed_block) -> Result<StatePointer> {
            ConsensusState state = parent;
            CHECK(state_transition(state, signed_block));
            return StatePointer(std::make_shared<ConsensusState>(std::move(state)));
        },
        is_valid_indexed_attestation,
    };
}

Result<Store> get_forkchoice_store(const ConsensusState& anchor_state, const Block& anchor_block) {
    const Parameters& config = anchor_state.config;
    REQUIRE(anchor_block.state_root == hash_tree_root(anchor_state, config), Clause::FC_05);
    REQUIRE(anchor_block.slot == anchor_state.slot, Clause::FC_05);
    Store store;  // [FC-06]
    store.config = config;
    store.genesis_time_ms = anchor_state.genesis_time_ms;
    TRY(store.time_ms,
        reference::store<std::uint64_t>(anchor_state.slot * config.SLOT_DURATION_MS + store.genesis_time_ms));
    store.anchor_root = hash_tree_root(anchor_block, config);
    const Checkpoint anchor{compute_epoch_at_slot(anchor_state.slot, config), store.anchor_root};
    store.justified_checkpoint = anchor;
    store.finalized_checkpoint = anchor;
    store.unrealized_justified_checkpoint = anchor;
    store.unrealized_finalized_checkpoint = anchor;
    store.blocks[store.anchor_root] = anchor_block;
    store.block_states[store.anchor_root] = std::make_shared<ConsensusState>(anchor_state);
    store.block_timeliness[store.anchor_root] = true;
    store.unrealized_justifications[store.anchor_root] = anchor;
    return store;
}

// [FC-04]
void forget_states(Store& store) {
    const Checkpoint& finalized = store.finalized_checkpoint;
    std::erase_if(store.block_states, [&](const auto& entry) {
        return get_checkpoint_block(store, entry.first, finalized.epoch) != finalized.root;
    });
    std::erase_if(store.checkpoint_states, [&](const auto& entry) { return entry.first.epoch < finalized.epoch; });
}

// [FC-07]
Slot get_current_slot(const Store& store) {
    return Slot{GENESIS_SLOT + (store.time_ms - store.genesis_time_ms) / store.config.SLOT_DURATION_MS};
}

Epoch get_current_store_epoch(const Store& store) {
    return compute_epoch_at_slot(get_current_slot(store), store.config);
}

std::uint64_t get_time_into_slot(const Store& store) {
    return (store.time_ms - store.genesis_time_ms) % store.config.SLOT_DURATION_MS;
}

// [FC-08]
std::uint64_t compute_slots_since_epoch_start(Slot slot, const Parameters& config) {
    return slot % config.SLOTS_PER_EPOCH;
}

// [FC-09]
std::uint64_t get_slot_component_duration_ms(std::uint64_t basis_points, const Parameters& config) {
    return static_cast<std::uint64_t>(Wide{basis_points} * config.SLOT_DURATION_MS / BASIS_POINTS);
}
std::uint64_t get_attestation_due_ms(const Parameters& config) {
    return get_slot_component_duration_ms(config.ATTESTATION_DUE_BPS, config);
}
std::uint64_t get_aggregate_due_ms(const Parameters& config) {
    return get_slot_component_duration_ms(config.AGGREGATE_DUE_BPS, config);
}
std::uint64_t get_proposer_reorg_cutoff_ms(const Parameters& config) {
    return get_slot_component_duration_ms(config.PROPOSER_REORG_CUTOFF_BPS, config);
}

namespace {

// [FC-10]
void on_tick_per_slot(Store& store, std::uint64_t time_ms) {
    const Slot previous_slot = get_current_slot(store);
    store.time_ms = time_ms;
    const Slot current_slot = get_current_slot(store);
    if (current_slot <= previous_slot) return;
    store.proposer_boost_root = Root{};
    if (compute_slots_since_epoch_start(current_slot, store.config) == 0) {
        update_checkpoints(store, store.unrealized_justified_checkpoint, store.unrealized_finalized_checkpoint);
    }
}

}  // namespace

Result<void> on_tick(Store& store, std::uint64_t time_ms) {
    REQUIRE(time_ms >= store.time_ms, Clause::FC_11);
    const std::uint64_t last_slot = (time_ms - store.genesis_time_ms) / store.config.SLOT_DURATION_MS;
    for (std::uint64_t slot = get_current_slot(store).value + 1; slot <= last_slot; ++slot) {  // [FC-12]
        on_tick_per_slot(store, store.genesis_time_ms + slot * store.config.SLOT_DURATION_MS);
        if (compute_slots_since_epoch_start(Slot{slot}, store.config) == 0) break;  // the others change nothing more
    }
    on_tick_per_slot(store, time_ms);
    return {};
}

// [FC-13]
void update_checkpoints(Store& store, const Checkpoint& justified, const Checkpoint& finalized) {
    if (justified.epoch > store.justified_checkpoint.epoch) store.justified_checkpoint = justified;
    if (finalized.epoch > store.finalized_checkpoint.epoch) store.finalized_checkpoint = finalized;
}

// [FC-14]
Root get_ancestor(const Store& store, const Root& root, Wide slot) {
    Root ancestor = root;
    while (ancestor != store.anchor_root) {
        const Block& block = store.blocks.at(ancestor);
        if (block.slot <= slot) break;
        ancestor = block.parent_root;
    }
    return ancestor;
}

Root get_checkpoint_block(const Store& store, const Root& root, Epoch epoch) {
    return get_ancestor(store, root, compute_start_slot_at_epoch(epoch, store.config));
}

// [FC-24]
Root get_shuffling_dependent_root(const Store& store, const Root& root, Epoch epoch) {
    const Epoch seed_epoch = saturating_sub(epoch, Epoch{store.config.MIN_SEED_LOOKAHEAD});
    const Wide first_slot = compute_start_slot_at_epoch(seed_epoch, store.config);
    return get_ancestor(store, root, first_slot > GENESIS_SLOT ? first_slot - 1 : GENESIS_SLOT);
}

}  // namespace touchstone::reference
