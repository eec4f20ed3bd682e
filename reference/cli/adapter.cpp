#include "reference/cli/adapter.h"

#include <charconv>
#include <iostream>

#include "reference/types/configuration.h"

namespace touchstone::reference::cli {

Bytes parse_bytes(const Json& text) {
    const auto bytes = text.is_string() ? from_hex(text.get<std::string>()) : std::nullopt;
    if (!bytes) throw BadRequest("not bytes in hexadecimal: " + text.dump());
    return *bytes;
}

std::uint64_t parse_uint64(const Json& text) {
    if (!text.is_string()) throw BadRequest("not a uint64 in decimal: " + text.dump());
    const auto digits = text.get<std::string>();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        throw BadRequest("not a uint64 in decimal: " + text.dump());
    }
    return number;
}

const Json& member(const Json& object, const char* name) {
    if (!object.is_object() || !object.contains(name)) throw BadRequest("there is no '" + std::string(name) + "'");
    return object[name];
}

Checkpoint parse_checkpoint(const Json& object) {
    return {Epoch{parse_uint64(member(object, "epoch"))}, parse_fixed<Root>(member(object, "root"))};
}

const Bytes& Request::input(const std::string& name) const {
    const auto found = inputs.find(name);
    if (found == inputs.end()) throw BadRequest("there is no input '" + name + "'");
    return found->second;
}

const Json& Request::param(const char* name) const {
    if (!params.contains(name)) throw BadRequest("there is no param '" + std::string(name) + "'");
    return params[name];
}

namespace {

Handlers all_handlers() {
    Handlers handlers;
    add_ssz_handlers(handlers);
    add_crypto_handlers(handlers);
    add_tree_handlers(handlers);
    add_transition_handlers(handlers);
    add_execution_handlers(handlers);
    add_fork_choice_handlers(handlers);
    add_duty_handlers(handlers);
    add_gossip_handlers(handlers);
    add_state_sync_handlers(handlers);
    return handlers;
}

Request parse_request(const Json& line) {
    Request request;
    const auto base = preset(line.at("preset").get<std::string>());
    if (!base) throw BadRequest("there is no such preset");
    const auto config = custom_configuration(*base, line.at("config").get<std::map<std::string, std::string>>());
    if (!config) throw BadRequest(config.failure().reason);
    request.config = config.value();
    request.params = line.at("params");
    for (const auto& [name, content] : line.at("inputs").items())
        request.inputs[name] = parse_bytes(content);
    request.steps = line.value("steps", Json::array());
    request.handler = line.at("handler").get<std::string>();
    return request;
}

/// A line that is nested deeper than requests are is given up at once: its values are copied and shown by recursion.
Json parse_line(const std::string& line) {
    constexpr int DEEPEST = 32;
    return Json::parse(line, [](int depth, Json::parse_event_t, Json&) {
        if (depth > DEEPEST) throw BadRequest("the line is nested deeper than a request");
        return true;
    });
}

Json rejection(const std::string& id, const Failure& failure) {
    Json response{{"id", id}, {"ok", false}, {"rejected", to_string(failure.clause)}};
    // The clauses that list named conditions.
    if (failure.clause == Clause::TYP_06 || failure.clause == Clause::GEN_01) response["name"] = failure.reason;
    response["detail"] = failure.reason;
    return response;
}

Json respond(const Handlers& handlers, const Json& line) {
    const auto id = line.at("id").get<std::string>();
    try {
        const auto runner = line.at("runner").get<std::string>();
        auto handler = handlers.find({runner, line.at("handler").get<std::string>()});
        if (handler == handlers.end()) handler = handlers.find({runner, "*"});
        if (handler == handlers.end()) return {{"id", id}, {"unsupported", true}};
        const Answer answer = handler->second(parse_request(line));
        if (!answer) return rejection(id, answer.failure());
        return {{"id", id}, {"ok", true}, {"outputs", answer.value()}};
    } catch (const std::exception& error) {
        return {{"id", id}, {"error", error.what()}};
    }
}

}  // namespace

int run_adapter(std::istream& input, std::ostream& output) {
    const Handlers handlers = all_handlers();
    std::string line;
    while (std::getline(input, line)) {
        Json response;
        try {
            response = respond(handlers, parse_line(line));
        } catch (const std::exception& error) {
            response = {{"id", ""}, {"error", error.what()}};
        }
        // A message may quote bytes of the line that are no UTF-8.
        output << response.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    }
    return 0;
}

}  // namespace touchstone::reference::cli
