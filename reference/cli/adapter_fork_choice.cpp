#include "reference/cli/adapter.h"
#include "reference/fork_choice/store.h"

namespace touchstone::reference::cli {

namespace {

Result<Json> check(const Store& store, const std::string& name, const Json& step) {
    if (name == "time") return Json(std::to_string(store.time_ms));
    if (name == "justified_checkpoint") return to_json(store.justified_checkpoint);
    if (name == "finalized_checkpoint") return to_json(store.finalized_checkpoint);
    if (name == "unrealized_justified_checkpoint") return to_json(store.unrealized_justified_checkpoint);
    if (name == "unrealized_finalized_checkpoint") return to_json(store.unrealized_finalized_checkpoint);
    if (name == "proposer_boost_root") return to_json(store.proposer_boost_root);
    if (name == "equivocating_indices") {
        Json indices = Json::array();
        for (ValidatorIndex index : store.equivocating_indices)
            indices.push_back(std::to_string(index.value));
        return indices;
    }
    if (name == "weights") {
        Json weights = Json::object();
        for (const Json& text : step.at("roots")) {
            TRY(const Amount weight, get_weight(store, parse_fixed<Root>(text)));
            weights[text.get<std::string>()] = std::to_string(weight.value);
        }
        return weights;
    }
    TRY(const Root head, get_head(store));
    if (name == "head") {
        return Json{{"slot", std::to_string(store.blocks.at(head).slot.value)}, {"root", to_json(head)}};
    }
    if (name == "proposer_head") {
        TRY(const Root proposer_head, get_proposer_head(store, head, Slot{parse_uint64(step.at("slot"))}));
        return to_json(proposer_head);
    }
    throw BadRequest("there is no check '" + name + "'");
}

/// An input decoded and given to its handler.
template <class T>
Result<void> hand_over(const Request& request, const Json& name, const std::function<Result<void>(const T&)>& handler) {
    TRY(const T object, request.decode<T>(name.get<std::string>()));
    return handler(object);
}

Result<void> apply(Store& store, const Request& request, const Json& step) {
    if (step.contains("tick")) return on_tick(store, parse_uint64(step["tick"]));
    if (step.contains("block")) {
        return hand_over<SignedBlock>(request, step["block"],
                                      [&](const auto& block) { return on_block(store, block); });
    }
    if (step.contains("attestation")) {
        return hand_over<Attestation>(request, step["attestation"],
                                      [&](const auto& attestation) { return on_attestation(store, attestation); });
    }
    if (step.contains("attester_slashing")) {
        return hand_over<AttesterSlashing>(request, step["attester_slashing"],
                                           [&](const auto& slashing) { return on_attester_slashing(store, slashing); });
    }
    throw BadRequest("a step is none of tick, block, attestation, attester_slashing, checks");
}

Result<Json> take_step(Store& store, const Request& request, const Json& step) {
    if (step.contains("checks")) {
        Json values = Json::object();
        for (const Json& name : step["checks"]) {
            TRY(values[name.get<std::string>()], check(store, name.get<std::string>(), step));
        }
        return Json{{"checks", values}};
    }
    const auto applied = apply(store, request, step);
    if (applied) return Json{{"ok", true}};
    return Json{{"ok", false}, {"rejected", to_string(applied.failure().clause)}};
}

Answer fork_choice_scenario(const Request& request) {
    TRY(ConsensusState anchor_state, request.decode<ConsensusState>("anchor_state"));
    TRY(const auto entries, request.decode_entries("anchor_state"));
    TRY(const Block anchor_block, request.decode<Block>("anchor_block"));
    CHECK(attach_entries(anchor_state, entries));
    TRY(Store store, get_forkchoice_store(anchor_state, anchor_block));
    Json taken = Json::array();
    for (const Json& step : request.steps) {
        TRY(const Json entry, take_step(store, request, step));
        taken.push_back(entry);
    }
    return Json{{"steps", taken}};
}

}  // namespace

void add_fork_choice_handlers(Handlers& handlers) { handlers[{"fork_choice", "*"}] = fork_choice_scenario; }

}  // namespace touchstone::reference::cli
