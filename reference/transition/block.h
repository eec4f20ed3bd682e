// Page 08: blocks. A step that is rejected may leave its state half changed; `state_transition` works on a copy.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [BLK-02] Everything of a block but its slot and its state root. `verify_signature` is of the block's own one.
Result<void> process_block(ConsensusState& state, const SignedBlock& signed_block, bool verify_signature = true);

Result<void> process_block_header(ConsensusState& state, const Block& block);
Result<void> verify_block_signature(const ConsensusState& state, const SignedBlock& signed_block);
Result<void> process_randao(ConsensusState& state, const BlockBody& body);
/// Evidence, attestations and exits, which come before the transactions.
Result<void> process_operations(ConsensusState& state, const BlockBody& body);

/// [BLK-14] What the transactions give, one after the other, before anything of the block depends on it.
struct ExecutedTransactions {
    Receipts receipts;
    Wide gas_used = 0;
    Wide tips = 0;
};
Result<ExecutedTransactions> execute_transactions(ConsensusState& state,
                                                  const std::vector<SignedTransaction>& transactions);
/// Gives the receipts.
Result<Receipts> process_transactions(ConsensusState& state, const Block& block);

}  // namespace touchstone::reference
