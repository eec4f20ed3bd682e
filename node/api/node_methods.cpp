#include "node/api/method_groups.h"
#include "node/api/value_types.h"
#include "node/api/version.h"

namespace touchstone::node::api {

namespace {

rpc::Answer node_version(const Sources&, const rpc::Arguments&) {
    return Json{{"client", "touchstone-node " TOUCHSTONE_VERSION},
                {"specification", TOUCHSTONE_SPEC_VERSION},
                {"api", kApiVersion}};
}

rpc::Declaration declare_node_version() {
    return {.name = "node_version",
            .summary = "Which program answers",
            .parameters = {},
            .result = rpc::object("NodeVersion", "versions of program, specification and methods",
                                  {{"client", kText, "name and version of the program"},
                                   {"specification", kText, "that it follows"},
                                   {"api", kText, "MAJOR.MINOR.PATCH, as in rpc.discover"}})};
}

Json percent_of(const std::optional<StateSyncEvent>& sync) {
    constexpr double kPercent = 100;
    return sync ? to_json(static_cast<std::uint64_t>(sync->done * kPercent)) : Json(nullptr);
}

rpc::Answer node_sync(const Sources& sources, const rpc::Arguments&) {
    const StatusEvent status = sources.node.status();
    return Json{{"syncing", status.syncing},
                {"slot", to_json(status.slot)},
                {"head_slot", to_json(status.head_slot)},
                {"distance", to_json(status.sync_distance)},
                {"speed", to_json(static_cast<std::uint64_t>(status.sync_speed))},
                {"seconds_left", status.sync_seconds_left ? to_json(*status.sync_seconds_left) : Json(nullptr)},
                {"sync_peers", to_json(std::uint64_t{status.sync_peers})},
                {"state_sync_percent", percent_of(status.state_sync)},
                {"backfill_distance", to_json(status.backfill ? status.backfill->distance : 0)},
                {"waiting_blocks", to_json(std::uint64_t{status.waiting_blocks})},
                {"peers", to_json(std::uint64_t{status.peers})}};
}

rpc::Declaration declare_node_sync() {
    return {.name = "node_sync",
            .summary = "How far behind the node is",
            .parameters = {},
            .result =
                rpc::object("NodeSync", "how far behind the node is",
                            {{"syncing", kBoolean, "whether it is catching up with its peers"},
                             {"slot", kUint64, "of the clock; 0 before genesis"},
                             {"head_slot", kUint64},
                             {"distance", kUint64, "slots from what is imported to the head that it catches up with"},
                             {"speed", kUint64, "slots in a second, over the last minute"},
                             {"seconds_left", rpc::nullable(kUint64), "to that head, at this speed"},
                             {"sync_peers", kUint64, "that have delivered what it catches up with"},
                             {"state_sync_percent", rpc::nullable(kUint64),
                              "of the state that the node is about to begin from; null unless it is"},
                             {"backfill_distance", kUint64, "slots before the node's first block that it still wants"},
                             {"waiting_blocks", kUint64, "for a parent or for their slot"},
                             {"peers", kUint64, "connected"}})};
}

}  // namespace

std::vector<ApiMethod> node_methods() {
    return {{declare_node_version(), node_version}, {declare_node_sync(), node_sync}};
}

}  // namespace touchstone::node::api
