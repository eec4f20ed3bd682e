#include "cli/wallet/transactions.h"

#include <algorithm>
#include <limits>

#include "cli/genesis/amount_text.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/execution/transaction.h"

namespace touchstone::cli {

namespace {

/// Stays at the end of 64 bits, where nothing is paid any more.
std::uint64_t add(std::uint64_t a, std::uint64_t b) {
    std::uint64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}

}  // namespace

node::SignedTransaction make_transaction(const ChainTerms& terms, node::Payload payload, const Pricing& pricing,
                                         const AccountKey& sender, std::uint64_t nonce, std::uint64_t more_gas) {
    node::SignedTransaction transaction;
    node::Transaction& message = transaction.message;
    message.sender = sender.public_key;
    message.nonce = nonce;
    message.payload = std::move(payload);
    message.tip = pricing.tip.value_or(std::max<std::uint64_t>(1, terms.base_fee / 10));
    message.max_fee = pricing.max_fee.value_or(add(add(terms.base_fee, terms.base_fee), message.tip));
    message.gas_limit = pricing.gas_limit.value_or(add(node::intrinsic_gas(transaction, terms.parameters), more_gas));
    return transaction;
}

std::uint64_t gas_of_new_account(const ChainTerms& terms, bool recipient_exists) {
    return recipient_exists ? 0 : terms.parameters.GAS_NEW_ACCOUNT;
}

void sign(const ChainTerms& terms, const AccountKey& key, node::SignedTransaction& transaction) {
    const node::Domain domain =
        node::compute_domain(node::DomainType(node::DOMAIN_TRANSACTION), terms.fork_version, terms.genesis_root);
    const node::Root root = node::compute_signing_root(transaction.message, domain, terms.parameters);
    transaction.signature = node::Ed25519Signature(crypto::ed25519_sign(key.seed, root.view()));
}

node::Amount amount_of(const node::Payload& payload) {
    if (const auto* transfer = std::get_if<node::Transfer>(&payload)) return transfer->amount;
    if (const auto* registration = std::get_if<node::RegisterValidator>(&payload)) return registration->stake;
    if (const auto* delegation = std::get_if<node::Delegate>(&payload)) return delegation->amount;
    return node::Amount();
}

std::optional<node::Amount> greatest_fee(const node::Transaction& transaction) {
    std::uint64_t fee = 0;
    if (__builtin_mul_overflow(transaction.gas_limit, transaction.max_fee, &fee)) return std::nullopt;
    return node::Amount(fee);
}

Outcome<node::Amount> balance_after(const node::Transaction& transaction, node::Amount balance) {
    const node::Amount amount = amount_of(transaction.payload);
    const auto fee = greatest_fee(transaction);
    std::uint64_t needed = 0;
    if (fee && !__builtin_add_overflow(fee->value(), amount.value(), &needed) && needed <= balance.value()) {
        return node::Amount(balance.value() - needed);
    }
    return Fault{FaultKind::Data, "insufficient funds: the account has " + amount_to_text(balance) + ", and " +
                                      amount_to_text(amount) + " with fees of " +
                                      (fee ? "up to " + amount_to_text(*fee) : std::string("more than there is")) +
                                      " are wanted; send less, or lower --max-fee"};
}

}  // namespace touchstone::cli
