// The network port over libp2p: topics of this chain, raw snappy, requests; one thread that takes the host's events to
// the writer thread.
//
// Queues and what they drop. The host keeps the events that wait (native/include/touchstone_native.h): of gossip the
// oldest goes first, votes and transactions before all others; requests and responses are never dropped. The thread
// hands at most 256 events, with at most 64 MiB of payloads decompressed, to the writer at a time and takes no more
// until the writer has done some, so that a slow writer makes the host's queue grow and nothing else. [NET-114]
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node/adapters/files/fault.h"
#include "node/adapters/libp2p/network_reports.h"
#include "node/generated/parameters.h"
#include "node/ports/clock.h"
#include "node/ports/log.h"
#include "node/ports/network.h"
#include "node/ports/network_counters.h"
#include "node/ports/timers.h"

namespace touchstone::node::adapters {

struct NetworkOptions {
    ForkDigest digest;
    Parameters parameters{};
    std::vector<std::string> listen;        // multiaddrs
    std::vector<std::string> external;      // multiaddrs under which others reach it, beside those it listens on
    std::vector<std::string> peers;         // multiaddrs, kept connected
    bool discovery = true;                  // answer and ask for peers (Kademlia)
    bool private_peers = false;             // take private addresses of peers even where it listens on none such
    std::uint32_t max_connections = 100;    // what comes beyond is closed without a word
    std::uint64_t validators = 0;           // about how many vote: what a peer's messages are measured by
    std::array<std::uint8_t, 32> node_key;  // Ed25519 seed
    std::string agent = "touchstone-node";
};

/// What it stands on; all of it outlives the network. `post` runs a task on the writer thread.
struct NetworkPorts {
    std::function<void(std::function<void()>)> post;
    Clock& clock;
    Timers& timers;
    Log& log;
};

/// The peer id that a node with this key has, in base58.
std::string peer_id_of(const std::array<std::uint8_t, 32>& node_key);

/// Peers are named by their ids in base58. On destruction the host ends, and requests that are under way are not
/// answered any more.
class Libp2pNetwork final : public Network, public NetworkCounters {
  public:
    /// Listens on all addresses when it returns. What arrives waits for the first handler.
    static Outcome<std::unique_ptr<Libp2pNetwork>> start(const NetworkOptions& options, const NetworkPorts& ports);
    ~Libp2pNetwork() override;

    /// With the real ports and the peer id at the end.
    std::vector<std::string> listen_addresses() const;
    std::string local_peer_id() const;
    /// What is known and counted, at most about a second old; from any thread.
    std::vector<ConnectedPeer> connected_peers() const;
    std::vector<Traffic> traffic() const;
    NetworkReport report() const override;

    void set_handler(NetworkHandler* handler) override;
    void subscribe(const Topic& topic) override;
    void publish(const Topic& topic, ByteVector payload) override;
    void report(GossipId message, Verdict verdict) override;
    void request(const PeerId& peer, Method method, ByteVector payload, std::uint64_t timeout_ms,
                 ResponseHandler handler) override;
    void respond(InboundRequestId request, ResponseCode code, ByteVector payload) override;
    void disconnect(const PeerId& peer, bool ban) override;
    void unban(const PeerId& peer) override;
    void dial(const std::string& address) override;
    void discover() override;
    void set_peer_score(const PeerId& peer, double score) override;

  private:
    struct Impl;
    explicit Libp2pNetwork(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<Impl> impl_;
};

}  // namespace touchstone::node::adapters
