// All subscriptions of a node: who has them, how many there may be, when each has its turn.
//
// A turn is one task of the writer's thread. It tells what has happened, then goes on with those that have a backlog,
// as far as its budget allows; the next one begins kPauseMs later. So whatever is asked for, the chain's own tasks wait
// for some milliseconds at most. Without subscriptions nothing is done at all.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "node/api/subscriptions/subscription.h"
#include "node/api/subscriptions/watching_subscriptions.h"
#include "node/ports/clock.h"
#include "node/ports/events.h"
#include "node/ports/push_connection.h"
#include "node/ports/timers.h"
#include "node/rpc/method.h"

namespace touchstone::node::api {

struct SubscriptionLimits {
    std::size_t of_connection = 32;
    std::size_t all = 1024;
};

class Subscriptions final : public Events {
  public:
    /// What happens without an event of the node is looked for so often.
    static constexpr std::uint64_t kTickMs = 100;
    static constexpr std::uint64_t kNetworkTickMs = 1000;
    /// Between two turns at least.
    static constexpr std::uint64_t kPauseMs = 20;
    /// Transactions that came into the pool which are told of in one turn.
    static constexpr std::size_t kMostPending = 1024;

    Subscriptions(Clock& clock, Timers& timers, const SubscriptionLimits& limits = {})
        : clock_(clock), timers_(timers), limits_(limits) {}
    ~Subscriptions() override { end(); }
    Subscriptions(const Subscriptions&) = delete;
    Subscriptions& operator=(const Subscriptions&) = delete;

    // All but the figures on the writer's thread.

    /// From here on there can be subscriptions. The node outlives this, or what comes before `end`.
    void begin(Node& node) { node_ = &node; }
    /// Closes the connections of all who have subscribed.
    void end();

    /// The result of a method that subscribes: {"subscription","cursor"}. Refused: too many. The first notification
    /// comes in a later task.
    rpc::Answer add(const std::shared_ptr<PushConnection>& connection, std::unique_ptr<Subscription> subscription,
                    const std::string& cursor);
    /// False: the connection has no such subscription.
    bool remove(const std::shared_ptr<PushConnection>& connection, std::uint64_t id);

    void on_block(const BlockEvent&) override {}
    void on_head(const HeadEvent&) override { wake(); }
    void on_finalized(const FinalizedEvent&) override { wake(); }
    void on_status(const StatusEvent&) override {}
    void on_fatal(const std::string&) override {}

    // Figures, on any thread.
    std::size_t open() const { return open_.load(std::memory_order_relaxed); }
    /// Since the start: those whose connection did not take what it was sent.
    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  private:
    struct Entry {
        std::shared_ptr<PushConnection> connection;
        std::unique_ptr<Subscription> subscription;
        bool is_over = false;
    };
    using Entries = std::map<std::uint64_t, Entry>;
    class TellingOf;

    void wake();
    void call_at(std::uint64_t time_ms);
    void take_turn();
    // True: there is more.
    bool tell_news(Turn& turn);
    bool tell_backlogs(Turn& turn);
    std::vector<TransactionRecord> look_at_pool();
    std::vector<EventText> look_at_network();
    void sweep();

    Clock& clock_;
    Timers& timers_;
    SubscriptionLimits limits_;
    Node* node_ = nullptr;
    Entries entries_;
    std::uint64_t next_id_ = 1;
    std::uint64_t served_last_ = 0;  // the turn after goes on with the one that follows
    BlockRecords records_;
    std::optional<std::uint64_t> pool_seen_;  // nothing: nobody wants to know
    NetworkWatch network_;
    std::uint64_t network_seen_ms_ = 0;
    std::optional<TimerId> timer_;
    std::uint64_t timer_at_ms_ = 0;
    std::uint64_t last_turn_ms_ = 0;
    std::atomic<std::size_t> open_ = 0;
    std::atomic<std::uint64_t> dropped_ = 0;
};

}  // namespace touchstone::node::api
