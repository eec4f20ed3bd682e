// Internal to the pool: what has to go if a candidate comes.
#pragma once

#include <queue>
#include <vector>

#include "node/base/arithmetic.h"
#include "node/kernel/pool/transaction_pool.h"

namespace touchstone::node {

/// Of one candidate; changes nothing.
class TransactionPool::Admission {
  public:
    Admission(const TransactionPool& pool, const TransactionCandidate& candidate);

    Result<Leaving> decide() &&;

  private:
    /// The last of a sender as evicting goes on; without an entry, the newcomer.
    struct Last {
        std::uint64_t max_fee = 0;
        std::uint64_t order = 0;
        const Entry* entry = nullptr;

        /// For a queue whose top goes first.
        friend bool operator<(const Last& a, const Last& b) {
            return a.max_fee != b.max_fee ? a.max_fee > b.max_fee : a.order < b.order;
        }
    };

    Result<void> check_message() const;
    Result<void> line_up();
    Result<void> shorten();
    Result<void> make_room();
    Last next_to_go();
    void leave(const Entry& entry);
    void expose_before(const Last& gone);
    void expose_own_last();

    const TransactionPool& pool_;
    const TransactionCandidate& candidate_;
    const Transaction& message_;
    const Sender* sender_ = nullptr;
    Account account_;
    std::vector<const Entry*> line_;  // of the sender, with the newcomer as null, ascending by nonce
    Leaving leaving_;
    std::size_t count_;
    std::size_t bytes_;
    std::set<const Entry*, GoesBefore>::const_iterator others_;
    std::priority_queue<Last> exposed_;
};

/// Most that the transaction can cost. [TXN-11]
inline Uint128 greatest_cost(const Transaction& message) { return wide_multiply(message.gas_limit, message.max_fee); }

}  // namespace touchstone::node
