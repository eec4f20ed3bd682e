// What the network holds. Its own thread, the poller, takes the host's events; all else is done on the writer thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

#include "native/include/touchstone_native.h"
#include "node/adapters/libp2p/event_reader.h"
#include "node/adapters/libp2p/libp2p_network.h"
#include "node/adapters/libp2p/verdict_counters.h"

namespace touchstone::node::adapters {

struct Libp2pNetwork::Impl : std::enable_shared_from_this<Libp2pNetwork::Impl> {
    Impl(NetworkOptions chosen, NetworkPorts given) : options(std::move(chosen)), ports(std::move(given)) {}

    NetworkOptions options;
    NetworkPorts ports;
    ts_network* host = nullptr;
    std::thread poller;
    VerdictCounters verdicts;

    // Between the poller and the writer.
    std::mutex mutex;
    std::condition_variable room;
    std::size_t posted = 0;
    std::size_t posted_bytes = 0;
    bool ending = false;

    // Of the writer thread alone.
    struct ReceivedGossip {
        MessageId id{};
        std::string source;
        TopicKind kind = TopicKind::Block;
    };
    struct OwnRequest {
        Method method = Method::Status;
        ResponseHandler handler;
        TimerId timer = 0;
    };
    struct ServedRequest {
        std::uint64_t channel = 0;
        Method method = Method::Status;
    };
    bool closed = false;
    NetworkHandler* handler = nullptr;
    GossipId last_gossip = 0;
    InboundRequestId last_inbound = 0;
    std::unordered_map<GossipId, ReceivedGossip> received;
    std::unordered_map<std::int64_t, OwnRequest> own_requests;
    std::unordered_map<InboundRequestId, ServedRequest> served;

    // The poller.
    void poll();
    /// What needs no state of the node is done on this thread. False: the event is finished.
    bool prepare(NativeEvent& event);
    std::optional<Topic> topic_of_name(std::string_view name) const;
    /// Whatever its size, one event may always go.
    bool has_room_for(std::size_t bytes) const;
    bool hand_over(NativeEvent event);

    // Events, on the writer.
    void on(GossipArrived event);
    void on(RequestArrived event);
    void on(ResponseArrived event);
    void on(RequestFailed event);
    void on(PeerConnected event);
    void on(PeerDisconnected event);
    void on(PeerIdentified event);
    void on(const PeerSubscribed& event);
    void on(const PeerDiscovered& event);
    void on(DialFailed event);
    void on(RequestViolation event);
    void on(News event);

    // Requests, on the writer.
    void finish(std::int64_t request, RequestOutcome outcome, ByteVector payload);
    void send(std::uint64_t channel, Method method, ResponseCode code, Bytes payload);
};

}  // namespace touchstone::node::adapters
