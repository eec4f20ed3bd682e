#include "node/services/own_transactions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "node/types/encoding.h"

namespace touchstone::node {

std::vector<Root> OwnTransactions::restore(std::uint64_t now_ms) {
    std::vector<Root> found;
    for (const OwnTransaction& own : chain_.store().own_transactions()) {
        kept_.insert(own.id);
        found.push_back(own.id);
        auto transaction = decode<SignedTransaction>(own.signed_transaction, chain_.parameters());
        if (!transaction.ok()) continue;
        auto verified = VerifiedTransaction::verify(*std::move(transaction), pool_.domain(), chain_.parameters());
        // What the chain has processed meanwhile, or made impossible, stays out.
        if (verified.ok()) static_cast<void>(pool_.add(*std::move(verified), std::min(own.received_ms, now_ms)).ok());
    }
    pool_.expire(now_ms);
    std::erase_if(found, [&](const Root& id) { return pool_.find(id) == nullptr; });
    // After a failure the node stops by itself.
    static_cast<void>(drop_gone());
    return found;
}

bool OwnTransactions::keep(std::span<const Root> ids, std::uint64_t now_ms) {
    std::vector<OwnTransaction> added;
    for (const Root& id : ids) {
        if (kept_.size() >= most_) break;
        const TransactionPool::Entry* const entry = pool_.find(id);
        if (entry == nullptr || !kept_.insert(id).second) continue;
        added.push_back(
            {.id = id, .received_ms = now_ms, .signed_transaction = encode(entry->candidate().transaction)});
    }
    return added.empty() || chain_.keep_transactions(std::move(added), {});
}

bool OwnTransactions::drop_gone() {
    std::vector<Root> gone;
    std::ranges::copy_if(kept_, std::back_inserter(gone), [&](const Root& id) { return pool_.find(id) == nullptr; });
    for (const Root& id : gone)
        kept_.erase(id);
    return gone.empty() || chain_.keep_transactions({}, std::move(gone));
}

}  // namespace touchstone::node
