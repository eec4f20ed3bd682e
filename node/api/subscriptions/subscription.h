// One subscription, and what it is given when its turn has come.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/api/subscriptions/block_records.h"
#include "node/api/subscriptions/chain_follower.h"
#include "node/services/node.h"

namespace touchstone::node::api {

/// The chain of a node, for a ChainFollower.
class NodeChain final : public FollowedChain {
  public:
    explicit NodeChain(const Chain& chain) : chain_(&chain) {}

    ChainPoint head() const override { return {chain_->head(), chain_->head_slot()}; }
    Root canonical_root_at(Slot slot) const override { return chain_->canonical_root_at(slot); }
    std::optional<ChainPoint> parent_of(const Root& root) const override;
    /// Of a block of any branch; nothing for one that is not here.
    std::optional<Slot> slot_of(const Root& root) const;

  private:
    const Chain* chain_;
};

/// What happened since the last turn that is told once, now or never.
struct News {
    std::span<const TransactionRecord> pending;  // came into the pool
    std::span<const EventText> pending_events;   // the same, for those who want all
    std::span<const EventText> network;
};

/// The work that a turn may do yet, in units of a look-up in memory. What it is bounds how long the writer is kept from
/// the chain.
class Budget {
  public:
    /// Some forty blocks from the disk.
    static constexpr std::uint64_t kOfTurn = 1024;

    void charge(std::uint64_t units) { spent_ += units; }
    bool is_spent() const { return spent_ >= kOfTurn; }

  private:
    std::uint64_t spent_ = 0;
};

/// To one subscriber, in one turn.
class Telling {
  public:
    /// Of notifications in one turn; the rest has to wait for the next.
    static constexpr std::size_t kBytesOfTurn = std::size_t{256} << 10U;

    virtual ~Telling() = default;

    /// An event, and from where to go on after it; an empty cursor where there is no going back to it.
    virtual void tell(const std::string& cursor, EventText event) = 0;
    /// The last event of the subscription; `reason` is for people.
    virtual void end(const std::string& reason) = 0;
    /// Whether more may be told in this turn.
    virtual bool has_room() const = 0;
};

/// All that subscriptions share in a turn.
struct Turn {
    Node& node;
    NodeChain chain;
    BlockRecords& records;
    Budget budget = {};
};

class Subscription {
  public:
    Subscription() = default;
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    virtual ~Subscription() = default;

    virtual bool wants_pending() const { return false; }
    virtual bool wants_network() const { return false; }
    virtual void hear(const News&, Telling&) {}
    /// Tells what there is to tell, as far as the budget and the room allow; true: there is more.
    virtual bool go_on(Turn&, Telling&) { return false; }
};

}  // namespace touchstone::node::api
