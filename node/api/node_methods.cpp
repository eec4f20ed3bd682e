#include "node/api/method_groups.h"
#include "node/api/value_types.h"
#include "node/api/version.h"
#include "node/services/health.h"

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

rpc::Answer node_health(const Sources& sources, const rpc::Arguments&) {
    // Whoever answers has been busy for no time at all.
    const Objections objections = objections_to_ready(sources.node.status(), sources.parameters().SLOTS_PER_EPOCH, 0);
    return Json{{"live", true}, {"ready", objections.empty()}, {"reasons", objections}};
}

rpc::Declaration declare_node_health() {
    return {.name = "node_health",
            .summary = "Whether the node is of use: whether it follows the chain and has peers",
            .parameters = {},
            .result = rpc::object("NodeHealth", "whether the node lives and is of use",
                                  {{"live", kBoolean, "true: it answers"},
                                   {"ready", kBoolean, "whether what it answers is of now, as /health/ready says"},
                                   {"reasons", rpc::list_of(kText), "why it is not, for people; empty if it is"}})};
}

rpc::Answer node_database(const Sources& sources, const rpc::Arguments&) {
    const Chain& chain = sources.chain();
    const StoreSize size = chain.database_size();
    const StateList served = chain.kept_states().list();
    return Json{{"schema_version", to_json(size.schema_version)},
                {"page_bytes", to_json(size.page_bytes)},
                {"pages", to_json(size.pages)},
                {"free_pages", to_json(size.free_pages)},
                {"earliest_block_slot", to_json(chain.earliest_slot())},
                {"earliest_state_slot", to_json(chain.finalized_slot())},
                {"head_slot", to_json(chain.head_slot())},
                {"served_states", to_json(std::uint64_t{served.checkpoints.size()})},
                {"earliest_served_epoch",
                 served.checkpoints.empty() ? Json(nullptr) : to_json(served.checkpoints.back().epoch)}};
}

rpc::Declaration declare_node_database() {
    return {.name = "node_database",
            .summary = "How large the node's database is, and from when on it has what",
            .parameters = {},
            .result = rpc::object(
                "NodeDatabase", "the node's database",
                {{"schema_version", kUint64, "of its tables; 0, as the sizes, where it is no file"},
                 {"page_bytes", kUint64, "of a page"},
                 {"pages", kUint64, "that the file has"},
                 {"free_pages", kUint64, "among them, for what comes next"},
                 {"earliest_block_slot", kUint64,
                  "from which on it has all blocks of the chain; 1 for a chain from genesis"},
                 {"earliest_state_slot", kUint64, "of the last finalized block: states are kept from it on"},
                 {"head_slot", kUint64},
                 {"served_states", kUint64, "older ones, from which new nodes can begin"},
                 {"earliest_served_epoch", rpc::nullable(kUint64), "of these; null if there are none"}})};
}

}  // namespace

std::vector<ApiMethod> node_methods() {
    return {{declare_node_version(), node_version},
            {declare_node_sync(), node_sync},
            {declare_node_health(), node_health},
            {declare_node_database(), node_database}};
}

}  // namespace touchstone::node::api
