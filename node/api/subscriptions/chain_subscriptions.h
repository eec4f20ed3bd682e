// Subscriptions to what the chain has kept: whoever comes back with a cursor is told what it has missed.
#pragma once

#include "node/api/subscriptions/cursor.h"
#include "node/api/subscriptions/subscription.h"

namespace touchstone::node::api {

/// Transactions in one notification at most.
inline constexpr std::size_t kMostTransactionsTold = 256;

/// `{"kind":"...","transactions":[...]}` of records, `inner` between.
/// The events of transactions that came into the pool, each of kMostTransactionsTold at most.
std::vector<EventText> pending_pages(std::span<const TransactionRecord> records);

/// Every block of the head's chain, and where it turns.
class HeadsSubscription final : public Subscription {
  public:
    explicit HeadsSubscription(const ChainPoint& told) : follower_(told) {}
    bool go_on(Turn& turn, Telling& telling) override;

  private:
    ChainFollower follower_;
};

/// Where the head's chain turns, only.
class ReorgsSubscription final : public Subscription {
  public:
    explicit ReorgsSubscription(const ChainPoint& told) : follower_(told) {}
    bool go_on(Turn& turn, Telling& telling) override;

  private:
    ChainFollower follower_;
};

/// Every epoch whose checkpoint is final.
class FinalitySubscription final : public Subscription {
  public:
    explicit FinalitySubscription(Epoch told) : told_(told) {}
    bool go_on(Turn& turn, Telling& telling) override;

  private:
    Epoch told_;
};

/// Transactions that came into blocks of the head's chain, and where it turns; those that wait, if they are wanted.
class TransactionsSubscription final : public Subscription {
  public:
    /// The rest of a block's transactions.
    struct Rest {
        Root block;
        std::uint64_t first = 0;
    };

    TransactionsSubscription(TransactionFilter filter, bool pending, const ChainPoint& told, std::optional<Rest> rest)
        : filter_(std::move(filter)), pending_(pending), follower_(told), rest_(rest) {}
    bool wants_pending() const override { return pending_; }
    void hear(const News& news, Telling& telling) override;
    bool go_on(Turn& turn, Telling& telling) override;

  private:
    void tell_rest(Turn& turn, Telling& telling);

    TransactionFilter filter_;
    bool pending_;
    ChainFollower follower_;
    std::optional<Rest> rest_;
};

}  // namespace touchstone::node::api
