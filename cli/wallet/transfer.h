// Transfers: made, priced and signed.
#pragma once

#include <optional>

#include "cli/wallet/chain_access.h"
#include "cli/wallet/key_file.h"
#include "node/types/containers.h"

namespace touchstone::cli {

struct TransferOrder {
    node::Address recipient;
    node::Amount amount;
    std::optional<std::uint64_t> tip;        // grains for a unit of gas
    std::optional<std::uint64_t> max_fee;    // grains for a unit of gas
    std::optional<std::uint64_t> gas_limit;  // units
};

/// Fills in what was left out: a tip of a tenth of the base fee, a fee that lets the base fee double, and the gas that
/// the transfer needs. The signature is empty.
node::SignedTransaction make_transfer(const ChainTerms& terms, const TransferOrder& order, const AccountKey& sender,
                                      std::uint64_t nonce, bool recipient_exists);

void sign(const ChainTerms& terms, const AccountKey& key, node::SignedTransaction& transaction);

/// The most that it can cost, without the amount; nothing above 64 bits, which nobody has.
std::optional<node::Amount> greatest_fee(const node::Transaction& transaction);

/// What keeps the account from paying for it.
std::optional<Fault> funds_fault(const node::Transaction& transaction, node::Amount balance);

}  // namespace touchstone::cli
