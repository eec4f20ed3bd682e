// Gossip and request/response, as the services see them. Payloads are SSZ, not compressed: compression, size limits of
// the compressed form, topic strings and message ids belong to the adapter.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "node/base/bytes.h"

namespace touchstone::node {

/// The id of a peer in the network below, as text (of libp2p, in base58); opaque here.
struct PeerId {
    std::string bytes;
    friend auto operator<=>(const PeerId&, const PeerId&) = default;
};

enum class TopicKind : std::uint8_t {
    Block,
    AggregateAndProof,
    Attestation,  // one topic for each subnet
    ProposerSlashing,
    AttesterSlashing,
    VoluntaryExit,
    Transactions
};

struct Topic {
    TopicKind kind = TopicKind::Block;
    std::uint64_t subnet = 0;  // 0 unless kind is Attestation
    friend auto operator<=>(const Topic&, const Topic&) = default;
};

/// What becomes of a gossiped message: passed on; dropped; dropped, and it costs the peer that sent it.
enum class Verdict : std::uint8_t { Accept, Ignore, Reject };

/// Names a received gossip message until its verdict is reported.
using GossipId = std::uint64_t;

struct GossipMessage {
    GossipId id = 0;
    PeerId sender;
    Topic topic;
    ByteVector payload;
};

enum class Method : std::uint8_t {
    Status,
    Goodbye,
    Ping,
    Metadata,
    BlocksByRange,
    BlocksByRoot,
    StateList,
    StatePart,
    StateEntries
};

enum class ResponseCode : std::uint8_t { Success, InvalidRequest, ServerError, ResourceUnavailable };

/// Names a request of a peer until it is answered.
using InboundRequestId = std::uint64_t;

struct InboundRequest {
    InboundRequestId id = 0;
    PeerId peer;
    Method method = Method::Status;
    ByteVector payload;
};

enum class RequestOutcome : std::uint8_t {
    Success,       // `payload` is the answer
    Refused,       // the peer does not serve it, or not now, or took the request for a wrong one [NET-56]
    ServerError,   // the peer says that it failed
    Malformed,     // the answer broke the protocol below SSZ: too large, not decompressible
    BrokenStream,  // the stream ended before the answer; the connection is still there
    Timeout,
    Disconnected  // or could not be sent
};

using ResponseHandler = std::function<void(RequestOutcome outcome, ByteVector payload)>;

/// How a peer is connected. Addresses are multiaddrs.
struct PeerConnection {
    bool outbound = false;  // we dialed
    std::string address;    // of the other end, as the transport sees it
};

/// What a peer says of itself; nothing of it is proven.
struct PeerIdentity {
    std::string agent;                   // its program
    std::vector<std::string> addresses;  // where it says it can be dialed; only such as we may dial
};

/// Implemented by the node; called on the writer thread.
class NetworkHandler {
  public:
    virtual ~NetworkHandler() = default;

    virtual void on_peer_connected(const PeerId& peer, const PeerConnection& connection) = 0;
    virtual void on_peer_disconnected(const PeerId& peer) = 0;
    /// News of peers, some of which may be lost in a flood. A handler that does not choose peers needs none of it.
    virtual void on_peer_identified(const PeerId& /*peer*/, const PeerIdentity& /*identity*/) {}
    virtual void on_peer_subscription(const PeerId& /*peer*/, const Topic& /*topic*/, bool /*subscribed*/) {}
    /// Discovery found a peer to which there is no connection; the same one may be found again and again.
    virtual void on_peer_discovered(const PeerId& /*peer*/, const std::vector<std::string>& /*addresses*/) {}
    /// A dial asked for with `Network::dial` ended without a connection. The peer is empty if the address names none.
    virtual void on_dial_failed(const PeerId& /*peer*/, const std::string& /*address*/) {}
    /// To be answered with `Network::report`, now or later.
    virtual void on_gossip(GossipMessage message) = 0;
    /// A request that never became one: its frame is above the limit or does not decompress. It has been dealt with.
    virtual void on_malformed_request(const PeerId& /*peer*/, Method /*method*/) {}
    /// To be answered with `Network::respond`, now or later.
    virtual void on_request(InboundRequest request) = 0;
};

/// Called on the writer thread; never calls the handler from within a call.
class Network {
  public:
    virtual ~Network() = default;

    /// Whom to tell; null: nobody (what arrives then is dropped). Set once before anything else and unset before the
    /// end.
    virtual void set_handler(NetworkHandler* handler) = 0;

    virtual void subscribe(const Topic& topic) = 0;
    /// Sends an own message to the topic's mesh. Not delivered to oneself.
    virtual void publish(const Topic& topic, ByteVector payload) = 0;
    /// The verdict of a received message; exactly once. Only after Accept it is passed on.
    virtual void report(GossipId message, Verdict verdict) = 0;

    /// The handler is called exactly once, at the latest when `timeout_ms` have passed.
    virtual void request(const PeerId& peer, Method method, ByteVector payload, std::uint64_t timeout_ms,
                         ResponseHandler handler) = 0;
    /// Exactly once for each inbound request. The payload counts only with Success.
    virtual void respond(InboundRequestId request, ResponseCode code, ByteVector payload) = 0;

    /// Closes the connection; with `ban`, the peer is not let in again until `unban`.
    virtual void disconnect(const PeerId& peer, bool ban) = 0;
    virtual void unban(const PeerId& peer) = 0;

    /// Tries once to connect; does nothing where there is a connection already. `address` is a multiaddr that ends with
    /// the peer's id if that is known. Leads to `on_peer_connected` or `on_dial_failed`.
    virtual void dial(const std::string& address) = 0;
    /// Asks the connected peers for others, who are told by `on_peer_discovered`. Happens now and then without asking.
    virtual void discover() = 0;
    /// What the node thinks of a peer beside its gossip: 0 at first, below 0 bad. Kept until the peer disconnects.
    virtual void set_peer_score(const PeerId& peer, double score) = 0;
};

}  // namespace touchstone::node
