// Gossip at one node: what it has seen and passes on, offers and asks for; whom it is deaf to. [NET-74] [NET-122]
// [NET-123]
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "node/ports/network.h"

namespace touchstone::node::sim {

class SimulatedNetwork;

using MessageId = std::array<std::uint8_t, 20>;  // [NET-05]

struct GossipedMessage {
    Topic topic;
    ByteVector payload;
    MessageId id;
    std::uint64_t published_ms = 0;  // 0: it was not, but given to one
};
using MessagePointer = std::shared_ptr<const GossipedMessage>;

class GossipRouter {
  public:
    GossipRouter(SimulatedNetwork& network, std::size_t node) : network_(network), node_(node) {}

    void subscribe(const Topic& topic) { subscriptions_.insert(topic); }
    bool subscribes(const Topic& topic) const { return subscriptions_.contains(topic); }

    /// To everybody, or to the mesh.
    void publish(const MessagePointer& message);
    void send_to(std::size_t receiver, const MessagePointer& message);
    /// True if the node is to judge the message.
    bool receive(std::size_t sender, const MessagePointer& message);
    /// Passes it on if it is accepted.
    void judged(std::size_t sender, const MessagePointer& message, Verdict verdict);

    /// Once each heartbeat, where there is a mesh.
    void heartbeat();

  private:
    struct Cached {
        MessagePointer message;
        std::uint64_t heartbeat = 0;
    };

    void send_once(std::size_t receiver, const MessagePointer& message);
    void forward(const MessagePointer& message);
    std::vector<std::size_t> listeners(const Topic& topic) const;
    bool is_deaf_to(std::size_t sender);
    void say_no_more(const MessagePointer& message, std::size_t sender);
    void offer();
    void on_offer(std::size_t sender, const std::vector<MessageId>& ids);
    void on_wish(std::size_t sender, const std::vector<MessageId>& ids);
    void expire();

    SimulatedNetwork& network_;
    std::size_t node_;
    std::set<Topic> subscriptions_;
    std::map<MessageId, std::uint64_t> seen_;              // to the heartbeat in which it came
    std::map<MessageId, Cached> cache_;                    // accepted ones and own ones
    std::map<MessageId, std::set<std::size_t>> had_by_;    // or it is on its way to them
    std::set<std::pair<MessageId, std::size_t>> no_more_;  // who wants no copy
    std::map<MessageId, std::uint64_t> asked_ms_;
    std::map<std::size_t, std::map<Topic, std::vector<std::uint64_t>>> rejects_;  // to their times
    std::uint64_t heartbeats_ = 0;
};

}  // namespace touchstone::node::sim
