#include "node/kernel/pool/selection.h"

#include <utility>
#include <vector>

#include "node/kernel/execution/transaction.h"

namespace touchstone::node {

TransactionSelection::TransactionSelection(const TransactionPool& pool, std::uint64_t base_fee) : base_fee_(base_fee) {
    std::vector<Choice> first;
    first.reserve(pool.senders_.size());
    for (const auto& [address, sender] : pool.senders_) {
        if (const auto found = choice(sender, sender.account.nonce)) first.push_back(*found);
    }
    choices_ = std::priority_queue<Choice>(std::less<Choice>(), std::move(first));
}

std::optional<TransactionSelection::Choice> TransactionSelection::choice(const TransactionPool::Sender& sender,
                                                                         std::uint64_t nonce) const {
    const auto found = sender.by_nonce.find(nonce);
    if (found == sender.by_nonce.end()) return std::nullopt;
    const TransactionPool::Entry& entry = *found->second;
    if (entry.message().max_fee < base_fee_) return std::nullopt;  // it could not be in the block, whatever it tips
    return Choice{effective_tip(entry.message(), base_fee_), entry.order, &entry, &sender};
}

const TransactionPool::Entry* TransactionSelection::next() {
    if (taken_ != nullptr) {
        if (const auto following = choice(*taken_, taken_nonce_ + 1)) choices_.push(*following);
        taken_ = nullptr;
    }
    if (choices_.empty()) return nullptr;
    const Choice best = choices_.top();
    choices_.pop();
    taken_ = best.sender;
    taken_nonce_ = best.entry->message().nonce;
    return best.entry;
}

}  // namespace touchstone::node
