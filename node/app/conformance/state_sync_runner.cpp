// The parts of a state with their proofs, and the beginning from a checkpoint.
#include "node/app/conformance/request.h"
#include "node/kernel/state_sync/assembly.h"
#include "node/kernel/state_sync/beginning.h"
#include "node/kernel/state_sync/entries.h"
#include "node/kernel/state_sync/list.h"
#include "node/kernel/state_sync/parts.h"

namespace touchstone::node::app {

namespace {

const Json& list_param(const Request& request, const char* name) {
    const Json& list = request.param(name);
    if (!list.is_array()) throw BadRequest(std::string(name) + " is no list");
    return list;
}

StatePartRequest part_request(const Json& json) {
    for (const char* name : {"field", "first", "count"}) {
        if (!json.is_object() || !json.contains(name)) throw BadRequest(std::string("a part has no ") + name);
    }
    return {.block_root = {},
            .field = to_uint64(json["field"]),
            .first = to_uint64(json["first"]),
            .count = to_uint64(json["count"])};
}

std::vector<SignedBlock> named_blocks(const Request& request) {
    std::vector<SignedBlock> blocks;
    for (const Json& name : list_param(request, "blocks")) {
        if (!name.is_string()) throw BadRequest("a block is no name of an input");
        blocks.push_back(request.decoded<SignedBlock>(name.get<std::string>()));
    }
    return blocks;
}

Json state_list(const Request& request) {
    accepted(check_state_list(request.decoded<StateList>("list")));
    return Json::object();
}

Json check_part_request(const Request& request) {
    accepted(check_state_part_request(part_request(request.params), request.parameters));
    return Json::object();
}

Json entries_request(const Request& request) {
    accepted(check_state_entries_request(request.decoded<StateEntriesRequest>("request")));
    return Json::object();
}

Json get_part(const Request& request) {
    auto state = request.decoded<ConsensusState>("state");
    const auto asked = request.decoded<StatePartRequest>("request");
    state.update_root(request.parameters);
    return {{"part", from_bytes(encode(accepted(get_state_part(state, asked, request.parameters))))}};
}

Json verify_part(const Request& request) {
    const auto asked = request.decoded<StatePartRequest>("request");
    const auto part = request.decoded<StatePart>("part");
    accepted(verify_state_part(to_fixed<Root>(request.param("state_root")), asked, part, request.parameters));
    return Json::object();
}

Json assemble(const Request& request) {
    std::vector<RequestedPart> parts;
    for (const Json& each : list_param(request, "parts")) {
        const StatePartRequest asked = part_request(each);
        if (!each.contains("part") || !each["part"].is_string()) throw BadRequest("a part has no part");
        parts.push_back({asked, request.decoded<StatePart>(each["part"].get<std::string>())});
    }
    const auto root = to_fixed<Root>(request.param("state_root"));
    return {{"state", from_bytes(encode(accepted(assemble_state(root, parts, request.parameters))))}};
}

Json get_entries(const Request& request) {
    StateInput input = decode_state_input(request, "state");
    const auto asked = request.decoded<StateEntriesRequest>("request");
    const Environment environment = request.environment();
    const State state = make_state(environment, std::move(input));
    return {{"answer", from_bytes(encode(accepted(get_state_entries(state.tree(), asked))))}};
}

Json verify_entries(const Request& request) {
    const auto asked = request.decoded<StateEntriesRequest>("request");
    const auto answer = request.decoded<StateEntries>("answer");
    accepted(verify_state_entries(to_fixed<Root>(request.param("tree_root")), asked, answer));
    return Json::object();
}

Json older_blocks(const Request& request) {
    auto consensus = request.decoded<ConsensusState>("state");
    const auto earliest = request.decoded<SignedBlock>("block");
    const std::vector<SignedBlock> blocks = named_blocks(request);
    const Environment environment = request.environment();
    const State state = make_state(environment, std::move(consensus));
    const SignatureSets sets = accepted(check_older_blocks(environment, state, earliest.message.parent_root, blocks));
    accepted(first_invalid(sets, verify_each(sets)));
    return Json::object();
}

Json begin(const Request& request) {
    const auto genesis = request.decoded<ConsensusState>("genesis_state");
    StateInput anchor = decode_state_input(request, "anchor_state");
    auto block = request.decoded<Block>("anchor_block");
    const std::vector<SignedBlock> blocks = named_blocks(request);
    const Environment environment = request.environment();
    if (genesis.config_root != environment.config.config_root) {
        throw BadRequest("the genesis state is of another configuration");
    }
    BeginningInput input{.genesis_root = genesis.genesis_root,
                         .time_ms = to_uint64(request.param("time_ms")),
                         .checkpoints = {.trusted = to_checkpoint(request.param("trusted")),
                                         .anchor = to_checkpoint(request.param("anchor"))},
                         .anchor_state = make_state(environment, std::move(anchor)),
                         .anchor_block = std::move(block),
                         .blocks = blocks,
                         .ordered_outside = false};
    ForkChoice store = accepted(begin_from_checkpoint(environment, std::move(input), verify_each));
    const Root head = store.get_head();
    return {
        {"head",
         {{"slot", from_uint64(store.block_slot(head).value_or(Slot()).value())}, {"root", from_bytes(head.view())}}},
        {"justified_checkpoint", from_checkpoint(store.justified())},
        {"finalized_checkpoint", from_checkpoint(store.finalized())}};
}

}  // namespace

Json run_state_sync(const Request& request) {
    if (request.handler == "state_list") return state_list(request);
    if (request.handler == "part_request") return check_part_request(request);
    if (request.handler == "entries_request") return entries_request(request);
    if (request.handler == "get_part") return get_part(request);
    if (request.handler == "verify_part") return verify_part(request);
    if (request.handler == "assemble") return assemble(request);
    if (request.handler == "get_entries") return get_entries(request);
    if (request.handler == "verify_entries") return verify_entries(request);
    if (request.handler == "older_blocks") return older_blocks(request);
    if (request.handler == "begin") return begin(request);
    throw Unsupported{};
}

}  // namespace touchstone::node::app
