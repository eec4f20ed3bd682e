#include "node/app/conformance/request.h"

#include <charconv>

namespace touchstone::node::app {

std::uint64_t to_uint64(const Json& value) {
    if (!value.is_string()) throw BadRequest("a number is no decimal string: " + value.dump());
    const auto& text = value.get_ref<const std::string&>();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool canonical = text == "0" || (!text.empty() && text[0] != '0');
    if (error != std::errc{} || end != text.data() + text.size() || !canonical) {
        throw BadRequest("no uint64: " + value.dump());
    }
    return number;
}

ByteVector to_bytes(const Json& value) {
    if (!value.is_string()) throw BadRequest("bytes are no string");
    const auto& text = value.get_ref<const std::string&>();
    auto bytes = text.starts_with("0x") ? from_hex(text) : std::nullopt;
    if (!bytes) throw BadRequest("bytes are not 0x and hexadecimal digits");
    return *std::move(bytes);
}

Checkpoint to_checkpoint(const Json& value) {
    return {Epoch(to_uint64(value.at("epoch"))), to_fixed<Root>(value.at("root"))};
}

Json from_bytes(Bytes bytes) { return "0x" + to_hex(bytes); }

Json from_uint64(std::uint64_t value) { return std::to_string(value); }

Json from_indices(std::span<const ValidatorIndex> indices) {
    Json list = Json::array();
    for (const ValidatorIndex index : indices)
        list.push_back(from_uint64(index.value()));
    return list;
}

Json from_checkpoint(const Checkpoint& checkpoint) {
    return {{"epoch", from_uint64(checkpoint.epoch.value())}, {"root", from_bytes(checkpoint.root.view())}};
}

ByteVector Request::input(const std::string& name) const {
    const auto found = inputs.find(name);
    if (found == inputs.end()) throw BadRequest("there is no input " + name);
    return to_bytes(*found);
}

const Json& Request::param(const std::string& name) const {
    const auto found = params.find(name);
    if (found == params.end()) throw BadRequest("there is no parameter " + name);
    return *found;
}

Environment Request::environment() const {
    auto config = make_config(parameters);
    if (!config.ok()) throw BadRequest("the configuration is not allowed: " + config.rejection().detail);
    return Environment{std::move(config).value()};
}

namespace {

const Json& field(const Json& json, const char* name) {
    if (!json.is_object() || !json.contains(name)) throw BadRequest(std::string("the request has no ") + name);
    return json[name];
}

std::string text_field(const Json& json, const char* name) {
    const Json& value = field(json, name);
    if (!value.is_string()) throw BadRequest(std::string(name) + " is no text");
    return value.get<std::string>();
}

Json object_field(const Json& json, const char* name) {
    const Json& value = field(json, name);
    if (!value.is_object()) throw BadRequest(std::string(name) + " is no object");
    return value;
}

Parameters read_parameters(const Json& json) {
    const std::string preset = text_field(json, "preset");
    if (preset != "minimal" && preset != "mainnet") throw BadRequest("there is no preset " + preset);
    Parameters parameters = preset == "minimal" ? MINIMAL : MAINNET;
    const Json config = object_field(json, "config");
    for (const auto& [name, value] : config.items()) {
        const auto known = std::ranges::find(PARAMETER_FIELDS, name, &ParameterField::name);
        if (known == PARAMETER_FIELDS.end()) throw BadRequest("there is no parameter " + name);
        parameters.*known->value = to_uint64(value);
    }
    return parameters;
}

}  // namespace

Request parse_request(const Json& json) {
    Request request;
    request.id = text_field(json, "id");
    request.runner = text_field(json, "runner");
    request.handler = text_field(json, "handler");
    request.parameters = read_parameters(json);
    request.params = object_field(json, "params");
    request.inputs = object_field(json, "inputs");
    request.steps = json.contains("steps") ? json["steps"] : Json::array();
    return request;
}

Json state_output(const State& state) { return from_bytes(encode(state.consensus())); }

namespace {

void check_lists(const Environment& environment, const ConsensusState& consensus) {
    if (!is_well_formed(consensus, environment.parameters())) {
        throw BadRequest("the lists of the state do not belong together");
    }
}

}  // namespace

State make_state(const Environment& environment, ConsensusState consensus) {
    check_lists(environment, consensus);
    return State::of(environment, std::move(consensus));
}

StateInput decode_state_input(const Request& request, const std::string& name) {
    StateInput input{request.decoded<ConsensusState>(name), std::nullopt};
    const std::string entries = name + "_entries";
    if (request.has_input(entries)) input.entries = request.decoded<KvEntries>(entries);
    return input;
}

State make_state(const Environment& environment, StateInput input) {
    if (!input.entries) return make_state(environment, std::move(input.consensus));
    check_lists(environment, input.consensus);
    return accepted(State::with_entries(environment, std::move(input.consensus), *input.entries));
}

}  // namespace touchstone::node::app
