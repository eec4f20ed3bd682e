// What can be said of a transaction without its account: id, gas, the checks of the message, the signature.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "node/base/result.h"
#include "node/generated/parameters.h"
#include "node/kernel/consensus/signatures.h"
#include "node/types/consensus_state.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// Payloads of this version: those with the selectors below. [TXN-04]
inline constexpr std::size_t kPayloads = 8;

/// get_transaction_id. [TXN-02]
Root transaction_id(const Transaction& transaction, const Parameters& parameters);

/// The address of who sends and pays. [CRY-12]
Address sender_of(const Transaction& transaction);

/// The payloads of selectors 1 to 7. [STK-09] to [STK-16]
inline bool is_stake_operation(const Transaction& transaction) {
    const std::size_t selector = transaction.payload.index();
    return selector != 0 && selector < kPayloads;
}

/// [TXN-03]; 0 for a payload that TXN-04 refuses.
std::uint64_t intrinsic_gas(const SignedTransaction& transaction, const Parameters& parameters);

/// TXN-04, TXN-05, TXN-06 of a transaction that is the only one of its block, TXN-07; in this order.
Result<void> check_transaction_alone(const SignedTransaction& transaction, const Parameters& parameters);

/// TXN-04 to TXN-08 in a block of this base fee, where the transactions before used `gas_before`; in this order.
/// `gas` is intrinsic_gas of the transaction.
Result<void> check_transaction_message(const Transaction& transaction, std::uint64_t gas, std::uint64_t gas_before,
                                       std::uint64_t base_fee, const Parameters& parameters);

/// What the sender signs in a state's epoch. [TXN-09]
Domain transaction_domain(const ConsensusState& state, const Parameters& parameters);
Root transaction_signing_root(const Transaction& transaction, const ConsensusState& state,
                              const Parameters& parameters);

/// Rejected with TXN-09, whichever of CRY-08 to CRY-11 is broken.
Result<void> verify_transaction_signature(const SignedTransaction& transaction, const Root& signing_root);
/// The same, to be verified with others.
SignatureSet transaction_signature_set(Clause clause, const SignedTransaction& transaction, const Root& signing_root);

/// Whether the caller has verified the signature of the transaction with this id for this signing root before. Called
/// on the thread that executes, never from a parallel loop. An empty function knows none.
using KnownSignatures =
    std::function<bool(const Root& id, const Root& signing_root, const Ed25519Signature& signature)>;

/// What the proposer gets for a unit of gas. Precondition: base_fee <= max_fee. [TXN-12]
std::uint64_t effective_tip(const Transaction& transaction, std::uint64_t base_fee);

}  // namespace touchstone::node
