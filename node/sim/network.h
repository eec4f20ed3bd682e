// The network of a simulation: the model of gossip of [NET-74] and [NET-120] to [NET-123], and request/response. What
// is random comes from the seed.
#pragma once

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
#include "node/sim/gossip_router.h"
#include "node/sim/link_queues.h"
#include "node/sim/links.h"
#include "node/sim/mesh.h"
#include "node/sim/scheduler.h"

namespace touchstone::node::sim {

class SimulatedEndpoint;

class SimulatedNetwork {
  public:
    SimulatedNetwork(Scheduler& scheduler, EventLog& log, const NetworkConditions& conditions, std::uint64_t seed)
        : scheduler_(scheduler), log_(log), links_(conditions, seed), queues_(scheduler) {}

    static PeerId peer_id(std::size_t node) { return PeerId{"node-" + std::to_string(node)}; }

    /// Brings node `node` up; its connections come up shortly after. It is down again when the endpoint is destroyed.
    std::unique_ptr<SimulatedEndpoint> attach(std::size_t node, ForkDigest digest, TaskGuard guard);

    /// While it lasts, nothing passes between different groups. A node beyond the list is in group 0.
    void partition(std::vector<std::size_t> group_of_node) { links_.partition(std::move(group_of_node)); }
    void heal() { links_.heal(); }
    /// Partitions, and links that are closed one way.
    Links& links() { return links_; }

    /// Sees every message as it is published, whoever gets it.
    using Observer = std::function<void(std::size_t node, const Topic& topic, const ByteVector& payload)>;
    void set_observer(Observer observer) { observer_ = std::move(observer); }

    void set_conditions(const NetworkConditions& conditions) { links_.set_conditions(conditions); }
    std::uint64_t delivered() const { return delivered_; }
    /// Of gossiped blocks, how long after their publication each came to another node for the first time.
    const std::vector<std::uint64_t>& block_arrivals_ms() const { return block_arrivals_ms_; }
    std::uint64_t blocks_published() const { return blocks_published_; }

  private:
    friend class SimulatedEndpoint;
    friend class GossipRouter;
    using Link = std::pair<std::size_t, std::size_t>;  // smaller node first

    /// What is on its way: lost if the receiver is gone when it comes, or cannot be reached.
    struct Transmission {
        std::uint64_t delay_ms = 0;
        std::uint64_t bytes = 0;
        std::function<bool()> is_wanted;  // asked when it leaves; null: always
        std::function<void(SimulatedEndpoint&)> arrival;
    };

    static Link link(std::size_t a, std::size_t b) { return a < b ? Link{a, b} : Link{b, a}; }
    static MessagePointer make_message(const ForkDigest& digest, const Topic& topic, ByteVector payload,
                                       std::uint64_t now_ms);
    SimulatedEndpoint* endpoint(std::size_t node) const;
    bool connected(std::size_t a, std::size_t b) const { return connections_.contains(link(a, b)); }
    bool is_banned(std::size_t by, std::size_t peer) const { return bans_.contains({by, peer}); }
    bool may_connect(std::size_t a, std::size_t b) const;
    static std::optional<std::size_t> number_of(const PeerId& id);
    /// The node of this id, if it is up.
    std::optional<std::size_t> node_with(const PeerId& id) const;
    void schedule_connect(std::size_t a, std::size_t b, std::uint64_t delay_ms);
    void connect(std::size_t a, std::size_t b);
    void disconnect(std::size_t a, std::size_t b);
    void ban(std::size_t node, std::size_t peer);
    void unban(std::size_t node, std::size_t peer);
    void detach(std::size_t node);
    /// Where there is a mesh, or nodes do not know all others; as long as that endpoint is there.
    void schedule_heartbeat(std::size_t node, std::uint64_t number, std::uint64_t delay_ms);
    void seek_peers(std::size_t node);
    const std::set<std::size_t>& peers_of(std::size_t node) const;
    /// Is of the same chain and not banned; and is subscribed.
    bool listens_at_all(std::size_t node, std::size_t to) const;
    bool listens(std::size_t node, std::size_t to, const Topic& topic) const;
    std::uint64_t bytes_of(const GossipedMessage& message) const;
    void transmit(std::size_t from, std::size_t to, Transmission transmission);
    /// A small message of the mesh's own; may be lost.
    void send_control(std::size_t from, std::size_t to, std::uint64_t bytes,
                      std::function<void(SimulatedEndpoint&)> arrival);
    /// As transmit over a connection: lost with it, and with the probability of loss.
    void transmit_on_stream(std::size_t from, std::size_t to, std::uint64_t bytes,
                            std::function<void(SimulatedEndpoint&)> arrival);

    Scheduler& scheduler_;
    EventLog& log_;
    Links links_;
    LinkQueues queues_;
    Meshes meshes_;
    Observer observer_;
    std::map<std::size_t, SimulatedEndpoint*> endpoints_;
    std::map<Link, std::uint64_t> connections_;           // to the number of the connection
    std::set<std::pair<std::size_t, std::size_t>> bans_;  // who banned whom, until he unbans him
    std::vector<std::uint64_t> block_arrivals_ms_;
    std::uint64_t next_connection_ = 1;
    std::uint64_t next_endpoint_ = 1;
    std::uint64_t delivered_ = 0;
    std::uint64_t blocks_published_ = 0;
};

/// The network as one node sees it, from its start to its end or crash.
class SimulatedEndpoint final : public Network {
  public:
    SimulatedEndpoint(SimulatedNetwork& network, std::size_t node, std::uint64_t number, ForkDigest digest,
                      TaskGuard guard)
        : network_(network),
          node_(node),
          number_(number),
          digest_(digest),
          guard_(std::move(guard)),
          router_(network, node) {}
    ~SimulatedEndpoint() override;

    void set_handler(NetworkHandler* handler) override { handler_ = handler; }
    void subscribe(const Topic& topic) override { router_.subscribe(topic); }
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
    void set_peer_score(const PeerId& /*peer*/, double /*score*/) override {}

    /// To that node alone, whatever its topics' mesh, after exactly that time: never lost, and across partitions.
    void deliver(std::size_t receiver, const Topic& topic, ByteVector payload, std::uint64_t delay_ms);

    std::uint64_t accepted() const { return accepted_; }
    std::uint64_t rejected() const { return rejected_; }
    const std::set<std::size_t>& peers() const { return peers_; }

  private:
    friend class SimulatedNetwork;
    friend class GossipRouter;

    struct Outbound {
        std::size_t peer;
        ResponseHandler handler;
        Scheduler::TaskId timeout;
    };
    struct Pending {
        std::size_t sender;
        MessagePointer message;
    };

    void on_message(std::size_t sender, const MessagePointer& message);
    void on_connected(std::size_t peer, bool outbound);
    void on_disconnected(std::size_t peer);
    bool is_waiting(std::uint64_t number) const { return outbound_.contains(number); }
    /// False: the node asks more than its share.
    bool begin_to_serve(std::size_t asker, Method method, std::uint64_t number);
    void answer(std::size_t asker, std::uint64_t number, RequestOutcome outcome, ByteVector payload);
    void finish(std::uint64_t number, RequestOutcome outcome, ByteVector payload);
    /// If it is a peer.
    std::optional<std::size_t> node_of(const PeerId& peer) const;

    SimulatedNetwork& network_;
    std::size_t node_;
    std::uint64_t number_;  // no other endpoint has it, nor one of the same node
    ForkDigest digest_;
    TaskGuard guard_;
    GossipRouter router_;
    NetworkHandler* handler_ = nullptr;
    std::set<std::size_t> peers_;
    std::map<GossipId, Pending> pending_;
    std::map<std::uint64_t, Outbound> outbound_;
    std::map<InboundRequestId, std::pair<std::size_t, std::uint64_t>> inbound_;  // to the asking node and its number
    std::set<std::tuple<std::size_t, Method, std::uint64_t>> serving_;  // asking node, its number; until it is answered
    std::uint64_t next_number_ = 1;
    std::uint64_t accepted_ = 0;
    std::uint64_t rejected_ = 0;
};

}  // namespace touchstone::node::sim
