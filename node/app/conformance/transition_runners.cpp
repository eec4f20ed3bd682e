// Genesis, operations, epochs, slots and blocks.
#include <map>

#include "node/app/conformance/request.h"
#include "node/kernel/consensus/epoch_processing.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/consensus/operations.h"
#include "node/kernel/consensus/transition.h"

namespace touchstone::node::app {

namespace {

// ------------------------------------------------------------------------------------------------------ operations

/// Applies `process(environment, state, operation, sets)`; the first check that fails names the clause, signatures in
/// their places.
template <class Operation, class Process>
Json run_operation(const Request& request, const std::string& input, const Process& process) {
    auto pre = decode_state_input(request, "pre");
    const auto operation = request.decoded<Operation>(input);
    const Environment environment = request.environment();
    State state = make_state(environment, std::move(pre));
    SignatureSets sets;
    Result<void> rest = process(environment, state, operation, sets);
    accepted(conclude(std::move(rest), sets, verify_each));
    return {{"post", state_output(state)}};
}

Result<void> block_header(const Environment& environment, State& state, const Block& block, SignatureSets&) {
    return process_block_header(environment, state, block, hash_tree_root(block.body, environment.parameters()));
}
Result<void> block_signature(const Environment& environment, State& state, const SignedBlock& block,
                             SignatureSets& sets) {
    const Root root = hash_tree_root(block.message, environment.parameters());
    sets.push_back(block_signature_set(environment, state, block, root));
    return {};
}
Result<void> randao(const Environment& environment, State& state, const Block& block, SignatureSets& sets) {
    return process_randao(environment, state, block.body, sets);
}

Json transactions(const Request& request) {
    auto pre = decode_state_input(request, "pre");
    const auto block = request.decoded<Block>("block");
    const Environment environment = request.environment();
    State state = make_state(environment, std::move(pre));
    if (block.proposer_index.value() >= state.validator_count()) throw BadRequest("the proposer is no validator");
    SignatureSets sets;
    const auto receipts = process_transactions(environment, state, block.body, block.proposer_index, sets);
    accepted(conclude(receipts.ok() ? Result<void>{} : receipts.rejection(), sets, verify_each));
    return {{"post", state_output(state)}, {"receipts", from_bytes(encode(receipts.value()))}};
}

// ----------------------------------------------------------------------------------------------------------- epochs

using EpochStep = Result<void> (*)(const Environment&, State&);

const std::map<std::string, EpochStep>& epoch_steps() {
    static const std::map<std::string, EpochStep> kSteps{
        {"epoch", process_epoch},
        {"proposer_lookahead", process_proposer_lookahead},
        {"justification_and_finalization", process_justification_and_finalization},
        {"inactivity_updates", process_inactivity_updates},
        {"rewards_and_penalties", process_rewards_and_penalties},
        {"slashings", process_slashings},
        {"unbond_queue", process_unbond_queue},
        {"bond_queue", process_bond_queue},
        {"registry_updates", process_registry_updates},
        {"effective_stake_updates", process_effective_stake_updates},
        {"resets", process_resets},
    };
    return kSteps;
}

Json deltas_output(const Deltas& deltas) {
    const auto numbers = [](const std::vector<std::uint64_t>& values) {
        Json list = Json::array();
        for (const std::uint64_t value : values)
            list.push_back(from_uint64(value));
        return list;
    };
    return {{"rewards", numbers(deltas.rewards)}, {"penalties", numbers(deltas.penalties)}};
}

// ---------------------------------------------------------------------------------------------------------- genesis

Json genesis_config(const Request& request) {
    std::vector<std::pair<std::string, std::string>> replaced;
    for (const auto& [name, value] : request.param("replace").items()) {
        if (!value.is_string()) throw BadRequest("a replacement is no text");
        replaced.emplace_back(name, value.get<std::string>());
    }
    const Parameters parameters = accepted(override_parameters(request.parameters, replaced));
    const auto config = make_config(parameters);
    if (!config.ok()) throw Rejected{reject(Clause::TYP_06), config.rejection().detail};
    return {{"config_root", from_bytes(config->config_root.view())}};
}

Json genesis_state(const Request& request) {
    const auto genesis = request.decoded<Genesis>("genesis");
    auto config = make_config(request.parameters);
    if (!config.ok()) throw Rejected{reject(Clause::GEN_01), config.rejection().detail};
    const Environment environment{std::move(config).value()};
    const State state = accepted(initialize_state(environment, genesis));
    return {{"state", state_output(state)}, {"block", from_bytes(encode(genesis_block(environment, state)))}};
}

}  // namespace

Json run_operations(const Request& request) {
    const std::string& handler = request.handler;
    if (handler == "block_header") return run_operation<Block>(request, "block", block_header);
    if (handler == "block_signature") return run_operation<SignedBlock>(request, "signed_block", block_signature);
    if (handler == "randao") return run_operation<Block>(request, "block", randao);
    if (handler == "transactions") return transactions(request);
    if (handler == "proposer_slashing") {
        return run_operation<ProposerSlashing>(request, handler, process_proposer_slashing);
    }
    if (handler == "attester_slashing") {
        return run_operation<AttesterSlashing>(request, handler, process_attester_slashing);
    }
    if (handler == "attestation") return run_operation<Attestation>(request, handler, process_attestation);
    if (handler == "voluntary_exit")
        return run_operation<SignedVoluntaryExit>(request, handler, process_voluntary_exit);
    throw Unsupported{};
}

Json run_epoch_processing(const Request& request) {
    const auto step = epoch_steps().find(request.handler);
    if (step == epoch_steps().end()) throw Unsupported{};
    auto pre = decode_state_input(request, "pre");
    const Environment environment = request.environment();
    State state = make_state(environment, std::move(pre));
    accepted(step->second(environment, state));
    return {{"post", state_output(state)}};
}

Json run_rewards(const Request& request) {
    if (request.handler != "deltas") throw Unsupported{};
    auto pre = request.decoded<ConsensusState>("pre");
    const Environment environment = request.environment();
    const State state = make_state(environment, std::move(pre));
    const auto flag = [&](std::uint64_t index) {
        return deltas_output(get_flag_index_deltas(environment, state, index));
    };
    return {{"source", flag(TIMELY_SOURCE_FLAG_INDEX)},
            {"target", flag(TIMELY_TARGET_FLAG_INDEX)},
            {"head", flag(TIMELY_HEAD_FLAG_INDEX)},
            {"inactivity", deltas_output(get_inactivity_penalty_deltas(environment, state))}};
}

Json run_blocks(const Request& request) {
    if (request.handler != "blocks") throw Unsupported{};
    auto pre = decode_state_input(request, "pre");
    std::vector<SignedBlock> blocks;
    for (const Json& name : request.param("blocks")) {
        blocks.push_back(request.decoded<SignedBlock>(name.get<std::string>()));
    }
    const Environment environment = request.environment();
    State state = make_state(environment, std::move(pre));
    for (const SignedBlock& block : blocks)
        state = accepted(state_transition(environment, state, block, verify_each));
    return {{"post", state_output(state)}};
}

Json run_sanity(const Request& request) {
    if (request.handler != "slots") return run_blocks(request);
    auto pre = decode_state_input(request, "pre");
    const Environment environment = request.environment();
    State state = make_state(environment, std::move(pre));
    accepted(process_slots(environment, state, Slot(to_uint64(request.param("slot")))));
    return {{"post", state_output(state)}};
}

Json run_genesis(const Request& request) {
    if (request.handler == "config") return genesis_config(request);
    if (request.handler == "state") return genesis_state(request);
    throw Unsupported{};
}

}  // namespace touchstone::node::app
