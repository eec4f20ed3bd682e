// Transactions of a pool in the order in which a block takes them. [DUT-28]
#pragma once

#include <cstdint>
#include <optional>
#include <queue>

#include "node/kernel/pool/transaction_pool.h"

namespace touchstone::node {

/// Valid until the pool changes. Beginning costs O(senders), each transaction O(log senders).
class TransactionSelection {
  public:
    TransactionSelection(const TransactionPool& pool, std::uint64_t base_fee);

    /// The best of those that come next for their senders; null after the last. The one after the answer, of the same
    /// sender, comes next unless `skip_sender` is called first.
    const TransactionPool::Entry* next();
    /// The answer of the last `next` cannot be in the block: nothing more of its sender.
    void skip_sender() { taken_ = nullptr; }

  private:
    struct Choice {
        std::uint64_t tip = 0;
        std::uint64_t order = 0;
        const TransactionPool::Entry* entry = nullptr;
        const TransactionPool::Sender* sender = nullptr;

        friend bool operator<(const Choice& a, const Choice& b) {
            return a.tip != b.tip ? a.tip < b.tip : a.order > b.order;
        }
    };
    /// The sender's transaction of this nonce, if it is there and pays the base fee.
    std::optional<Choice> choice(const TransactionPool::Sender& sender, std::uint64_t nonce) const;

    std::uint64_t base_fee_;
    std::priority_queue<Choice> choices_;  // who comes next for each sender
    const TransactionPool::Sender* taken_ = nullptr;
    std::uint64_t taken_nonce_ = 0;
};

}  // namespace touchstone::node
