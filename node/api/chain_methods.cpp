#include <algorithm>

#include "node/api/header_values.h"
#include "node/api/method_groups.h"
#include "node/api/point.h"

namespace touchstone::node::api {

namespace {

/// Of one answer: their weights are summed up while the node does nothing else.
constexpr std::uint64_t kMostForkChoiceBlocks = 512;

// ------------------------------------------------------------------------------------------------------ the chain now

rpc::Answer chain_head(const Sources& sources, const rpc::Arguments&) {
    const StatusEvent status = sources.node.status();
    const Chain& chain = sources.chain();
    const ConsensusState& state = chain.head_state()->consensus();
    const Epoch epoch = epoch_of(std::max(state.slot, status.slot), chain.parameters());
    return Json{{"genesis_root", to_json(chain.genesis_root())},
                {"slot", to_json(status.slot)},
                {"head_slot", to_json(status.head_slot)},
                {"head_root", to_json(status.head_root)},
                {"justified_epoch", to_json(status.justified_epoch)},
                {"justified_root", to_json(status.justified_root)},
                {"finalized_epoch", to_json(status.finalized_epoch)},
                {"finalized_root", to_json(status.finalized_root)},
                {"fork_version", to_json(fork_version_at(state, epoch, chain.parameters()))},
                {"base_fee", to_json(state.base_fee)},
                {"syncing", status.syncing}};
}

rpc::Declaration declare_chain_head() {
    return {.name = "chain_head",
            .summary = "The head of the chain as this node sees it",
            .parameters = {},
            .result = rpc::object("ChainHead", "the head, what is justified and final, and terms of transactions",
                                  {{"genesis_root", kRoot, "names the chain"},
                                   {"slot", kUint64, "of the clock; 0 before genesis"},
                                   {"head_slot", kUint64, "of the head block"},
                                   {"head_root", kRoot, "of the head block"},
                                   {"justified_epoch", kUint64},
                                   {"justified_root", kRoot},
                                   {"finalized_epoch", kUint64},
                                   {"finalized_root", kRoot, "of the last finalized block"},
                                   {"fork_version", kVersion, "under which transactions are signed now"},
                                   {"base_fee", kAmount, "for a unit of gas, of the next block"},
                                   {"syncing", kBoolean, "whether the node is catching up with its peers"}})};
}

rpc::Answer chain_finalized(const Sources& sources, const rpc::Arguments&) {
    const Chain& chain = sources.chain();
    const Checkpoint& finalized = chain.fork_choice().finalized();
    const StatePointer state = chain.fork_choice().block_state(finalized.root);
    return Json{{"epoch", to_json(finalized.epoch)},
                {"header", header_json(chain, header_of_state(*state, chain.environment()), finalized.root)}};
}

rpc::Declaration declare_chain_finalized() {
    return {.name = "chain_finalized",
            .summary = "The last finalized checkpoint: what is proved against its block stays true",
            .parameters = {},
            .result = rpc::object("Finalized", "the last finalized checkpoint",
                                  {{"epoch", kUint64}, {"header", kHeader, "of its block"}})};
}

// ----------------------------------------------------------------------------------------------------- configuration

rpc::Answer chain_genesis(const Sources& sources, const rpc::Arguments&) {
    const Chain& chain = sources.chain();
    const ConsensusState& state = chain.head_state()->consensus();
    Json forks = Json::array();
    for (const Fork& fork : state.fork_schedule)
        forks.push_back({{"version", to_json(fork.version)}, {"epoch", to_json(fork.epoch)}});
    return Json{{"genesis_root", to_json(chain.genesis_root())},
                {"genesis_time_ms", to_json(chain.genesis_time_ms())},
                {"genesis_block_root", to_json(chain.genesis_block_root())},
                {"config_root", to_json(state.config_root)},
                {"forks", std::move(forks)}};
}

rpc::Declaration declare_chain_genesis() {
    const rpc::Type fork =
        rpc::object("Fork", "a version of the rules", {{"version", kVersion}, {"epoch", kUint64, "its first"}});
    return {.name = "chain_genesis",
            .summary = "What the chain began from",
            .parameters = {},
            .result = rpc::object("Genesis", "what the chain began from",
                                  {{"genesis_root", kRoot, "names the chain; is signed with everything"},
                                   {"genesis_time_ms", kUint64, "start of slot 0, milliseconds since 1970"},
                                   {"genesis_block_root", kRoot, "of the block of slot 0, which is never sent"},
                                   {"config_root", kRoot, "of all parameters"},
                                   {"forks", rpc::list_of(fork), "in the order of their epochs"}})};
}

rpc::Answer chain_config(const Sources& sources, const rpc::Arguments&) {
    Json list = Json::object();
    for (const ParameterField& field : PARAMETER_FIELDS)
        list[std::string(field.name)] = to_json(sources.parameters().*field.value);
    return Json{{"genesis_root", to_json(sources.chain().genesis_root())}, {"parameters", std::move(list)}};
}

rpc::Declaration declare_chain_config() {
    return {.name = "chain_config",
            .summary = "Every parameter of the specification with its value on this chain",
            .parameters = {},
            .result = rpc::object("Config", "the configuration of the chain",
                                  {{"genesis_root", kRoot, "names the chain"},
                                   {"parameters", rpc::map_of("Parameters", "values by name", kUint64)}})};
}

// ------------------------------------------------------------------------------------------------------ fork choice

Json fork_choice_block(ForkChoice& fork_choice, const ProtoArray::Node& node) {
    const ProtoArray& blocks = fork_choice.blocks();
    const bool has_parent = node.parent != ProtoArray::kNone;
    return {{"root", to_json(node.root)},
            {"parent_root", has_parent ? to_json(blocks.node(node.parent).root) : Json(nullptr)},
            {"slot", to_json(node.slot)},
            {"proposer_index", to_json(node.proposer.value())},
            {"timely", node.timely},
            {"justified", to_json(node.justified)},
            {"unrealized_justified", to_json(node.unrealized_justified)},
            {"weight", to_json(fork_choice.get_weight(node.root))}};
}

rpc::Answer chain_fork_choice(const Sources& sources, const rpc::Arguments& arguments) {
    const std::uint64_t first = arguments[0].is_null() ? 0 : uint64_from(arguments[0]);
    const auto count = page_size(arguments[1], kMostForkChoiceBlocks);
    if (const auto* error = std::get_if<rpc::Error>(&count)) return *error;
    ForkChoice& fork_choice = sources.node.fork_choice();
    const std::uint64_t total = fork_choice.block_count();
    const std::uint64_t begin = std::min(first, total);
    const std::uint64_t end = begin + std::min(std::get<std::uint64_t>(count), total - begin);
    Json blocks = Json::array();
    for (std::uint64_t i = begin; i < end; ++i)
        blocks.push_back(
            fork_choice_block(fork_choice, fork_choice.blocks().node(static_cast<ProtoArray::Position>(i))));
    const Root& boosted = fork_choice.boost_root();
    return Json{{"head_root", to_json(sources.chain().head())},
                {"justified", to_json(fork_choice.justified())},
                {"finalized", to_json(fork_choice.finalized())},
                {"unrealized_justified", to_json(fork_choice.unrealized_justified())},
                {"unrealized_finalized", to_json(fork_choice.unrealized_finalized())},
                {"boosted_root", boosted.is_zero() ? Json(nullptr) : to_json(boosted)},
                {"block_count", to_json(total)},
                {"blocks", std::move(blocks)}};
}

rpc::Declaration declare_chain_fork_choice() {
    const rpc::Type block =
        rpc::object("ForkChoiceBlock", "a block among which the head is chosen",
                    {{"root", kRoot},
                     {"parent_root", rpc::nullable(kRoot), "null for the first, whose parent is forgotten"},
                     {"slot", kUint64},
                     {"proposer_index", kUint64},
                     {"timely", kBoolean, "whether it came in time for a boost"},
                     {"justified", kCheckpoint, "in the state after it"},
                     {"unrealized_justified", kCheckpoint, "if its epoch ended with it"},
                     {"weight", kAmount, "stake that votes for it and what follows it, with the boost"}});
    return {
        .name = "chain_fork_choice",
        .summary = "All blocks from the last finalized on, on every branch, with their weights",
        .parameters = {{"first", kUint64, "the place of the first block to be told of; 0 if left out", false},
                       {"count", kUint64, "of blocks, 512 at most; so many if left out", false}},
        .result = rpc::object("ForkChoice", "the fork choice of this node",
                              {{"head_root", kRoot},
                               {"justified", kCheckpoint},
                               {"finalized", kCheckpoint},
                               {"unrealized_justified", kCheckpoint},
                               {"unrealized_finalized", kCheckpoint},
                               {"boosted_root", rpc::nullable(kRoot), "of the block of this slot that has the boost"},
                               {"block_count", kUint64, "of all blocks"},
                               {"blocks", rpc::list_of(block, kMostForkChoiceBlocks), "parents before children"}})};
}

// ------------------------------------------------------------------------------------------------------------ states

rpc::Answer chain_state_root(const Sources& sources, const rpc::Arguments& arguments) {
    const auto found = state_at(sources.chain(), arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&found)) return *error;
    const auto& at = std::get<StateAt>(found);
    return Json{{"at", at.id()},
                {"state_root", to_json(at.state->root(sources.chain().environment()))},
                {"tree_root", to_json(at.consensus().tree_root)}};
}

rpc::Declaration declare_chain_state_root() {
    return {.name = "chain_state_root",
            .summary = "The root of a state",
            .parameters = {at_parameter()},
            .result = rpc::object("StateRoot", "what a state is proved against",
                                  {at_field(),
                                   {"state_root", kRoot, "of the ConsensusState, as the block has it"},
                                   {"tree_root", kRoot, "in it: of accounts and stake"}}),
            .errors = state_errors()};
}

}  // namespace

std::vector<ApiMethod> chain_methods() {
    return {{declare_chain_head(), chain_head},
            {declare_chain_finalized(), chain_finalized},
            {declare_chain_genesis(), chain_genesis},
            {declare_chain_config(), chain_config},
            {declare_chain_fork_choice(), chain_fork_choice},
            {declare_chain_state_root(), chain_state_root}};
}

}  // namespace touchstone::node::api
