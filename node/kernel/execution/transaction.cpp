#include "node/kernel/execution/transaction.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "node/base/arithmetic.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/accounts/ed25519_strict.h"
#include "node/kernel/consensus/config.h"
#include "node/kernel/consensus/domains.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

template <std::size_t... kSelectors>
std::array<std::uint64_t, kPayloads> sizes_of(std::index_sequence<kSelectors...>) {
    SignedTransaction each;
    return {(each.message.payload.emplace<kSelectors>(), encode(each).size())...};
}

/// Of a payload of this version: all with the same selector have one size.
std::uint64_t encoded_size(std::size_t selector) {
    static const auto kSizes = sizes_of(std::make_index_sequence<kPayloads>());
    return kSizes[selector];
}

std::uint64_t payload_gas(const Transaction& transaction, const Parameters& parameters) {
    if (std::holds_alternative<Transfer>(transaction.payload)) return parameters.GAS_TRANSFER;
    if (std::holds_alternative<RegisterValidator>(transaction.payload)) return parameters.GAS_REGISTER_VALIDATOR;
    return parameters.GAS_STAKE;
}

}  // namespace

Root transaction_id(const Transaction& transaction, const Parameters& parameters) {
    return hash_tree_root(transaction, parameters);
}

Address sender_of(const Transaction& transaction) { return address_of(transaction.sender.bytes); }

std::uint64_t intrinsic_gas(const SignedTransaction& transaction, const Parameters& parameters) {
    const std::size_t selector = transaction.message.payload.index();
    if (selector >= kPayloads) return 0;
    const std::uint64_t bytes = saturating_multiply(parameters.GAS_PER_BYTE, encoded_size(selector));
    return saturating_add(saturating_add(parameters.GAS_PER_TRANSACTION, bytes),
                          payload_gas(transaction.message, parameters));
}

Result<void> check_transaction_message(const Transaction& transaction, std::uint64_t gas, std::uint64_t gas_before,
                                       std::uint64_t base_fee, const Parameters& parameters) {
    if (transaction.payload.index() >= kPayloads) {
        return reject(Clause::TXN_04, "a payload with the selector " + std::to_string(transaction.payload.index()));
    }
    if (gas > transaction.gas_limit) {
        return reject(Clause::TXN_05, "it needs " + std::to_string(gas) + " gas and has a limit of " +
                                          std::to_string(transaction.gas_limit));
    }
    if (Uint128{gas_before} + transaction.gas_limit > parameters.BLOCK_GAS_LIMIT) {
        return reject(Clause::TXN_06, "a gas limit of " + std::to_string(transaction.gas_limit) + " after " +
                                          std::to_string(gas_before) + " gas of the block");
    }
    if (transaction.tip > transaction.max_fee) {
        return reject(Clause::TXN_07, "a tip of " + std::to_string(transaction.tip) + " with a maximal fee of " +
                                          std::to_string(transaction.max_fee));
    }
    if (base_fee > transaction.max_fee) {
        return reject(Clause::TXN_08, "a maximal fee of " + std::to_string(transaction.max_fee) +
                                          " where the base fee is " + std::to_string(base_fee));
    }
    return {};
}

Result<void> check_transaction_alone(const SignedTransaction& transaction, const Parameters& parameters) {
    return check_transaction_message(transaction.message, intrinsic_gas(transaction, parameters), 0, 0, parameters);
}

Domain transaction_domain(const ConsensusState& state, const Parameters& parameters) {
    return get_domain(state, DomainType(DOMAIN_TRANSACTION), epoch_of(state.slot, parameters), parameters);
}

Root transaction_signing_root(const Transaction& transaction, const ConsensusState& state,
                              const Parameters& parameters) {
    return compute_signing_root(transaction_id(transaction, parameters), transaction_domain(state, parameters));
}

Result<void> verify_transaction_signature(const SignedTransaction& transaction, const Root& signing_root) {
    const auto verified =
        verify_ed25519(transaction.message.sender.bytes, signing_root.view(), transaction.signature.bytes);
    if (verified.ok()) return {};
    return reject(Clause::TXN_09,
                  std::string(to_string(verified.rejection().clause)) + ", " + verified.rejection().detail);
}

SignatureSet transaction_signature_set(Clause clause, const SignedTransaction& transaction, const Root& signing_root) {
    return {clause, signing_root.bytes, AccountCheck{transaction.message.sender, transaction.signature}};
}

std::uint64_t effective_tip(const Transaction& transaction, std::uint64_t base_fee) {
    return std::min(transaction.tip, transaction.max_fee - base_fee);
}

}  // namespace touchstone::node
