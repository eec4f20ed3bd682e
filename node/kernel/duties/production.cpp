#include "node/kernel/duties/production.h"

#include <algorithm>
#include <optional>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/operations.h"
#include "node/kernel/consensus/transition.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/execution/selection.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

/// Tries each operation in turn and keeps those that are valid on what came before.
template <class T, class Process>
void pack(const Environment& environment, State& state, std::span<const T> candidates, std::uint64_t limit,
          const Process& process, std::vector<T>& packed) {
    for (const T& candidate : candidates) {
        if (packed.size() >= limit) return;
        State attempt = state;
        SignatureSets sets;
        if (!process(environment, attempt, candidate, sets).ok()) continue;
        state = std::move(attempt);
        packed.push_back(candidate);
    }
}

/// What an attestation would still bring to this block.
struct Candidate {
    const Attestation* attestation;
    Root root;
    std::vector<ValidatorIndex> indices;
    ParticipationFlags flags = 0;
    bool current = false;
    Uint128 reward = 0;  // of the last evaluation: an upper bound, for flags are only ever added
};

Uint128 reward_of(const Environment& environment, const State& state, const Candidate& candidate) {
    constexpr std::array<std::uint64_t, 3> kWeights = {TIMELY_SOURCE_WEIGHT, TIMELY_TARGET_WEIGHT, TIMELY_HEAD_WEIGHT};
    const ConsensusState& consensus = state.consensus();
    const auto& participation =
        candidate.current ? consensus.current_epoch_participation : consensus.previous_epoch_participation;
    Uint128 reward = 0;
    for (const ValidatorIndex index : candidate.indices) {
        const unsigned added = candidate.flags & ~unsigned{participation[index.value()]};
        std::uint64_t weight = 0;
        for (std::size_t flag = 0; flag < kWeights.size(); ++flag) {
            if (((added >> flag) & 1U) != 0) weight += kWeights[flag];
        }
        reward += wide_multiply(base_reward(state, index, environment.parameters()), weight);
    }
    return reward;
}

std::optional<Candidate> evaluate(const Environment& environment, const State& state, const Attestation& attestation) {
    // A dry run makes all the checks.
    State attempt = state;
    SignatureSets sets;
    if (!process_attestation(environment, attempt, attestation, sets).ok()) return std::nullopt;
    const AttestationData& data = attestation.data;
    const bool current = data.target.epoch == state.context().epoch;
    const Shuffling& shuffling = current ? *state.context().current : *state.context().previous;
    auto indices = get_attesting_indices(shuffling.committee(data.slot, data.index), attestation.aggregation_bits);
    const auto flags = get_attestation_participation_flags(environment, state, data);
    if (!indices.ok() || !flags.ok()) return std::nullopt;
    Candidate candidate{
        &attestation, hash_tree_root(attestation, environment.parameters()), *std::move(indices), *flags, current, 0};
    candidate.reward = reward_of(environment, state, candidate);
    return candidate;
}

/// The greater reward first; of equals the older, then the smaller root. [DUT-09]
bool better(const Candidate& a, const Candidate& b) {
    if (a.reward != b.reward) return a.reward > b.reward;
    if (a.attestation->data.slot != b.attestation->data.slot)
        return a.attestation->data.slot < b.attestation->data.slot;
    return a.root < b.root;
}

/// Greedy. Rewards only fall as others are included, so a candidate whose reward is still what it was is the best.
void pack_attestations(const Environment& environment, State& state, std::span<const Attestation> attestations,
                       std::vector<Attestation>& packed) {
    std::vector<Candidate> waiting;
    for (const Attestation& attestation : attestations) {
        auto candidate = evaluate(environment, state, attestation);
        if (candidate && candidate->reward != 0) waiting.push_back(*std::move(candidate));
    }
    const auto worse = [](const Candidate& a, const Candidate& b) { return better(b, a); };
    std::ranges::make_heap(waiting, worse);
    while (!waiting.empty() && packed.size() < environment.parameters().MAX_ATTESTATIONS) {
        std::ranges::pop_heap(waiting, worse);
        Candidate best = std::move(waiting.back());
        waiting.pop_back();
        const Uint128 before = best.reward;
        best.reward = reward_of(environment, state, best);
        if (best.reward == 0) continue;
        if (best.reward != before) {
            waiting.push_back(std::move(best));
            std::ranges::push_heap(waiting, worse);
            continue;
        }
        SignatureSets sets;
        if (process_attestation(environment, state, *best.attestation, sets).ok()) packed.push_back(*best.attestation);
    }
}

/// Takes operations off the end of the body until its block fits, with no transaction yet. [DUT-08]
bool drop_last_operation(BlockBody& body) {
    const auto drop = [](auto& operations) {
        if (operations.empty()) return false;
        operations.pop_back();
        return true;
    };
    return drop(body.voluntary_exits) || drop(body.attestations) || drop(body.attester_slashings) ||
           drop(body.proposer_slashings);
}

/// Until the block fits. Precondition: it does not.
Result<void> shorten(const Environment& environment, SignedBlock& block) {
    do {
        if (!drop_last_operation(block.message.body)) return reject(Clause::BLK_01, "an empty block is too long");
    } while (!check_block_size(environment, block).ok());
    return {};
}

void fill_body(const Environment& environment, State& state, const BlockCandidates& candidates, BlockBody& body) {
    const Parameters& parameters = environment.parameters();
    pack(environment, state, candidates.proposer_slashings, parameters.MAX_PROPOSER_SLASHINGS,
         process_proposer_slashing, body.proposer_slashings);
    pack(environment, state, candidates.attester_slashings, parameters.MAX_ATTESTER_SLASHINGS,
         process_attester_slashing, body.attester_slashings);
    pack_attestations(environment, state, candidates.attestations, body.attestations);
    pack(environment, state, candidates.voluntary_exits, parameters.MAX_VOLUNTARY_EXITS, process_voluntary_exit,
         body.voluntary_exits);
}

}  // namespace

Result<ProducedBlock> produce_block(const Environment& environment, const State& pre_state,
                                    const BlsSignature& randao_reveal, const Graffiti& graffiti,
                                    const BlockCandidates& candidates) {
    const Parameters& parameters = environment.parameters();
    const auto proposer = get_proposer(pre_state.consensus(), pre_state.slot(), parameters);
    if (!proposer) return reject(Clause::BLK_04, "no proposer");
    SignedBlock signed_block;
    Block& block = signed_block.message;
    block.slot = pre_state.slot();
    block.proposer_index = *proposer;
    block.parent_root = hash_tree_root(pre_state.consensus().latest_block_header, parameters);
    block.body.randao_reveal = randao_reveal;
    block.body.graffiti = graffiti;

    SignatureSets unused;
    State packing = pre_state;
    NODE_TRY(process_block_header(environment, packing, block, Root{}));
    NODE_TRY(process_randao(environment, packing, block.body, unused));
    fill_body(environment, packing, candidates, block.body);
    if (!check_block_size(environment, signed_block).ok()) {
        NODE_TRY(shorten(environment, signed_block));
        // Without the effects of what was dropped: the transactions come after the operations that stay.
        packing = pre_state;
        NODE_TRY(process_block_header(environment, packing, block, Root{}));
        NODE_TRY(process_operations(environment, packing, block.body, unused));
    }
    const std::size_t room = parameters.MAX_BLOCK_BYTES - encode(signed_block).size();
    auto selected = select_transactions(environment, packing, candidates.transactions, room);
    block.body.transactions = std::move(selected.transactions);
    block.body.receipts_root = receipts_root(selected.receipts, parameters, environment.parallel_for);

    const BlockRoots roots = compute_block_roots(block, parameters, environment.parallel_for);
    State state = pre_state;
    NODE_TRY(process_block(environment, state, signed_block, roots, unused, {}));
    block.state_root = state.update_root(environment);
    const BlockHeader header{block.slot, block.proposer_index, block.parent_root, block.state_root, roots.body_root};
    const Root signing_root = block_signing_root(environment, pre_state, header);
    return ProducedBlock{std::move(block), signing_root};
}

bool is_of_branch(const ForkChoice& fork_choice, const Root& parent, const Attestation& attestation) {
    const Checkpoint& target = attestation.data.target;
    if (!fork_choice.block_slot(target.root)) return false;
    // Both are nothing where all that the fork choice still knows is of one branch.
    return fork_choice.get_shuffling_dependent_root(target.root, target.epoch) ==
           fork_choice.get_shuffling_dependent_root(parent, target.epoch);
}

bool brings_something(const Environment& environment, const State& state, const Attestation& attestation) {
    const auto candidate = evaluate(environment, state, attestation);
    return candidate && candidate->reward != 0;
}

namespace {

bool is_of(const State& finalized, ValidatorIndex index) { return index.value() < finalized.validator_count(); }

bool is_of(const State& finalized, const ProposerSlashing& slashing) {
    return is_of(finalized, slashing.signed_header_1.message.proposer_index);
}

bool is_of(const State& finalized, const AttesterSlashing& slashing) {
    const auto are_of = [&finalized](const IndexedAttestation& attestation) {
        return std::ranges::all_of(attestation.attesting_indices,
                                   [&](ValidatorIndex index) { return is_of(finalized, index); });
    };
    return are_of(slashing.attestation_1) && are_of(slashing.attestation_2);
}

bool is_of(const State& finalized, const SignedVoluntaryExit& exit) {
    return is_of(finalized, exit.message.validator_index);
}

/// `check` collects the signatures that it would verify.
template <class T, class Check>
std::vector<T> signed_in(const State& finalized, const std::vector<T>& operations, std::uint64_t may_verify,
                         const Check& check) {
    std::vector<T> kept;
    for (const T& operation : operations) {
        if (!is_of(finalized, operation)) {
            SignatureSets sets;
            if (may_verify == 0 || !check(operation, sets).ok()) continue;
            --may_verify;
            if (!std::ranges::all_of(sets, verify_one)) continue;
        }
        kept.push_back(operation);
    }
    return kept;
}

}  // namespace

BranchOperations operations_of_branch(const Environment& environment, const State& finalized, const State& state,
                                      const OperationPool& pool) {
    const Parameters& parameters = environment.parameters();
    return {.proposer_slashings = signed_in(finalized, pool.proposer_slashings(), parameters.MAX_PROPOSER_SLASHINGS,
                                            [&](const ProposerSlashing& slashing, SignatureSets& sets) {
                                                return check_proposer_slashing(environment, state, slashing, sets);
                                            }),
            .attester_slashings = signed_in(finalized, pool.attester_slashings(), parameters.MAX_ATTESTER_SLASHINGS,
                                            [&](const AttesterSlashing& slashing, SignatureSets& sets) {
                                                return check_attester_slashing(environment, state, slashing, sets);
                                            }),
            .voluntary_exits = signed_in(finalized, pool.voluntary_exits(), parameters.MAX_VOLUNTARY_EXITS,
                                         [&](const SignedVoluntaryExit& exit, SignatureSets& sets) {
                                             return check_voluntary_exit(environment, state, exit, sets);
                                         })};
}

std::optional<AttestationData> produce_attestation_data(ForkChoice& fork_choice, Slot slot) {
    const Parameters& parameters = fork_choice.environment().parameters();
    const Root head = fork_choice.get_head();
    if (fork_choice.block_slot(head) > slot) return std::nullopt;
    const Epoch epoch = epoch_of(slot, parameters);
    // Within an epoch the justified checkpoint does not change with the slot.
    const StatePointer state = fork_choice.checkpoint_state(head, epoch);
    const auto target = fork_choice.get_checkpoint_block(head, epoch);
    if (!state || !target) return std::nullopt;
    AttestationData data;
    data.slot = slot;
    data.beacon_block_root = head;
    data.source = state->consensus().current_justified_checkpoint;
    data.target = {epoch, *target};
    return data;
}

Attestation make_attestation(AttestationData data, CommitteeIndex committee, std::size_t position,
                             std::size_t committee_size, const BlsSignature& signature) {
    data.index = committee;
    Attestation attestation{Bits(committee_size), data, signature};
    attestation.aggregation_bits.set(position);
    return attestation;
}

}  // namespace touchstone::node
