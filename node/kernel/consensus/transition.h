// The state transition. [SLO-04]
#pragma once

#include "node/base/result.h"
#include "node/kernel/consensus/operations.h"
#include "node/kernel/consensus/signatures.h"
#include "node/kernel/consensus/state.h"
#include "node/kernel/execution/execution.h"
#include "node/types/encoding.h"

namespace touchstone::node {

/// [SLO-05] [SLO-06]. After a rejection the state is unspecified: work on a copy.
Result<void> process_slots(const Environment& environment, State& state, Slot slot);

/// [SLO-07]
Result<void> process_slot(const Environment& environment, State& state);

/// What executing a block gives: the post-state, and the receipts of its transactions in their order.
struct ExecutedBlock {
    State state;
    Receipts receipts;
};

/// Everything of [BLK-02] on a state of the block's slot; the signatures are appended to `sets`, but for those of
/// transactions that `known` knows. After a rejection the state is unspecified.
Result<Receipts> process_block(const Environment& environment, State& state, const SignedBlock& block,
                               SignatureSets& sets, const KnownSignatures& known = {});
/// The same with the block's roots, where they are known already.
Result<Receipts> process_block(const Environment& environment, State& state, const SignedBlock& block,
                               const BlockRoots& roots, SignatureSets& sets, const KnownSignatures& known);

/// What comes between the header and the transactions: RANDAO, slashings, attestations, exits. [BLK-02]
Result<void> process_operations(const Environment& environment, State& state, const BlockBody& body,
                                SignatureSets& sets);

/// [BLK-01]
Result<void> check_block_size(const Environment& environment, const SignedBlock& block);

/// process_block and the check of the state root, on a state that has been taken to the block's slot.
Result<ExecutedBlock> execute_block_at_slot(const Environment& environment, State state, const SignedBlock& block,
                                            SignatureSets& sets, const KnownSignatures& known = {});
Result<ExecutedBlock> execute_block_at_slot(const Environment& environment, State state, const SignedBlock& block,
                                            const BlockRoots& roots, SignatureSets& sets, const KnownSignatures& known);

/// As state_transition without verifying signatures. When it rejects, `sets` holds the signatures that come before the
/// failed check, in case the exact clause matters.
Result<ExecutedBlock> execute_block(const Environment& environment, const State& pre_state, const SignedBlock& block,
                                    SignatureSets& sets, const KnownSignatures& known = {});

/// The post-state, or the first check that failed. The given state is not changed.
Result<State> state_transition(const Environment& environment, const State& pre_state, const SignedBlock& block,
                               const VerifySignatures& verify);

}  // namespace touchstone::node
