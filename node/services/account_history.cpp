#include "node/services/account_history.h"

#include <algorithm>
#include <iterator>

namespace touchstone::node {

namespace {

using Rows = std::vector<AccountTransaction>;

ChainPosition position_of(const AccountTransaction& row) { return {row.place.slot, row.place.index}; }

/// Rows of whole positions alone: branches may have several at one, and the next page begins before it.
struct Page {
    Rows rows;
    bool last = false;
};

Page read_page(const Chain& chain, const Address& account, const std::optional<ChainPosition>& before,
               std::size_t count) {
    for (;; count *= 2) {
        Rows rows = chain.store().account_transactions(account, before, count + 1);
        if (rows.size() <= count) return {std::move(rows), true};
        const ChainPosition beyond = position_of(rows.back());
        while (!rows.empty() && position_of(rows.back()) == beyond)
            rows.pop_back();
        if (!rows.empty()) return {std::move(rows), false};
    }
}

}  // namespace

AccountHistory account_history(const Chain& chain, const Address& account, const std::optional<ChainPosition>& before,
                               std::size_t count) {
    const Page page = read_page(chain, account, before, count);
    AccountHistory history;
    std::ranges::copy_if(
        page.rows, std::back_inserter(history.transactions),
        [&](const TransactionPlace& place) { return chain.is_canonical(place.block_root, place.slot); },
        &AccountTransaction::place);
    if (!page.last) history.next = position_of(page.rows.back());
    return history;
}

Slot account_history_begin(const Chain& chain) {
    const Slot kept = chain.store().accounts_kept_from();
    if (!chain.anchor()) return kept;
    // Blocks before the anchor, and its own, were never executed here.
    return std::max(kept, chain.anchor()->slot + 1);
}

}  // namespace touchstone::node
