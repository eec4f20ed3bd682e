// Page 18: state sync.
#include "reference/cli/adapter.h"
#include "reference/sync/checkpoint_sync.h"
#include "reference/sync/state_entries.h"
#include "reference/sync/state_parts.h"

namespace touchstone::reference::cli {

namespace {

/// A request for a part, without the root of a block.
StatePartRequest parse_part_request(const Json& object) {
    return {.block_root = {},
            .field = parse_uint64(member(object, "field")),
            .first = parse_uint64(member(object, "first")),
            .count = parse_uint64(member(object, "count"))};
}

/// The inputs that are signed blocks, named in a param.
Result<std::vector<SignedBlock>> decode_blocks(const Request& request) {
    std::vector<SignedBlock> blocks;
    for (const Json& name : request.param("blocks")) {
        TRY(SignedBlock block, request.decode<SignedBlock>(name.get<std::string>()));
        blocks.push_back(std::move(block));
    }
    return blocks;
}

Answer state_list(const Request& request) {
    TRY(const StateList list, request.decode<StateList>("list"));
    CHECK(check_state_list(list));
    return Json::object();
}

Answer part_request(const Request& request) {
    CHECK(check_state_part_request(parse_part_request(request.params), request.config));
    return Json::object();
}

Answer get_part(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    TRY(const StatePartRequest asked, request.decode<StatePartRequest>("request"));
    TRY(const StatePart part, get_state_part(state, asked));
    return Json{{"part", encode(part, request.config)}};
}

Answer verify_part(const Request& request) {
    TRY(const StatePartRequest asked, request.decode<StatePartRequest>("request"));
    TRY(const StatePart part, request.decode<StatePart>("part"));
    if (!check_state_part_request(asked, request.config)) throw BadRequest("the request breaks SYN-09");
    CHECK(verify_state_part(parse_fixed<Root>(request.param("state_root")), asked, part, request.config));
    return Json::object();
}

Answer assemble(const Request& request) {
    std::vector<RequestedPart> parts;
    for (const Json& object : request.param("parts")) {
        TRY(StatePart part, request.decode<StatePart>(member(object, "part").get<std::string>()));
        parts.push_back({parse_part_request(object), std::move(part)});
    }
    TRY(const ConsensusState state,
        assemble_state(parse_fixed<Root>(request.param("state_root")), parts, request.config));
    return Json{{"state", encode(state, request.config)}};
}

Answer entries_request(const Request& request) {
    TRY(const StateEntriesRequest asked, request.decode<StateEntriesRequest>("request"));
    CHECK(check_state_entries_request(asked));
    return Json::object();
}

Answer get_entries(const Request& request) {
    TRY(ConsensusState state, request.decode<ConsensusState>("state"));
    TRY(const auto entries, request.decode_entries("state"));
    TRY(const StateEntriesRequest asked, request.decode<StateEntriesRequest>("request"));
    CHECK(attach_entries(state, entries));
    TRY(const StateEntries answer, get_state_entries(state, asked));
    return Json{{"answer", encode(answer, request.config)}};
}

Answer verify_entries(const Request& request) {
    TRY(const StateEntriesRequest asked, request.decode<StateEntriesRequest>("request"));
    TRY(const StateEntries answer, request.decode<StateEntries>("answer"));
    if (!check_state_entries_request(asked)) throw BadRequest("the request breaks SYN-17");
    CHECK(verify_state_entries(parse_fixed<Root>(request.param("tree_root")), asked, answer));
    return Json::object();
}

Answer begin(const Request& request) {
    TRY(const ConsensusState genesis_state, request.decode<ConsensusState>("genesis_state"));
    Anchor anchor{.checkpoint = parse_checkpoint(request.param("anchor")), .state = {}, .block = {}};
    TRY(anchor.state, request.decode<ConsensusState>("anchor_state"));
    TRY(const auto entries, request.decode_entries("anchor_state"));
    TRY(anchor.block, request.decode<Block>("anchor_block"));
    TRY(const std::vector<SignedBlock> blocks, decode_blocks(request));
    CHECK(attach_entries(anchor.state, entries));
    TRY(const Store store, begin_from_checkpoint(genesis_state, parse_uint64(request.param("time_ms")),
                                                 parse_checkpoint(request.param("trusted")), anchor, blocks));
    TRY(const Root head, get_head(store));
    return Json{{"head", {{"slot", std::to_string(store.blocks.at(head).slot.value)}, {"root", to_hex(head.bytes)}}},
                {"justified_checkpoint", to_json(store.justified_checkpoint)},
                {"finalized_checkpoint", to_json(store.finalized_checkpoint)}};
}

Answer older_blocks(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    TRY(const SignedBlock earliest, request.decode<SignedBlock>("block"));
    TRY(const std::vector<SignedBlock> blocks, decode_blocks(request));
    CHECK(check_older_blocks(state, earliest.message, blocks));
    return Json::object();
}

}  // namespace

void add_state_sync_handlers(Handlers& handlers) {
    handlers[{"state_sync", "state_list"}] = state_list;
    handlers[{"state_sync", "part_request"}] = part_request;
    handlers[{"state_sync", "get_part"}] = get_part;
    handlers[{"state_sync", "verify_part"}] = verify_part;
    handlers[{"state_sync", "assemble"}] = assemble;
    handlers[{"state_sync", "entries_request"}] = entries_request;
    handlers[{"state_sync", "get_entries"}] = get_entries;
    handlers[{"state_sync", "verify_entries"}] = verify_entries;
    handlers[{"state_sync", "begin"}] = begin;
    handlers[{"state_sync", "older_blocks"}] = older_blocks;
}

}  // namespace touchstone::reference::cli
