// Scenarios of the fork choice.
#include <map>
#include <variant>

#include "node/app/conformance/request.h"
#include "node/kernel/fork_choice/fork_choice.h"

namespace touchstone::node::app {

namespace {

Json equivocating_json(const Votes& votes) {
    std::vector<ValidatorIndex> indices;
    for (std::size_t i = 0; i < votes.votes().size(); ++i) {
        if (votes.votes()[i].equivocating) indices.emplace_back(i);
    }
    return from_indices(indices);
}

Json weights_json(ForkChoice& store, const Json& step) {
    Json weights = Json::object();
    for (const Json& root : step.at("roots")) {
        weights[root.get<std::string>()] = from_uint64(store.get_weight(to_fixed<Root>(root)));
    }
    return weights;
}

Json check_value(ForkChoice& store, const std::string& check, const Json& step) {
    if (check == "time") return from_uint64(store.time_ms());
    if (check == "head") {
        const Root head = store.get_head();
        const Slot slot = store.block_slot(head).value_or(Slot());
        return {{"slot", from_uint64(slot.value())}, {"root", from_bytes(head.view())}};
    }
    if (check == "justified_checkpoint") return from_checkpoint(store.justified());
    if (check == "finalized_checkpoint") return from_checkpoint(store.finalized());
    if (check == "unrealized_justified_checkpoint") return from_checkpoint(store.unrealized_justified());
    if (check == "unrealized_finalized_checkpoint") return from_checkpoint(store.unrealized_finalized());
    if (check == "proposer_boost_root") return from_bytes(store.boost_root().view());
    if (check == "equivocating_indices") return equivocating_json(store.votes());
    if (check == "weights") return weights_json(store, step);
    if (check == "proposer_head") {
        return from_bytes(store.get_proposer_head(store.get_head(), Slot(to_uint64(step.at("slot")))).view());
    }
    throw BadRequest("there is no check " + check);
}

Json outcome(const Result<void>& result) {
    if (result.ok()) return {{"ok", true}};
    return {{"ok", false}, {"rejected", to_string(result.rejection().clause)}};
}

Result<void> without_value(const Result<ImportedBlock>& result) {
    if (!result.ok()) return result.rejection();
    return {};
}

using Message = std::variant<std::monostate, SignedBlock, Attestation, AttesterSlashing>;

/// Inputs are decoded before anything is applied.
Message message_of(const Request& request, const Json& step) {
    if (step.contains("block")) return request.decoded<SignedBlock>(step["block"].get<std::string>());
    if (step.contains("attestation")) return request.decoded<Attestation>(step["attestation"].get<std::string>());
    if (step.contains("attester_slashing")) {
        return request.decoded<AttesterSlashing>(step["attester_slashing"].get<std::string>());
    }
    return std::monostate{};
}

Json apply(ForkChoice& store, const Json& step, const Message& message) {
    if (const auto* block = std::get_if<SignedBlock>(&message)) {
        return outcome(without_value(store.on_block(*block, verify_each)));
    }
    if (const auto* attestation = std::get_if<Attestation>(&message)) {
        return outcome(store.on_attestation(*attestation, false, verify_each));
    }
    if (const auto* slashing = std::get_if<AttesterSlashing>(&message)) {
        return outcome(store.on_attester_slashing(*slashing, verify_each));
    }
    if (step.contains("tick")) return outcome(store.on_tick(to_uint64(step["tick"])));
    if (!step.contains("checks")) throw BadRequest("a step is of no known kind");
    Json values = Json::object();
    for (const Json& check : step["checks"]) {
        values[check.get<std::string>()] = check_value(store, check.get<std::string>(), step);
    }
    return {{"checks", std::move(values)}};
}

}  // namespace

Json run_fork_choice(const Request& request) {
    auto anchor_state = decode_state_input(request, "anchor_state");
    const auto anchor_block = request.decoded<Block>("anchor_block");
    std::vector<Message> messages;
    for (const Json& step : request.steps)
        messages.push_back(message_of(request, step));
    const Environment environment = request.environment();
    auto store =
        accepted(ForkChoice::from_anchor(environment, make_state(environment, std::move(anchor_state)), anchor_block));
    Json steps = Json::array();
    for (std::size_t i = 0; i < messages.size(); ++i)
        steps.push_back(apply(store, request.steps[i], messages[i]));
    return {{"steps", std::move(steps)}};
}

}  // namespace touchstone::node::app
