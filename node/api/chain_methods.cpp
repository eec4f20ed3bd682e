#include <algorithm>

#include "node/api/method_groups.h"
#include "node/api/value_types.h"

namespace touchstone::node::api {

namespace {

Json percent_of(const std::optional<StateSyncEvent>& sync) {
    constexpr double kPercent = 100;
    return sync ? to_json(static_cast<std::uint64_t>(sync->done * kPercent)) : Json(nullptr);
}

Json chain_head(Node& node) {
    const StatusEvent status = node.status();
    const Chain& chain = node.chain();
    const ConsensusState& state = chain.head_state()->consensus();
    const Epoch epoch = epoch_of(std::max(state.slot, status.slot), chain.parameters());
    return {{"genesis_root", to_json(chain.genesis_root())},
            {"genesis_time_ms", to_json(chain.genesis_time_ms())},
            {"slot", to_json(status.slot)},
            {"head_slot", to_json(status.head_slot)},
            {"head_root", to_json(status.head_root)},
            {"justified_epoch", to_json(status.justified_epoch)},
            {"justified_root", to_json(status.justified_root)},
            {"finalized_epoch", to_json(status.finalized_epoch)},
            {"finalized_root", to_json(status.finalized_root)},
            {"fork_version", to_json(fork_version_at(state, epoch, chain.parameters()))},
            {"base_fee", to_json(state.base_fee)},
            {"syncing", status.syncing},
            {"sync_distance", to_json(status.sync_distance)},
            {"sync_speed", to_json(static_cast<std::uint64_t>(status.sync_speed))},
            {"sync_seconds_left", status.sync_seconds_left ? to_json(*status.sync_seconds_left) : Json(nullptr)},
            {"sync_peers", to_json(std::uint64_t{status.sync_peers})},
            {"state_sync_percent", percent_of(status.state_sync)},
            {"backfill_distance", to_json(status.backfill ? status.backfill->distance : 0)},
            {"peers", to_json(std::uint64_t{status.peers})}};
}

Json chain_parameters(const Node& node) {
    Json list = Json::object();
    for (const ParameterField& field : PARAMETER_FIELDS)
        list[std::string(field.name)] = to_json(node.chain().parameters().*field.value);
    return {{"genesis_root", to_json(node.chain().genesis_root())}, {"parameters", std::move(list)}};
}

}  // namespace

std::vector<rpc::Method> chain_methods(Node& node) {
    std::vector<rpc::Method> methods;
    methods.push_back(
        {"chain_head",
         "The head of the chain as this node sees it, and how far behind it is",
         {},
         {{"genesis_root", &kRoot, "names the chain"},
          {"genesis_time_ms", &kUint64, "start of slot 0, milliseconds since 1970"},
          {"slot", &kUint64, "of the clock; 0 before genesis"},
          {"head_slot", &kUint64, "of the head block"},
          {"head_root", &kRoot, "of the head block"},
          {"justified_epoch", &kUint64, ""},
          {"justified_root", &kRoot, ""},
          {"finalized_epoch", &kUint64, ""},
          {"finalized_root", &kRoot, "of the last finalized block"},
          {"fork_version", &kVersion, "under which transactions are signed now"},
          {"base_fee", &kUint64, "grains for a unit of gas, of the next block"},
          {"syncing", &kBoolean, "whether the node is catching up with its peers"},
          {"sync_distance", &kUint64, "slots from what is imported to the head that it catches up with"},
          {"sync_speed", &kUint64, "slots in a second, over the last minute"},
          {"sync_seconds_left", &kUint64, "to that head, at this speed", true},
          {"sync_peers", &kUint64, "that have delivered what it catches up with"},
          {"state_sync_percent", &kUint64, "of the state that it begins from, while it begins from a checkpoint", true},
          {"backfill_distance", &kUint64, "slots before its anchor whose blocks are still to be fetched"},
          {"peers", &kUint64, "connected"}},
         {},
         [&node](const rpc::Arguments&) { return rpc::Answer(chain_head(node)); }});
    methods.push_back({"chain_parameters",
                       "The configuration of the chain",
                       {},
                       {{"genesis_root", &kRoot, "names the chain"},
                        {"parameters", &kParameterList, "every parameter of the specification by its name"}},
                       {},
                       [&node](const rpc::Arguments&) { return rpc::Answer(chain_parameters(node)); }});
    return methods;
}

}  // namespace touchstone::node::api
