#include "node/api/subscriptions/subscriptions.h"

#include <algorithm>
#include <utility>

#include "node/api/subscriptions/chain_subscriptions.h"
#include "node/api/value_types.h"

namespace touchstone::node::api {

namespace {

/// Of which only what goes before the event is the subscriber's own.
PushText notification(std::uint64_t id, const std::string& cursor, EventText event) {
    std::string text = R"({"jsonrpc":"2.0","method":"subscription","params":{"subscription":")";
    text += std::to_string(id);
    text += R"(","cursor":)";
    text += cursor.empty() ? std::string("null") : '"' + cursor + '"';
    text += R"(,"event":)";
    return {std::move(text), std::move(event), "}}"};
}

}  // namespace

class Subscriptions::TellingOf final : public Telling {
  public:
    TellingOf(std::uint64_t id, Entry& entry) : id_(id), entry_(entry) {}

    void tell(const std::string& cursor, EventText event) override {
        if (entry_.is_over) return;
        PushText text = notification(id_, cursor, std::move(event));
        bytes_ += text.size();
        if (entry_.connection->send(std::move(text))) return;
        entry_.is_over = true;
        was_dropped_ = true;
    }
    void end(const std::string& reason) override {
        tell("", event_text({{"kind", "ended"}, {"reason", reason}}));
        entry_.is_over = true;
    }
    bool has_room() const override { return !entry_.is_over && bytes_ < kBytesOfTurn; }
    bool was_dropped() const { return was_dropped_; }

  private:
    std::uint64_t id_;
    Entry& entry_;
    std::size_t bytes_ = 0;
    bool was_dropped_ = false;
};

// --------------------------------------------------------------------------------------------------------------- calls

rpc::Answer Subscriptions::add(const std::shared_ptr<PushConnection>& connection,
                               std::unique_ptr<Subscription> subscription, const std::string& cursor) {
    sweep();
    const auto refused = [](const std::string& reason) {
        return rpc::common_error(rpc::code::kLimitExceeded).because(reason);
    };
    if (node_ == nullptr) return refused("the node is stopping; connect again when it is back");
    const auto of_connection = static_cast<std::size_t>(
        std::ranges::count_if(entries_, [&](const auto& each) { return each.second.connection == connection; }));
    if (of_connection >= limits_.of_connection) {
        return refused("a connection may have " + std::to_string(limits_.of_connection) +
                       " subscriptions; end one with subscribe_end, or open another connection");
    }
    if (entries_.size() >= limits_.all) {
        return refused("the node has " + std::to_string(limits_.all) + " subscriptions already; try again later");
    }
    const std::uint64_t id = next_id_++;
    if (subscription->wants_pending() && !pool_seen_) pool_seen_ = node_->transaction_pool().next_order();
    if (subscription->wants_network() && network_.is_idle()) {
        network_.look(*node_);
        network_seen_ms_ = clock_.now_ms();
    }
    entries_.emplace(id, Entry{connection, std::move(subscription)});
    open_.store(entries_.size(), std::memory_order_relaxed);
    wake();
    return Json{{"subscription", to_json(id)}, {"cursor", cursor.empty() ? Json(nullptr) : Json(cursor)}};
}

bool Subscriptions::remove(const std::shared_ptr<PushConnection>& connection, std::uint64_t id) {
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.connection != connection) return false;
    found->second.is_over = true;
    sweep();
    return true;
}

void Subscriptions::end() {
    if (timer_) timers_.cancel(*std::exchange(timer_, std::nullopt));
    for (const auto& [id, entry] : std::exchange(entries_, {}))
        entry.connection->close("the node stops");
    sweep();
    node_ = nullptr;
}

/// Forgets those that are over, and what only they wanted to know.
void Subscriptions::sweep() {
    std::erase_if(entries_, [](const auto& each) { return each.second.is_over || !each.second.connection->is_open(); });
    const auto any = [this](bool (Subscription::*wants)() const) {
        return std::ranges::any_of(entries_, [&](const auto& each) { return ((*each.second.subscription).*wants)(); });
    };
    if (!any(&Subscription::wants_pending)) pool_seen_.reset();
    if (!any(&Subscription::wants_network)) network_.forget();
    open_.store(entries_.size(), std::memory_order_relaxed);
}

// --------------------------------------------------------------------------------------------------------------- turns

/// As soon as may be.
void Subscriptions::wake() {
    if (node_ == nullptr || entries_.empty()) return;
    const std::uint64_t now_ms = clock_.now_ms();
    const bool was_just_now = last_turn_ms_ <= now_ms && now_ms - last_turn_ms_ < kPauseMs;
    call_at(was_just_now ? last_turn_ms_ + kPauseMs : now_ms);
}

void Subscriptions::call_at(std::uint64_t time_ms) {
    if (timer_ && timer_at_ms_ <= time_ms) return;
    if (timer_) timers_.cancel(*timer_);
    timer_at_ms_ = time_ms;
    timer_ = timers_.call_at(time_ms, [this] {
        timer_.reset();
        take_turn();
    });
}

void Subscriptions::take_turn() {
    last_turn_ms_ = clock_.now_ms();
    sweep();
    if (entries_.empty()) return;
    Turn turn{*node_, NodeChain(node_->chain()), records_};
    const bool is_more_news = tell_news(turn);
    const bool is_more = tell_backlogs(turn) || is_more_news;
    sweep();
    if (!entries_.empty()) call_at(last_turn_ms_ + (is_more ? kPauseMs : kTickMs));
}

bool Subscriptions::tell_news(Turn& turn) {
    constexpr std::uint64_t kPendingPerCost = 4;
    const std::vector<TransactionRecord> pending = look_at_pool();
    const std::vector<EventText> network = look_at_network();
    turn.budget.charge(pending.size() / kPendingPerCost);
    if (pending.empty() && network.empty()) return false;
    const std::vector<EventText> pending_events = pending_pages(pending);
    for (auto& [id, entry] : entries_) {
        TellingOf telling(id, entry);
        entry.subscription->hear({pending, pending_events, network}, telling);
        if (telling.was_dropped()) dropped_.fetch_add(1, std::memory_order_relaxed);
    }
    return pending.size() == kMostPending;
}

std::vector<TransactionRecord> Subscriptions::look_at_pool() {
    std::vector<TransactionRecord> records;
    if (!pool_seen_) return records;
    for (const auto* entry : node_->transaction_pool().since(*pool_seen_, kMostPending)) {
        const TransactionCandidate& candidate = entry->candidate();
        records.push_back(record_of_pooled(candidate.id, candidate.sender, entry->message()));
        pool_seen_ = entry->order + 1;
    }
    return records;
}

std::vector<EventText> Subscriptions::look_at_network() {
    const std::uint64_t now_ms = clock_.now_ms();
    const bool was_just_now = network_seen_ms_ <= now_ms && now_ms - network_seen_ms_ < kNetworkTickMs;
    if (network_.is_idle() || was_just_now) return {};
    network_seen_ms_ = now_ms;
    return network_.look(*node_);
}

/// In the order of their ids, from the one after that which was the last before.
bool Subscriptions::tell_backlogs(Turn& turn) {
    bool is_more = false;
    const std::size_t count = entries_.size();
    auto each = entries_.upper_bound(served_last_);
    for (std::size_t i = 0; i < count; ++i) {
        if (each == entries_.end()) each = entries_.begin();
        if (turn.budget.is_spent()) return true;
        turn.budget.charge(1);
        auto& [id, entry] = *each;
        TellingOf telling(id, entry);
        if (!entry.is_over) is_more = entry.subscription->go_on(turn, telling) || is_more;
        if (telling.was_dropped()) dropped_.fetch_add(1, std::memory_order_relaxed);
        served_last_ = id;
        ++each;
    }
    return is_more;
}

}  // namespace touchstone::node::api
