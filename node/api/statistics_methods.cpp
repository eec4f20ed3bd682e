#include <algorithm>
#include <cmath>
#include <variant>

#include "node/api/method_groups.h"
#include "node/api/value_types.h"
#include "node/ports/network_counters.h"

namespace touchstone::node::api {

namespace {

constexpr std::uint64_t kMostEpochs = 225;  // a day of mainnet

// --------------------------------------------------------------------------------------------------------- statistics

Json counts_json(const std::map<std::string, std::uint64_t>& counts) {
    Json object = Json::object();
    for (const auto& [name, count] : counts)
        object[name] = to_json(count);
    return object;
}

/// The numbers of blocks that arrived within each bound, and all.
Json arrival_json(const DelayHistogram& arrival) {
    Json within = Json::array();
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < DelayHistogram::kBoundsMs.size(); ++i) {
        sum += arrival.counts[i];
        within.push_back({{"ms", to_json(DelayHistogram::kBoundsMs[i])}, {"blocks", to_json(sum)}});
    }
    const std::uint64_t mean = arrival.count == 0 ? 0 : arrival.sum_ms / arrival.count;
    return {{"blocks", to_json(arrival.count)},
            {"mean_ms", arrival.count == 0 ? Json() : to_json(mean)},
            {"within", std::move(within)}};
}

Json epoch_json(const EpochStatistics& epoch) {
    constexpr double kMillion = 1e6;
    const auto participation = epoch.participation
                                   ? to_json(static_cast<std::uint64_t>(std::lround(*epoch.participation * kMillion)))
                                   : Json();
    return {{"epoch", to_json(epoch.epoch)},
            {"participation_ppm", participation},
            {"validators",
             {{"pending", to_json(epoch.validators.pending)},
              {"active", to_json(epoch.validators.active)},
              {"exiting", to_json(epoch.validators.exiting)},
              {"exited", to_json(epoch.validators.exited)},
              {"slashed", to_json(epoch.validators.slashed)}}},
            {"stake",
             {{"active", to_json(epoch.stake.stake)},
              {"operators", to_json(epoch.stake.operators)},
              {"largest_operator", to_json(epoch.stake.largest_operator)},
              {"operators_to_stop_finality", to_json(epoch.stake.to_stop_finality)},
              {"operators_to_control_finality", to_json(epoch.stake.to_control_finality)}}},
            {"peers", to_json(epoch.peers)},
            {"clients", counts_json(epoch.clients)},
            {"arrival", arrival_json(epoch.arrival)}};
}

rpc::Answer net_statistics(const Sources& sources, const rpc::Arguments& arguments) {
    const auto count = page_size(arguments[1], kMostEpochs);
    if (const auto* error = std::get_if<rpc::Error>(&count)) return *error;
    const std::uint64_t most = std::get<std::uint64_t>(count);
    const auto& epochs = sources.node.network_statistics().epochs();
    auto first = epochs.end() - static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(most, epochs.size()));
    if (!arguments[0].is_null()) {
        const Epoch from(uint64_from(arguments[0]));
        first = std::ranges::lower_bound(epochs, from, {}, &EpochStatistics::epoch);
    }
    Json list = Json::array();
    for (; first != epochs.end() && list.size() < most; ++first)
        list.push_back(epoch_json(*first));
    return Json{{"epochs", std::move(list)}, {"next", first == epochs.end() ? Json() : to_json(first->epoch)}};
}

rpc::Type epoch_type() {
    const rpc::Type validators =
        rpc::object("ValidatorCounts", "how many validators there are; each is in one of the first four",
                    {{"pending", kUint64, "not active yet"},
                     {"active", kUint64},
                     {"exiting", kUint64, "active until their exit"},
                     {"exited", kUint64},
                     {"slashed", kUint64, "among all of them"}});
    const rpc::Type stake =
        rpc::object("StakeDistribution",
                    "who holds the active stake; an operator is an address, and a person may have many of them",
                    {{"active", kAmount, "effective stake of active validators"},
                     {"operators", kUint64, "that have active validators"},
                     {"largest_operator", kAmount, "of the active stake"},
                     {"operators_to_stop_finality", kUint64,
                      "the fewest that together have more than a third (the Nakamoto coefficient)"},
                     {"operators_to_control_finality", kUint64, "the fewest that together have two thirds"}});
    const rpc::Type bound = rpc::object("ArrivalBound", "how many blocks arrived within a time",
                                        {{"ms", kUint64, "from the beginning of the slot"}, {"blocks", kUint64}});
    const rpc::Type arrival = rpc::object(
        "BlockArrival", "when the first blocks of the slots had come here and their signatures were verified",
        {{"blocks", kUint64, "that came in their slot or the next"},
         {"mean_ms", rpc::nullable(kUint64), "null without blocks"},
         {"within", rpc::list_of(bound), "ascending"}});
    return rpc::object("EpochStatistics", "how the network did in an epoch, as this node saw it",
                       {{"epoch", kUint64},
                        {"participation_ppm", rpc::nullable(kUint64),
                         "millionths of the stake that voted for the right target; null if it is not known"},
                        {"validators", validators},
                        {"stake", stake},
                        {"peers", kUint64, "connected when the epoch had ended"},
                        {"clients", rpc::map_of("ClientCounts", "these peers, by their programs", kUint64)},
                        {"arrival", arrival}});
}

rpc::Declaration declare_net_statistics() {
    return {.name = "net_statistics",
            .summary = "How the network has been doing, epoch by epoch, since the node was started",
            .parameters = {{"from", kUint64, "the first epoch; without it, the last ones are told", false},
                           {"count", kUint64, "as many at most; 225 without it, and never more", false}},
            .result = rpc::object("NetworkStatistics", "epochs that have ended and were followed",
                                  {{"epochs", rpc::list_of(epoch_type(), kMostEpochs), "ascending"},
                                   {"next", rpc::nullable(kUint64), "from of the call for the rest; null: no more"}})};
}

// ------------------------------------------------------------------------------------------------------------ traffic

Json carried_json(const CarriedTraffic& carried) {
    return {{"messages_in", to_json(carried.messages_in)},
            {"bytes_in", to_json(carried.bytes_in)},
            {"messages_out", to_json(carried.messages_out)},
            {"bytes_out", to_json(carried.bytes_out)}};
}

rpc::Answer net_traffic(const Sources& sources, const rpc::Arguments&) {
    const NetworkReport report = sources.counters == nullptr ? NetworkReport() : sources.counters->report();
    Json topics = Json::array();
    for (const TopicTraffic& each : report.topics) {
        topics.push_back({{"topic", std::string(name_of(each.topic.kind))},
                          {"subnet", each.topic.kind == TopicKind::Attestation ? to_json(each.topic.subnet) : Json()},
                          {"subscribed_peers", to_json(each.subscribed_peers)},
                          {"mesh_peers", to_json(each.mesh_peers)},
                          {"carried", carried_json(each.carried)}});
    }
    Json protocols = Json::array();
    for (const MethodTraffic& each : report.methods)
        protocols.push_back({{"protocol", std::string(name_of(each.method))}, {"carried", carried_json(each.carried)}});
    Json verdicts = Json::array();
    for (const auto& [kind, counts] : report.verdicts) {
        verdicts.push_back({{"topic", std::string(name_of(kind))},
                            {"accepted", to_json(counts[static_cast<std::size_t>(Verdict::Accept)])},
                            {"ignored", to_json(counts[static_cast<std::size_t>(Verdict::Ignore)])},
                            {"rejected", to_json(counts[static_cast<std::size_t>(Verdict::Reject)])}});
    }
    return Json{{"topics", std::move(topics)}, {"protocols", std::move(protocols)}, {"verdicts", std::move(verdicts)}};
}

rpc::Declaration declare_net_traffic() {
    const rpc::Type carried = rpc::object(
        "CarriedTraffic",
        "since the node was started, as it travels; of gossip, copies count, and what "
        "went out counts for each peer to which it went",
        {{"messages_in", kUint64}, {"bytes_in", kUint64}, {"messages_out", kUint64}, {"bytes_out", kUint64}});
    const rpc::Type topic = rpc::object("TopicTraffic", "a topic of gossip",
                                        {{"topic", kText},
                                         {"subnet", rpc::nullable(kUint64), "of attestations; else null"},
                                         {"subscribed_peers", kUint64},
                                         {"mesh_peers", kUint64},
                                         {"carried", carried}});
    const rpc::Type protocol =
        rpc::object("ProtocolTraffic", "a protocol of requests", {{"protocol", kText}, {"carried", carried}});
    const rpc::Type verdicts =
        rpc::object("GossipVerdicts", "what was thought of the messages of a topic, those of all subnets together",
                    {{"topic", kText}, {"accepted", kUint64}, {"ignored", kUint64}, {"rejected", kUint64}});
    return {.name = "net_traffic",
            .summary = "What went between the node and its peers, by topic and protocol",
            .parameters = {},
            .result = rpc::object("NetworkTraffic", "empty lists where the network counts nothing",
                                  {{"topics", rpc::list_of(topic)},
                                   {"protocols", rpc::list_of(protocol)},
                                   {"verdicts", rpc::list_of(verdicts)}})};
}

}  // namespace

std::vector<ApiMethod> statistics_methods() {
    return {{declare_net_statistics(), net_statistics}, {declare_net_traffic(), net_traffic}};
}

}  // namespace touchstone::node::api
