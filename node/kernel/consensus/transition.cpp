#include "node/kernel/consensus/transition.h"

#include "node/kernel/consensus/epoch_processing.h"
#include "node/types/encoding.h"

namespace touchstone::node {

Result<void> process_slot(const Environment& environment, State& state) {
    const Parameters& parameters = environment.parameters();
    const Root root = state.update_root(environment);
    ConsensusState& consensus = state.mutable_consensus();
    const std::uint64_t place = consensus.slot.value() % parameters.SLOTS_PER_HISTORICAL_ROOT;
    consensus.state_roots.set(place, root);
    if (consensus.latest_block_header.state_root.is_zero()) consensus.latest_block_header.state_root = root;
    consensus.block_roots.set(place, hash_tree_root(consensus.latest_block_header, parameters));
    return {};
}

Result<void> process_slots(const Environment& environment, State& state, Slot slot) {
    if (state.slot() >= slot) {
        return reject(Clause::SLO_05,
                      "from slot " + std::to_string(state.slot().value()) + " to " + std::to_string(slot.value()));
    }
    while (state.slot() < slot) {
        NODE_TRY(process_slot(environment, state));
        const bool epoch_ends = slot_in_epoch(state.slot() + 1, environment.parameters()) == 0;
        if (epoch_ends) NODE_TRY(process_epoch(environment, state));
        ++state.mutable_consensus().slot;
        if (epoch_ends) state.refresh(environment);
    }
    return {};
}

Result<Receipts> process_block(const Environment& environment, State& state, const SignedBlock& block,
                               SignatureSets& sets, const KnownSignatures& known) {
    const BlockRoots roots = compute_block_roots(block.message, environment.parameters(), environment.parallel_for);
    return process_block(environment, state, block, roots, sets, known);
}

Result<Receipts> process_block(const Environment& environment, State& state, const SignedBlock& signed_block,
                               const BlockRoots& roots, SignatureSets& sets, const KnownSignatures& known) {
    const Block& block = signed_block.message;
    NODE_TRY(process_block_header(environment, state, block, roots.body_root));
    sets.push_back(block_signature_set(environment, state, signed_block, roots.root));
    NODE_TRY(process_operations(environment, state, block.body, sets));
    return process_transactions(environment, state, block.body, block.proposer_index, sets, known,
                                roots.transaction_ids);
}

Result<void> process_operations(const Environment& environment, State& state, const BlockBody& body,
                                SignatureSets& sets) {
    NODE_TRY(process_randao(environment, state, body, sets));
    for (const ProposerSlashing& slashing : body.proposer_slashings) {
        NODE_TRY(process_proposer_slashing(environment, state, slashing, sets));
    }
    for (const AttesterSlashing& slashing : body.attester_slashings) {
        NODE_TRY(process_attester_slashing(environment, state, slashing, sets));
    }
    for (const Attestation& attestation : body.attestations) {
        NODE_TRY(process_attestation(environment, state, attestation, sets));
    }
    for (const SignedVoluntaryExit& exit : body.voluntary_exits) {
        NODE_TRY(process_voluntary_exit(environment, state, exit, sets));
    }
    return {};
}

Result<void> check_block_size(const Environment& environment, const SignedBlock& block) {
    const std::size_t size = encode(block).size();
    if (size > environment.parameters().MAX_BLOCK_BYTES) return reject(Clause::BLK_01, std::to_string(size) + " bytes");
    return {};
}

Result<ExecutedBlock> execute_block(const Environment& environment, const State& pre_state, const SignedBlock& block,
                                    SignatureSets& sets, const KnownSignatures& known) {
    NODE_TRY(check_block_size(environment, block));
    State state = pre_state;
    NODE_TRY(process_slots(environment, state, block.message.slot));
    return execute_block_at_slot(environment, std::move(state), block, sets, known);
}

Result<ExecutedBlock> execute_block_at_slot(const Environment& environment, State state, const SignedBlock& block,
                                            SignatureSets& sets, const KnownSignatures& known) {
    const BlockRoots roots = compute_block_roots(block.message, environment.parameters(), environment.parallel_for);
    return execute_block_at_slot(environment, std::move(state), block, roots, sets, known);
}

Result<ExecutedBlock> execute_block_at_slot(const Environment& environment, State state, const SignedBlock& block,
                                            const BlockRoots& roots, SignatureSets& sets,
                                            const KnownSignatures& known) {
    NODE_TRY_ASSIGN(receipts, process_block(environment, state, block, roots, sets, known));
    if (block.message.state_root != state.update_root(environment)) {
        return reject(Clause::BLK_08, "state root " + to_hex(block.message.state_root));
    }
    return ExecutedBlock{std::move(state), std::move(receipts)};
}

Result<State> state_transition(const Environment& environment, const State& pre_state, const SignedBlock& block,
                               const VerifySignatures& verify) {
    SignatureSets sets;
    auto executed = execute_block(environment, pre_state, block, sets);
    NODE_TRY(conclude(executed.ok() ? Result<void>{} : executed.rejection(), sets, verify));
    return std::move(executed->state);
}

}  // namespace touchstone::node
