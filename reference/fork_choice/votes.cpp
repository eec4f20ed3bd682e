#include "reference/fork_choice/store.h"
#include "reference/transition/attestation.h"
#include "reference/transition/slashing.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {

namespace {

Result<void> validate_on_attestation(const Store& store, const AttestationData& data, bool is_from_block) {
    if (!is_from_block) {
        const Epoch current = get_current_store_epoch(store);
        const Epoch previous = std::max(Epoch{GENESIS_EPOCH}, saturating_sub(current, Epoch{1}));
        REQUIRE(data.target.epoch == current || data.target.epoch == previous, Clause::FC_36);
    }
    REQUIRE(data.target.epoch == compute_epoch_at_slot(data.slot, store.config), Clause::FC_37);
    REQUIRE(store.blocks.contains(data.target.root), Clause::FC_38);
    REQUIRE(store.blocks.contains(data.beacon_block_root), Clause::FC_39);
    REQUIRE(store.blocks.at(data.beacon_block_root).slot <= data.slot, Clause::FC_40);
    REQUIRE(data.target.root == get_checkpoint_block(store, data.beacon_block_root, data.target.epoch), Clause::FC_41);
    REQUIRE(get_current_slot(store) >= data.slot + 1U, Clause::FC_42);
    const Checkpoint& finalized = store.finalized_checkpoint;
    REQUIRE(data.target.epoch >= finalized.epoch &&
                get_checkpoint_block(store, data.beacon_block_root, finalized.epoch) == finalized.root,
            Clause::FC_43);
    return {};
}

// [FC-47]
void update_latest_messages(Store& store, const IndexedAttestation& indexed) {
    const LatestMessage message{indexed.data.target.epoch, indexed.data.beacon_block_root};
    for (ValidatorIndex index : indexed.attesting_indices) {
        if (store.equivocating_indices.contains(index)) continue;
        const auto [latest, is_first] = store.latest_messages.try_emplace(index, message);
        if (!is_first && latest->second.epoch < message.epoch) latest->second = message;
    }
}

}  // namespace

Result<void> on_attestation(Store& store, const Attestation& attestation, bool is_from_block) {
    const AttestationData& data = attestation.data;
    CHECK(validate_on_attestation(store, data, is_from_block));
    TRY(const StatePointer target_state, get_checkpoint_state(store, data.target));
    REQUIRE(data.index < get_committee_count_per_slot(*target_state, data.target.epoch), Clause::FC_44);
    REQUIRE(attestation.aggregation_bits.size() == get_beacon_committee(*target_state, data.slot, data.index).size(),
            Clause::FC_44);
    const IndexedAttestation indexed = get_indexed_attestation(*target_state, attestation);
    CHECK(store.checks.is_valid_indexed_attestation(*target_state, indexed));  // [FC-45]
    update_latest_messages(store, indexed);                                    // [FC-46]
    return {};
}

Result<void> on_attester_slashing(Store& store, const AttesterSlashing& slashing) {
    const ConsensusState& state = *store.block_states.at(store.justified_checkpoint.root);
    REQUIRE(is_slashable_attestation_data(slashing.attestation_1.data, slashing.attestation_2.data), Clause::FC_48);
    CHECK(store.checks.is_valid_indexed_attestation(state, slashing.attestation_1));  // [FC-49]
    CHECK(store.checks.is_valid_indexed_attestation(state, slashing.attestation_2));  // [FC-50]
    for (ValidatorIndex index : common_indices(slashing))
        store.equivocating_indices.insert(index);  // [FC-51]
    return {};
}

}  // namespace touchstone::reference
