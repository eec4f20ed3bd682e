#include "reference/cli/adapter.h"
#include "reference/network/wire.h"

namespace touchstone::reference::cli {

namespace {

Json verdict_of(const Result<void>& applied) {
    if (applied) return {{"ok", true}};
    return {{"ok", false}, {"rejected", to_string(applied.failure().clause)}};
}

Json verdict_of(const GossipResult& result) {
    switch (result.verdict) {
        case Verdict::Accept:
            return {{"verdict", "accept"}};
        case Verdict::Ignore:
            return {{"verdict", "ignore"}, {"reason", to_string(*result.clause)}};
        case Verdict::Reject:
            return {{"verdict", "reject"}, {"reason", to_string(*result.clause)}};
    }
    throw std::logic_error("no verdict");
}

/// The store's time and that of the node's clock are one.
Result<void> tick(GossipView& view, std::uint64_t time_ms) {
    CHECK(on_tick(view.store, time_ms));
    view.time_ms = time_ms;
    return {};
}

Json message(GossipView& view, const std::string& topic, const Bytes& payload) {
    const auto result = on_gossip_message(view, topic, payload);
    if (!result) return {{"verdict", "none"}};
    Json entry = verdict_of(*result);
    entry["id"] = to_hex(gossip_message_id(topic, payload, view.store.config));
    return entry;
}

Result<Json> take_step(GossipView& view, const Request& request, const Json& step) {
    if (step.contains("tick")) return verdict_of(tick(view, parse_uint64(step["tick"])));
    if (step.contains("block")) {
        TRY(const SignedBlock block, request.decode<SignedBlock>(step["block"].get<std::string>()));
        return verdict_of(import_block(view, block));
    }
    if (step.contains("message")) {
        return message(view, step.at("topic").get<std::string>(), request.input(step["message"].get<std::string>()));
    }
    throw BadRequest("a step is none of tick, block, message");
}

Answer gossip_scenario(const Request& request) {
    TRY(ConsensusState anchor_state, request.decode<ConsensusState>("anchor_state"));
    TRY(const auto entries, request.decode_entries("anchor_state"));
    TRY(const Block anchor_block, request.decode<Block>("anchor_block"));
    CHECK(attach_entries(anchor_state, entries));
    GossipView view;
    TRY(view.store, get_forkchoice_store(anchor_state, anchor_block));
    view.time_ms = view.store.time_ms;
    Json taken = Json::array();
    for (const Json& step : request.steps) {
        TRY(const Json entry, take_step(view, request, step));
        taken.push_back(entry);
    }
    return Json{{"steps", taken}};
}

}  // namespace

void add_gossip_handlers(Handlers& handlers) { handlers[{"gossip", "*"}] = gossip_scenario; }

}  // namespace touchstone::reference::cli
