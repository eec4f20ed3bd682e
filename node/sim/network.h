// The network of a simulation: the model of gossip of [NET-74], and request/response. What is random comes from the
// seed.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "node/ports/network.h"
#include "node/sim/event_log.h"
#include "node/sim/random.h"
#include "node/sim/scheduler.h"

namespace touchstone::node::sim {

/// The figures of [NET-74].
struct NetworkConditions {
    std::uint64_t least_latency_ms = 5;  // of a pair of nodes, drawn once for each direction
    std::uint64_t greatest_latency_ms = 100;
    std::uint64_t greatest_jitter_ms = 50;
    std::uint64_t loss_ppm = 10'000;  // parts per million
    std::uint64_t duplication_ppm = 50'000;
    std::uint64_t heartbeat_ms = 700;
    std::uint64_t ban_ms = 60'000;
};

class SimulatedEndpoint;

class SimulatedNetwork {
  public:
    SimulatedNetwork(Scheduler& scheduler, EventLog& log, const NetworkConditions& conditions, std::uint64_t seed)
        : scheduler_(scheduler),
          log_(log),
          conditions_(conditions),
          random_(SeededRandom::stream(seed, "network", 0)) {}

    static PeerId peer_id(std::size_t node) { return PeerId{"node-" + std::to_string(node)}; }

    /// Brings node `node` up; its connections come up shortly after. It is down again when the endpoint is destroyed.
    std::unique_ptr<SimulatedEndpoint> attach(std::size_t node, ForkDigest digest, TaskGuard guard);

    /// While it lasts, nothing passes between different groups. A node beyond the list is in group 0.
    void partition(std::vector<std::size_t> group_of_node) { groups_ = std::move(group_of_node); }
    void heal() { groups_.clear(); }

    /// Sees every message as it is published, whoever gets it.
    using Observer = std::function<void(std::size_t node, const Topic& topic, const ByteVector& payload)>;
    void set_observer(Observer observer) { observer_ = std::move(observer); }

    void set_conditions(const NetworkConditions& conditions) { conditions_ = conditions; }
    std::uint64_t delivered() const { return delivered_; }

  private:
    friend class SimulatedEndpoint;
    using Link = std::pair<std::size_t, std::size_t>;  // smaller node first

    static Link link(std::size_t a, std::size_t b) { return a < b ? Link{a, b} : Link{b, a}; }
    SimulatedEndpoint* endpoint(std::size_t node) const;
    std::size_t group(std::size_t node) const { return node < groups_.size() ? groups_[node] : 0; }
    bool connected(std::size_t a, std::size_t b) const { return connections_.contains(link(a, b)); }
    bool may_connect(std::size_t a, std::size_t b) const;
    /// The node of this id, if it is up.
    std::optional<std::size_t> node_with(const PeerId& id) const;
    void schedule_connect(std::size_t a, std::size_t b, std::uint64_t delay_ms);
    void connect(std::size_t a, std::size_t b);
    void disconnect(std::size_t a, std::size_t b);
    void ban(std::size_t a, std::size_t b);
    void unban(std::size_t a, std::size_t b);
    void detach(std::size_t node);
    bool divided(std::size_t a, std::size_t b) const { return group(a) != group(b); }
    /// Latency of the pair plus jitter.
    std::uint64_t delay(std::size_t from, std::size_t to);
    /// Runs `arrival` at the receiver after `delay_ms`, unless a partition or the receiver's end comes between.
    void transmit(std::size_t from, std::size_t to, std::uint64_t delay_ms,
                  std::function<void(SimulatedEndpoint&)> arrival);
    /// As transmit over a connection: lost with it, and with the probability of loss.
    void transmit_on_stream(std::size_t from, std::size_t to, std::function<void(SimulatedEndpoint&)> arrival);

    Scheduler& scheduler_;
    EventLog& log_;
    NetworkConditions conditions_;
    SeededRandom random_;
    Observer observer_;
    std::map<std::size_t, SimulatedEndpoint*> endpoints_;
    std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> base_latency_;  // from, to
    std::map<Link, std::uint64_t> connections_;                                  // to the number of the connection
    std::map<Link, std::uint64_t> banned_until_;
    std::vector<std::size_t> groups_;
    std::uint64_t next_connection_ = 1;
    std::uint64_t delivered_ = 0;
};

/// The network as one node sees it, from its start to its end or crash.
class SimulatedEndpoint final : public Network {
  public:
    SimulatedEndpoint(SimulatedNetwork& network, std::size_t node, ForkDigest digest, TaskGuard guard)
        : network_(network), node_(node), digest_(digest), guard_(std::move(guard)) {}
    ~SimulatedEndpoint() override;

    void set_handler(NetworkHandler* handler) override { handler_ = handler; }
    void subscribe(const Topic& topic) override { subscriptions_.insert(topic); }
    void publish(const Topic& topic, ByteVector payload) override;
    void report(GossipId message, Verdict verdict) override;
    void request(const PeerId& peer, Method method, ByteVector payload, std::uint64_t timeout_ms,
                 ResponseHandler handler) override;
    void respond(InboundRequestId request, ResponseCode code, ByteVector payload) override;
    void disconnect(const PeerId& peer, bool ban) override;
    void unban(const PeerId& peer) override;
    /// The address of a node is its id.
    void dial(const std::string& address) override;
    void discover() override;
    /// The model's gossip goes to everyone, whatever their score.
    void set_peer_score(const PeerId&, double) override {}

    /// To that node alone, whatever its topics' mesh, after exactly that time: never lost, and across partitions.
    void deliver(std::size_t receiver, const Topic& topic, ByteVector payload, std::uint64_t delay_ms);

    std::uint64_t accepted() const { return accepted_; }
    std::uint64_t rejected() const { return rejected_; }

  private:
    friend class SimulatedNetwork;
    using MessageId = std::array<std::uint8_t, 20>;
    struct Message {
        Topic topic;
        ByteVector payload;
        MessageId id;
    };
    using MessagePointer = std::shared_ptr<const Message>;

    struct Outbound {
        std::size_t peer;
        ResponseHandler handler;
        Scheduler::TaskId timeout;
    };

    void send(std::size_t receiver, const MessagePointer& message);
    void on_message(std::size_t sender, const MessagePointer& message);
    void on_connected(std::size_t peer, bool outbound);
    void on_disconnected(std::size_t peer);
    bool is_waiting(std::uint64_t number) const { return outbound_.contains(number); }
    /// False: the node asks more than its share.
    bool begin_to_serve(std::size_t asker, Method method, std::uint64_t number);
    void answer(std::size_t asker, std::uint64_t number, RequestOutcome outcome, ByteVector payload);
    void finish(std::uint64_t number, RequestOutcome outcome, ByteVector payload);
    std::optional<std::size_t> node_of(const PeerId& peer) const;

    SimulatedNetwork& network_;
    std::size_t node_;
    ForkDigest digest_;
    TaskGuard guard_;
    NetworkHandler* handler_ = nullptr;
    std::set<Topic> subscriptions_;
    std::set<std::size_t> peers_;
    std::set<MessageId> seen_;
    std::map<GossipId, MessageId> pending_;
    std::map<std::uint64_t, Outbound> outbound_;
    std::map<InboundRequestId, std::pair<std::size_t, std::uint64_t>> inbound_;  // to the asking node and its number
    std::set<std::tuple<std::size_t, Method, std::uint64_t>> serving_;  // asking node, its number; until it is answered
    std::uint64_t next_number_ = 1;
    std::uint64_t accepted_ = 0;
    std::uint64_t rejected_ = 0;
};

}  // namespace touchstone::node::sim
