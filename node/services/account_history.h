// The transactions of the head's chain that concern an account, page by page.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "node/services/chain.h"

namespace touchstone::node {

struct AccountHistory {
    std::vector<AccountTransaction> transactions;  // the latest first
    /// From before which the next page goes on; nothing if this is the last.
    std::optional<ChainPosition> next;
};

/// From before a position on, or from the head on. At most `count`, and fewer where many stand on other branches: one
/// call reads a bounded number of rows. Precondition: count > 0.
AccountHistory account_history(const Chain& chain, const Address& account, const std::optional<ChainPosition>& before,
                               std::size_t count);

/// The slot from which on nothing is missing in such a history.
Slot account_history_begin(const Chain& chain);

}  // namespace touchstone::node
