// The transactions of a block: what they change, and the receipts. [TXN-10] to [FEE-02], [BLK-11] to [BLK-14]
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "node/base/result.h"
#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/signatures.h"
#include "node/kernel/consensus/state.h"
#include "node/kernel/execution/transaction.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// [TXN-13] [STK-07]
enum class TransactionStatus : std::uint8_t {
    success = 0,
    out_of_gas = 1,
    insufficient_balance = 2,
    unknown_validator = 3,
    not_operator = 4,
    key_registered = 5,
    bad_proof = 6,
    bad_commission = 7,
    too_small = 8,
    leaving = 9,
    not_enough_shares = 10,
    locked = 11,
    not_withdrawable = 12,
    nothing_there = 13,
    not_active = 14,
};

/// What process_transaction gives.
struct ProcessedTransaction {
    Receipt receipt;
    std::uint64_t tip = 0;
};

/// One transaction on the state, its signature appended to `sets` at its place among the checks. After a rejection the
/// state is as it was.
Result<ProcessedTransaction> process_transaction(const Environment& environment, State& state,
                                                 const SignedTransaction& transaction, std::uint64_t gas_before,
                                                 SignatureSets& sets);

/// Of the receipts of a block. [BLK-11]
Root receipts_root(std::span<const Receipt> receipts, const Parameters& parameters, const ParallelFor& parallel_for);

/// [BLK-14], BLK-11 and BLK-13 with the credit of FEE-02 to the operator of `proposer`. Signatures that `known` knows
/// are not appended to `sets`. After a rejection the state is as it was, and `sets` ends with the signatures that come
/// before the failed check. The loops of the environment are used; the outcome does not depend on them. `ids` has those
/// of the body's transactions; they are computed if it is empty.
Result<Receipts> process_transactions(const Environment& environment, State& state, const BlockBody& body,
                                      ValidatorIndex proposer, SignatureSets& sets, const KnownSignatures& known = {},
                                      std::span<const Root> ids = {});

}  // namespace touchstone::node
