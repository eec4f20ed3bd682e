#include "node/api/method_groups.h"
#include "node/api/value_types.h"

namespace touchstone::node::api {

namespace {

rpc::Answer net_peers(const Sources& sources, const rpc::Arguments&) {
    const Connections& connections = sources.node.peers().connections();
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
    return Json{{"peers", std::move(list)}};
}

rpc::Declaration declare_net_peers() {
    const rpc::Type peer = rpc::object("Peer", "a node to which this one is connected",
                                       {{"id", kText},
                                        {"address", kText, "of the other end"},
                                        {"outbound", kBoolean, "whether this node dialed"},
                                        {"trusted", kBoolean},
                                        {"client", kText, "what it calls itself"},
                                        {"connected_at_ms", kUint64, "milliseconds since 1970"},
                                        {"demerits", kUint64, "docs/peers.md"},
                                        {"head_slot", rpc::nullable(kUint64), "that it last told; null before"}});
    return {.name = "net_peers",
            .summary = "The peers to which the node is connected",
            .parameters = {},
            .result =
                rpc::object("Peers", "connected peers", {{"peers", rpc::list_of(peer), "in the order of their ids"}})};
}

rpc::Answer net_counts(const Sources& sources, const rpc::Arguments&) {
    const PeerCounters counters = sources.node.peers().connections().counters();
    return Json{{"inbound", to_json(counters.inbound)},
                {"outbound", to_json(counters.outbound)},
                {"trusted", to_json(counters.trusted)},
                {"banned", to_json(counters.banned)},
                {"known_addresses", to_json(counters.remembered)},
                {"dials_under_way", to_json(counters.dials_under_way)}};
}

rpc::Declaration declare_net_counts() {
    return {.name = "net_counts",
            .summary = "How many peers there are",
            .parameters = {},
            .result = rpc::object("PeerCounts", "how many peers there are",
                                  {{"inbound", kUint64, "connected, who dialed"},
                                   {"outbound", kUint64, "connected, whom this node dialed"},
                                   {"trusted", kUint64, "among both"},
                                   {"banned", kUint64, "not let in now"},
                                   {"known_addresses", kUint64, "of peers that could be dialed"},
                                   {"dials_under_way", kUint64}})};
}

}  // namespace

std::vector<ApiMethod> network_methods() {
    return {{declare_net_peers(), net_peers}, {declare_net_counts(), net_counts}};
}

}  // namespace touchstone::node::api
