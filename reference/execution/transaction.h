// Page 16: transactions, and what they do.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [TXN-13]
inline constexpr std::uint8_t SUCCESS = 0;
inline constexpr std::uint8_t OUT_OF_GAS = 1;
inline constexpr std::uint8_t INSUFFICIENT_BALANCE = 2;
/// [STK-07]
inline constexpr std::uint8_t UNKNOWN_VALIDATOR = 3;
inline constexpr std::uint8_t NOT_OPERATOR = 4;
inline constexpr std::uint8_t KEY_REGISTERED = 5;
inline constexpr std::uint8_t BAD_PROOF = 6;
inline constexpr std::uint8_t BAD_COMMISSION = 7;
inline constexpr std::uint8_t TOO_SMALL = 8;
inline constexpr std::uint8_t LEAVING = 9;
inline constexpr std::uint8_t NOT_ENOUGH_SHARES = 10;
inline constexpr std::uint8_t LOCKED = 11;
inline constexpr std::uint8_t NOT_WITHDRAWABLE = 12;
inline constexpr std::uint8_t NOTHING_THERE = 13;
inline constexpr std::uint8_t NOT_ACTIVE = 14;

Address sender_of(const Transaction& message);
Root get_transaction_id(const SignedTransaction& transaction, const Parameters& config);
/// [TXN-04] Whether the payload is a transfer or a stake operation.
bool is_of_this_version(const Payload& payload);
/// [TXN-03] Of a transaction whose payload is one of these. Exact.
Wide intrinsic_gas(const SignedTransaction& transaction, const Parameters& config);

/// [TXN-04], [TXN-05]
Result<void> check_payload(const SignedTransaction& transaction, const Parameters& config);
/// What the signature of a transaction is over [TXN-09].
Root get_transaction_signing_root(const ConsensusState& state, const Transaction& message);
/// [TXN-09]
Result<void> verify_transaction_signature(const ConsensusState& state, const SignedTransaction& transaction);

struct ProcessedTransaction {
    Receipt receipt;
    Amount tip;
};

/// The entries change, `tree_root` does not: it follows at the end of the block. The state may be half changed if this
/// is rejected.
Result<ProcessedTransaction> process_transaction(ConsensusState& state, const SignedTransaction& transaction,
                                                 std::uint64_t gas_before);

}  // namespace touchstone::reference
