#include "reference/duties/duties.h"

#include "reference/signatures/domains.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

// [DUT-03]
Result<std::optional<CommitteeAssignment>> get_committee_assignment(const ConsensusState& state, Epoch epoch,
                                                                    ValidatorIndex index) {
    REQUIRE(epoch <= get_current_epoch(state) + 1U && epoch >= get_previous_epoch(state), Clause::DUT_03);
    TRY(const Slot first, store<Slot>(compute_start_slot_at_epoch(epoch, state.config)));
    const std::uint64_t committees = get_committee_count_per_slot(state, epoch);
    for (std::uint64_t i = 0; i < state.config.SLOTS_PER_EPOCH; ++i) {
        for (std::uint64_t c = 0; c < committees; ++c) {
            const Slot slot{first.value + i};
            const auto committee = get_beacon_committee(state, slot, CommitteeIndex{c});
            if (std::find(committee.begin(), committee.end(), index) == committee.end()) continue;
            return std::optional(CommitteeAssignment{slot, CommitteeIndex{c}, committee});
        }
    }
    return std::optional<CommitteeAssignment>();
}

// [DUT-05]
Result<Root> get_proposal_parent(const Store& store, Slot slot) {
    TRY(const Root head, get_head(store));
    return get_proposer_head(store, head, slot);
}

// [DUT-07]
Root get_epoch_signing_root(const ConsensusState& state, Epoch epoch) {
    return compute_signing_root(epoch, get_domain(state, DOMAIN_RANDAO, epoch), state.config);
}

// [DUT-12]
Result<AttestationData> get_attestation_data(const Store& store, Slot slot, CommitteeIndex index) {
    TRY(const Root head, get_head(store));
    ConsensusState state = *store.block_states.at(head);
    if (state.slot < slot) CHECK(process_slots(state, slot));
    const Epoch epoch = compute_epoch_at_slot(slot, store.config);
    return AttestationData{
        slot, index, head, state.current_justified_checkpoint, {epoch, get_checkpoint_block(store, head, epoch)}};
}

// [DUT-14]
Root get_slot_signing_root(const ConsensusState& state, Slot slot) {
    const Epoch epoch = compute_epoch_at_slot(slot, state.config);
    return compute_signing_root(slot, get_domain(state, DOMAIN_SELECTION_PROOF, epoch), state.config);
}

// [DUT-15]
bool is_aggregator(const ConsensusState& state, Slot slot, CommitteeIndex index, const BLSSignature& selection_proof) {
    const std::uint64_t members = get_beacon_committee(state, slot, index).size();
    const std::uint64_t m = std::max<std::uint64_t>(1, members / state.config.TARGET_AGGREGATORS_PER_COMMITTEE);
    const Hash drawn = hash(selection_proof.bytes);
    return from_little_endian(ByteView(drawn.bytes).first(8)) % m == 0;
}

// [DUT-16]
Root get_aggregate_and_proof_signing_root(const ConsensusState& state, const AggregateAndProof& message) {
    const Epoch epoch = compute_epoch_at_slot(message.aggregate.data.slot, state.config);
    return compute_signing_root(message, get_domain(state, DOMAIN_AGGREGATE_AND_PROOF, epoch), state.config);
}

// [DUT-17]
std::uint64_t compute_subnet_for_attestation(std::uint64_t committees_per_slot, Slot slot, CommitteeIndex index,
                                             const Parameters& config) {
    const Wide since_epoch_start = Wide{committees_per_slot} * (slot % config.SLOTS_PER_EPOCH);
    return static_cast<std::uint64_t>((since_epoch_start + index) % config.ATTESTATION_SUBNET_COUNT);
}

// [DUT-19]
bool raise_for_block(Watermark& watermark, Slot slot) {
    if (watermark.slot && slot <= *watermark.slot) return false;
    watermark.slot = slot;
    return true;
}

// [DUT-20]
bool raise_for_attestation(Watermark& watermark, Epoch source, Epoch target) {
    if (watermark.target && target <= *watermark.target) return false;
    if (watermark.source && source < *watermark.source) return false;
    if (source > target) return false;
    watermark.source = source;
    watermark.target = target;
    return true;
}

// [WS-01]
Result<Wide> compute_weak_subjectivity_period(const ConsensusState& state) {
    TRY(const Amount total, get_total_active_stake(state));
    TRY(const Amount churn, get_churn(state));
    return state.config.UNBONDING_EPOCHS + total * state.config.SAFETY_DECAY / (churn * 200U);
}

Result<void> check_state_of_checkpoint(const ConsensusState& state, const Checkpoint& checkpoint) {
    BlockHeader header = state.latest_block_header;
    if (header.state_root == Root{}) header.state_root = hash_tree_root(state, state.config);
    REQUIRE(hash_tree_root(header, state.config) == checkpoint.root, Clause::WS_02);
    REQUIRE(get_current_epoch(state) <= checkpoint.epoch, Clause::WS_02);
    return {};
}

Result<void> is_within_weak_subjectivity_period(Epoch current_epoch, const ConsensusState& state,
                                                const Checkpoint& checkpoint) {
    CHECK(check_state_of_checkpoint(state, checkpoint));
    TRY(const Wide period, compute_weak_subjectivity_period(state));
    REQUIRE(current_epoch <= checkpoint.epoch + period, Clause::WS_03);
    return {};
}

Result<void> check_network(const ConsensusState& genesis_state, const ConsensusState& state) {
    REQUIRE(state.config_root == genesis_state.config_root, Clause::WS_04);
    REQUIRE(state.genesis_root == genesis_state.genesis_root, Clause::WS_04);
    return {};
}

Result<void> check_checkpoint_sync(const ConsensusState& genesis_state, Epoch current_epoch,
                                   const Checkpoint& checkpoint, const ConsensusState& state, const Block& block) {
    CHECK(check_network(genesis_state, state));
    CHECK(is_within_weak_subjectivity_period(current_epoch, state, checkpoint));
    if (const auto anchored = get_forkchoice_store(state, block); !anchored) return anchored.failure();
    return {};
}

}  // namespace touchstone::reference
