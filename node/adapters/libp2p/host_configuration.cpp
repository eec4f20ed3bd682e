#include "node/adapters/libp2p/host_configuration.h"

#include <algorithm>
#include <limits>

#include "node/adapters/libp2p/gossip_score.h"
#include "node/adapters/libp2p/protocol_names.h"
#include "node/adapters/libp2p/request_frames.h"

namespace touchstone::node::adapters {

namespace {

constexpr std::uint32_t kRequestTimeoutMs = 10'000;  // [NET-58]
constexpr std::uint32_t kServedAtOnce = 2;           // of one method and peer [NET-58]
constexpr std::uint64_t kErrorTextBytes = 256;       // [NET-56]
constexpr std::uint64_t kShortestMemoryMs = 60'000;

}  // namespace

HostConfiguration::HostConfiguration(const NetworkOptions& options) {
    const Parameters& parameters = options.parameters;
    ts_network_config_default(&config);
    for (const std::string& address : options.listen)
        listen_.push_back(address.c_str());
    for (const std::string& address : options.external)
        external_.push_back(address.c_str());
    for (const std::string& address : options.peers)
        peers_.push_back(address.c_str());
    for (const Method method : kMethods)
        names_[method] = protocol_name(options.digest, method);
    for (const Method method : kMethods) {
        protocols_.push_back({names_[method].c_str(), compressed_limit(request_limit(method, parameters)),
                              compressed_limit(std::max(response_limit(method, parameters), kErrorTextBytes)),
                              kRequestTimeoutMs});
    }
    const std::string_view busy = status_text(ResponseCode::ResourceUnavailable);
    busy_ = frame_content({reinterpret_cast<const std::uint8_t*>(busy.data()), busy.size()}, true);
    config.max_served_per_peer = kServedAtOnce;
    config.busy_status = status_byte(ResponseCode::ResourceUnavailable);
    config.busy_payload = busy_.data();
    config.busy_payload_length = busy_.size();
    config.listen_addresses = listen_.data();
    config.listen_address_count = listen_.size();
    config.external_addresses = external_.data();
    config.external_address_count = external_.size();
    config.static_peers = peers_.data();
    config.static_peer_count = peers_.size();
    config.protocols = protocols_.data();
    config.protocol_count = protocols_.size();
    std::ranges::copy(options.node_key, config.node_key);
    config.agent = options.agent.c_str();
    discovery_ = discovery_protocol_name(options.digest);
    if (options.discovery) config.discovery_protocol = discovery_.c_str();
    config.allow_private_addresses = options.private_peers ? 1 : 0;
    config.max_connections = options.max_connections;
    config.score = host_score(parameters);
    config.mesh_target = kMeshTarget;
    config.mesh_low = kMeshLow;
    config.mesh_high = kMeshHigh;
    config.heartbeat_ms = kGossipHeartbeatMs;
    config.max_message_bytes = compressed_limit(parameters.GOSSIP_MAX_SIZE);
    config.max_decompressed_bytes = static_cast<std::uint32_t>(parameters.GOSSIP_MAX_SIZE);
    config.max_queued_gossip_bytes =
        std::max<std::uint64_t>(config.max_queued_gossip_bytes, 4ULL * config.max_message_bytes);
    // A message is of interest for two epochs. [NET-25]
    const std::uint64_t two_epochs_ms = 2 * parameters.SLOTS_PER_EPOCH * parameters.SLOT_DURATION_MS;
    config.duplicate_cache_ms = static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(two_epochs_ms, kShortestMemoryMs, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace touchstone::node::adapters
