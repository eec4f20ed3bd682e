// Transactions: made, priced and signed.
#pragma once

#include <optional>

#include "cli/wallet/chain_access.h"
#include "cli/wallet/key_file.h"
#include "node/types/containers.h"

namespace touchstone::cli {

/// What is left out is filled in.
struct Pricing {
    std::optional<std::uint64_t> tip;        // grains for a unit of gas; else a tenth of the base fee
    std::optional<std::uint64_t> max_fee;    // grains for a unit of gas; else the base fee may double
    std::optional<std::uint64_t> gas_limit;  // units; else what the transaction needs
};

/// Not signed. `more_gas` is what it needs beyond its intrinsic gas.
node::SignedTransaction make_transaction(const ChainTerms& terms, node::Payload payload, const Pricing& pricing,
                                         const AccountKey& sender, std::uint64_t nonce, std::uint64_t more_gas = 0);

/// What a payload needs beyond the intrinsic gas: a transfer to an address that never had anything makes an account.
std::uint64_t gas_of_new_account(const ChainTerms& terms, bool recipient_exists);

void sign(const ChainTerms& terms, const AccountKey& key, node::SignedTransaction& transaction);

/// What leaves the sender's balance besides fees.
node::Amount amount_of(const node::Payload& payload);

/// The most that it can cost, without the amount; nothing above 64 bits, which nobody has.
std::optional<node::Amount> greatest_fee(const node::Transaction& transaction);

/// What is left of the balance if it costs all that it can, or what keeps the account from paying for it.
Outcome<node::Amount> balance_after(const node::Transaction& transaction, node::Amount balance);

}  // namespace touchstone::cli
