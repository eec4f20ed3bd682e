#include "node/api/method_groups.h"
#include "node/api/value_types.h"

namespace touchstone::node::api {

namespace {

Json network_peers(const Node& node) {
    const Connections& connections = node.peers().connections();
    Json list = Json::array();
    for (const auto& [id, peer] : connections.all()) {
        list.push_back({{"id", id.bytes},
                        {"address", peer.address},
                        {"outbound", peer.outbound},
                        {"trusted", peer.trusted},
                        {"client", peer.client},
                        {"connected_at_ms", to_json(peer.since_ms)},
                        {"demerits", to_json(std::uint64_t{connections.demerits(id)})},
                        {"head_slot", peer.status ? to_json(peer.status->head_slot) : Json()}});
    }
    const PeerCounters counters = connections.counters();
    return {{"peers", std::move(list)},
            {"banned", to_json(counters.banned)},
            {"known_addresses", to_json(counters.remembered)}};
}

}  // namespace

std::vector<rpc::Method> network_methods(Node& node) {
    std::vector<rpc::Method> methods;
    methods.push_back({"network_peers",
                       "The peers to which the node is connected",
                       {},
                       {{"peers", &kPeers, "in the order of their ids"},
                        {"banned", &kUint64, "peers that are not let in now"},
                        {"known_addresses", &kUint64, "peers that the node could dial"}},
                       {},
                       [&node](const rpc::Arguments&) { return rpc::Answer(network_peers(node)); }});
    return methods;
}

}  // namespace touchstone::node::api
