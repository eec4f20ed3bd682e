#include "node/kernel/gossip/conditions.h"

#include <algorithm>
#include <array>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/consensus/operations.h"
#include "node/kernel/duties/schedule.h"

namespace touchstone::node {
namespace {

GossipRefusal ignore(Clause clause, std::string detail = {}) {
    return {Refusal::Ignore, reject(clause, std::move(detail)), std::nullopt};
}

GossipRefusal refuse(Clause clause, std::string detail = {}) {
    return {Refusal::Reject, reject(clause, std::move(detail)), std::nullopt};
}

GossipRefusal wait_for(Clause clause, const Root& block) {
    return {Refusal::Ignore, reject(clause, "block " + to_hex(block) + " is unknown"), block};
}

Slot slot_at(std::uint64_t time_ms, std::uint64_t genesis_time_ms, const Parameters& parameters) {
    return Slot(GENESIS_SLOT + saturating_subtract(time_ms, genesis_time_ms) / parameters.SLOT_DURATION_MS);
}

std::uint64_t genesis_time(const ForkChoice& fork_choice) {
    return fork_choice.block_state(fork_choice.anchor_root())->consensus().genesis_time_ms;
}

/// A failed operation in the head's state: what depends on the head is ignored, the rest costs.
GossipRefusal operation_refusal(const Rejection& rejection, std::initializer_list<Clause> ignored) {
    const bool depends_on_head = std::ranges::find(ignored, rejection.clause) != ignored.end();
    return {depends_on_head ? Refusal::Ignore : Refusal::Reject, rejection, std::nullopt};
}

}  // namespace

Slot earliest_current_slot(std::uint64_t now_ms, std::uint64_t genesis_time_ms, const Parameters& parameters) {
    return slot_at(saturating_subtract(now_ms, parameters.MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS), genesis_time_ms,
                   parameters);
}

Slot latest_current_slot(std::uint64_t now_ms, std::uint64_t genesis_time_ms, const Parameters& parameters) {
    return slot_at(saturating_add(now_ms, parameters.MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS), genesis_time_ms, parameters);
}

std::uint64_t compute_subnet_for_attestation(std::uint64_t committees_per_slot, Slot slot, CommitteeIndex index,
                                             const Parameters& parameters) {
    const std::uint64_t before = committees_per_slot * slot_in_epoch(slot, parameters);
    return (before + index.value()) % parameters.ATTESTATION_SUBNET_COUNT;
}

bool is_found_invalid(Clause reason) {
    constexpr std::array kOfTheStore{Clause::FC_15, Clause::FC_16, Clause::FC_17, Clause::FC_18, Clause::FC_19};
    return reason != Clause::BLK_07 && std::ranges::find(kOfTheStore, reason) == kOfTheStore.end();
}

GossipConditions::GossipConditions(ForkChoice& fork_choice, SeenMessages& seen, std::uint64_t now_ms)
    : fork_choice_(fork_choice), seen_(seen), now_ms_(now_ms) {}

// ------------------------------------------------------------------------------------------------------------- block

GossipResult<GossipChecked<GossipBlock>> GossipConditions::check_block(const SignedBlock& signed_block,
                                                                       std::size_t encoded_size) const {
    const Block& block = signed_block.message;
    const Checkpoint& finalized = fork_choice_.finalized();
    if (encoded_size > parameters().MAX_BLOCK_BYTES)
        return refuse(Clause::NET_13, std::to_string(encoded_size) + " bytes");
    if (block.slot > latest_current_slot(now_ms_, genesis_time(fork_choice_), parameters())) {
        return ignore(Clause::NET_14, "slot " + std::to_string(block.slot.value()));
    }
    if (block.slot <= start_slot_of(finalized.epoch, parameters())) {
        return ignore(Clause::NET_15, "slot " + std::to_string(block.slot.value()));
    }
    if (seen_.block(block.slot, block.proposer_index)) return ignore(Clause::NET_16, "a second block");
    if (seen_.invalid_block(block.parent_root)) {
        seen_.add_invalid_block(hash_tree_root(block, parameters()));
        return refuse(Clause::NET_17, "parent " + to_hex(block.parent_root));
    }
    const auto parent_slot = fork_choice_.block_slot(block.parent_root);
    if (!parent_slot) return wait_for(Clause::NET_18, block.parent_root);
    if (block.slot <= *parent_slot) return refuse(Clause::NET_19, "not after its parent");
    if (fork_choice_.get_checkpoint_block(block.parent_root, finalized.epoch) != finalized.root) {
        return refuse(Clause::NET_20, "a branch without the finalized block");
    }
    // The parent's own state knows the proposers of its epoch and the next: no need to advance it further.
    const Epoch epoch = epoch_of(block.slot, parameters());
    StatePointer state = fork_choice_.block_state(block.parent_root);
    if (!get_proposer(state->consensus(), block.slot, parameters())) {
        state = fork_choice_.checkpoint_state(block.parent_root, epoch);
    }
    const auto proposer = state ? get_proposer(state->consensus(), block.slot, parameters()) : std::nullopt;
    if (!proposer || *proposer != block.proposer_index) return refuse(Clause::NET_21, "another proposer");
    const Domain domain = get_domain(state->consensus(), DomainType(DOMAIN_PROPOSER), epoch, parameters());
    const Root root = compute_block_roots(block, parameters(), fork_choice_.environment().parallel_for).root;
    SignatureSets sets{
        signature_set(Clause::NET_22, *state, *proposer, compute_signing_root(root, domain), signed_block.signature)};
    return MessageChecks::checked(GossipBlock{signed_block, root, encoded_size}, std::move(sets));
}

// ------------------------------------------------------------------------------------------------------ attestations

/// [NET-24] [NET-25]
std::optional<GossipRefusal> GossipConditions::check_vote_window(const AttestationData& data) const {
    const std::uint64_t genesis = genesis_time(fork_choice_);
    if (data.target.epoch != epoch_of(data.slot, parameters())) return refuse(Clause::NET_24, "slot of another epoch");
    const Epoch earliest = epoch_of(earliest_current_slot(now_ms_, genesis, parameters()), parameters());
    if (data.slot > latest_current_slot(now_ms_, genesis, parameters()) || data.target.epoch < previous_of(earliest)) {
        return ignore(Clause::NET_25, "slot " + std::to_string(data.slot.value()));
    }
    return std::nullopt;
}

/// [NET-27] to [NET-31]
std::optional<GossipRefusal> GossipConditions::check_vote_blocks(const AttestationData& data) const {
    const Checkpoint& finalized = fork_choice_.finalized();
    for (const Root& root : {data.beacon_block_root, data.target.root}) {
        if (seen_.invalid_block(root)) return refuse(Clause::NET_27, "block " + to_hex(root));
    }
    for (const Root& root : {data.beacon_block_root, data.target.root}) {
        if (!fork_choice_.contains(root)) return wait_for(Clause::NET_28, root);
    }
    if (*fork_choice_.block_slot(data.beacon_block_root) > data.slot) {
        return refuse(Clause::NET_29, "a vote for a later block");
    }
    if (fork_choice_.get_checkpoint_block(data.beacon_block_root, data.target.epoch) != data.target.root) {
        return refuse(Clause::NET_30, "the target is not of the block's branch");
    }
    if (data.target.epoch < finalized.epoch ||
        fork_choice_.get_checkpoint_block(data.beacon_block_root, finalized.epoch) != finalized.root) {
        return ignore(Clause::NET_31, "a vote against finality");
    }
    return std::nullopt;
}

namespace {

/// The committee of a vote whose blocks are known. [NET-32] [NET-33]
struct VoteCommittee {
    StatePointer state;
    std::shared_ptr<const Shuffling> shuffling;
    std::span<const ValidatorIndex> members;
};

std::optional<GossipRefusal> find_committee(ForkChoice& fork_choice, const Attestation& attestation,
                                            VoteCommittee& found) {
    const AttestationData& data = attestation.data;
    found.state = fork_choice.checkpoint_state(data.target.root, data.target.epoch);
    if (found.state) found.shuffling = get_shuffling(*found.state, data.target.epoch, fork_choice.environment());
    if (!found.shuffling || data.index.value() >= found.shuffling->committees_per_slot()) {
        return refuse(Clause::NET_32, "committee " + std::to_string(data.index.value()));
    }
    found.members = found.shuffling->committee(data.slot, data.index);
    if (attestation.aggregation_bits.size() != found.members.size()) {
        return refuse(Clause::NET_33, std::to_string(attestation.aggregation_bits.size()) + " bits");
    }
    return std::nullopt;
}

}  // namespace

GossipResult<GossipChecked<GossipAttestation>> GossipConditions::check_attestation(const Attestation& attestation,
                                                                                   std::uint64_t subnet) const {
    const AttestationData& data = attestation.data;
    if (auto refusal = check_vote_window(data)) return *std::move(refusal);
    if (attestation.aggregation_bits.count() != 1) return refuse(Clause::NET_26, "not one bit");
    if (auto refusal = check_vote_blocks(data)) return *std::move(refusal);
    VoteCommittee committee;
    if (auto refusal = find_committee(fork_choice_, attestation, committee)) return *std::move(refusal);
    if (compute_subnet_for_attestation(committee.shuffling->committees_per_slot(), data.slot, data.index,
                                       parameters()) != subnet) {
        return refuse(Clause::NET_34, "subnet " + std::to_string(subnet));
    }
    auto indices = get_attesting_indices(committee.members, attestation.aggregation_bits);
    const ValidatorIndex validator = indices->front();
    if (seen_.attestation(data.target.epoch, validator)) return ignore(Clause::NET_35, "a second vote");
    SignatureSets sets{signature_set(Clause::NET_36, *committee.state, validator,
                                     attestation_signing_root(fork_choice_.environment(), *committee.state, data),
                                     attestation.signature)};
    return MessageChecks::checked(GossipAttestation{attestation, validator, *std::move(indices)}, std::move(sets));
}

GossipResult<GossipChecked<GossipAggregate>> GossipConditions::check_aggregate(
    const SignedAggregateAndProof& signed_aggregate) const {
    const Environment& environment = fork_choice_.environment();
    const AggregateAndProof& message = signed_aggregate.message;
    const Attestation& aggregate = message.aggregate;
    const AttestationData& data = aggregate.data;
    if (auto refusal = check_vote_window(data)) return *std::move(refusal);  // [NET-37]
    if (!aggregate.aggregation_bits.any()) return refuse(Clause::NET_38, "no bit");
    const Root data_root = hash_tree_root(data, parameters());
    if (seen_.covers(data.target.epoch, data_root, aggregate.aggregation_bits)) {
        return ignore(Clause::NET_39, "nothing new");
    }
    if (seen_.aggregator(data.target.epoch, message.aggregator_index)) {
        return ignore(Clause::NET_40, "a second aggregate");
    }
    if (auto refusal = check_vote_blocks(data)) return *std::move(refusal);  // [NET-41], as the next
    VoteCommittee committee;
    if (auto refusal = find_committee(fork_choice_, aggregate, committee)) return *std::move(refusal);
    if (std::ranges::find(committee.members, message.aggregator_index) == committee.members.end()) {
        return refuse(Clause::NET_42, "the aggregator is not of the committee");
    }
    if (!is_aggregator(committee.members.size(), message.selection_proof, parameters())) {
        return refuse(Clause::NET_43, "no aggregator");
    }
    const State& state = *committee.state;
    auto indices = get_attesting_indices(committee.members, aggregate.aggregation_bits);
    SignatureSets sets;
    sets.push_back(signature_set(Clause::NET_44, state, message.aggregator_index,
                                 selection_signing_root(environment, state, data.slot), message.selection_proof));
    sets.push_back(signature_set(Clause::NET_45, state, message.aggregator_index,
                                 aggregate_signing_root(environment, state, message), signed_aggregate.signature));
    sets.push_back(aggregate_signature_set(Clause::NET_46, state, *indices,
                                           attestation_signing_root(environment, state, data), aggregate.signature));
    return MessageChecks::checked(GossipAggregate{signed_aggregate, data_root, *std::move(indices)}, std::move(sets));
}

// -------------------------------------------------------------------------------------------------------- operations

GossipResult<GossipChecked<GossipProposerSlashing>> GossipConditions::check_proposer_slashing(
    const ProposerSlashing& slashing, const State& head_state) const {
    const ValidatorIndex proposer = slashing.signed_header_1.message.proposer_index;
    const Epoch offence = offence_epoch(slashing, parameters());
    if (seen_.proposer_slashing(proposer, offence)) {
        return ignore(Clause::NET_48, "no older offence than a known one");
    }
    SignatureSets sets;
    const auto result = node::check_proposer_slashing(fork_choice_.environment(), head_state, slashing, sets);
    if (!result.ok()) {  // [NET-49]
        return operation_refusal(result.rejection(), {Clause::PSL_05, Clause::PSL_06});
    }
    return MessageChecks::checked(GossipProposerSlashing{slashing, offence}, std::move(sets));
}

GossipResult<GossipChecked<GossipAttesterSlashing>> GossipConditions::check_attester_slashing(
    const AttesterSlashing& slashing, const State& head_state) const {
    std::vector<ValidatorIndex> indices = common_indices(slashing);
    const Epoch offence = offence_epoch(slashing);
    if (std::ranges::all_of(indices, [&](ValidatorIndex each) { return seen_.attester_slashing(each, offence); })) {
        return ignore(Clause::NET_50, "nobody new, and no older offence than a known one");
    }
    SignatureSets sets;
    const auto result = node::check_attester_slashing(fork_choice_.environment(), head_state, slashing, sets);
    if (!result.ok()) {  // [NET-51]
        return operation_refusal(result.rejection(), {Clause::ASL_03, Clause::ASL_06});
    }
    return MessageChecks::checked(GossipAttesterSlashing{slashing, std::move(indices), offence}, std::move(sets));
}

GossipResult<GossipChecked<GossipVoluntaryExit>> GossipConditions::check_voluntary_exit(const SignedVoluntaryExit& exit,
                                                                                        const State& head_state) const {
    if (seen_.voluntary_exit(exit.message.validator_index)) return ignore(Clause::NET_52, "a second exit");
    SignatureSets sets;
    const auto result = node::check_voluntary_exit(fork_choice_.environment(), head_state, exit, sets);
    if (!result.ok()) {  // [NET-53]
        return operation_refusal(result.rejection(), {Clause::EXI_02, Clause::EXI_03, Clause::EXI_04, Clause::EXI_05});
    }
    return MessageChecks::checked(GossipVoluntaryExit{exit}, std::move(sets));
}

// -------------------------------------------------------------------------------------------------------------- seen

bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipBlock>& block) {
    const Block& message = block.content().block.message;
    if (seen.block(message.slot, message.proposer_index)) return false;
    seen.add_block(message.slot, message.proposer_index);
    return true;
}

bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipAttestation>& attestation) {
    const Epoch target = attestation.content().attestation.data.target.epoch;
    if (seen.attestation(target, attestation.content().validator)) return false;
    seen.add_attestation(target, attestation.content().validator);
    return true;
}

bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipAggregate>& aggregate) {
    const AggregateAndProof& message = aggregate.content().message.message;
    const Epoch target = message.aggregate.data.target.epoch;
    const Bits& bits = message.aggregate.aggregation_bits;
    if (seen.covers(target, aggregate.content().data_root, bits)) return false;
    if (seen.aggregator(target, message.aggregator_index)) return false;
    seen.add_aggregate(target, aggregate.content().data_root, bits);
    seen.add_aggregator(target, message.aggregator_index);
    return true;
}

bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipProposerSlashing>& slashing) {
    const Epoch offence = slashing.content().offence;
    const ValidatorIndex proposer = slashing.content().slashing.signed_header_1.message.proposer_index;
    if (seen.proposer_slashing(proposer, offence)) return false;
    seen.add_proposer_slashing(proposer, offence);
    return true;
}

bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipAttesterSlashing>& slashing) {
    const std::vector<ValidatorIndex>& indices = slashing.content().indices;
    const Epoch offence = slashing.content().offence;
    const auto is_known = [&](ValidatorIndex index) { return seen.attester_slashing(index, offence); };
    if (std::ranges::all_of(indices, is_known)) return false;
    for (const ValidatorIndex index : indices)
        seen.add_attester_slashing(index, offence);
    return true;
}

bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipVoluntaryExit>& exit) {
    const ValidatorIndex index = exit.content().exit.message.validator_index;
    if (seen.voluntary_exit(index)) return false;
    seen.add_voluntary_exit(index);
    return true;
}

}  // namespace touchstone::node
