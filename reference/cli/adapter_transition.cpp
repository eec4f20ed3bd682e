#include "reference/cli/adapter.h"
#include "reference/entries/entries.h"
#include "reference/stake/queues.h"
#include "reference/stake/slash_validator.h"
#include "reference/transition/attestation.h"
#include "reference/transition/block.h"
#include "reference/transition/epoch.h"
#include "reference/transition/genesis.h"
#include "reference/transition/rewards.h"
#include "reference/transition/slashing.h"
#include "reference/transition/state_transition.h"
#include "reference/transition/voluntary_exit.h"
#include "reference/types/configuration.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference::cli {

namespace {

template <class Tag>
Json numbers(const std::vector<Quantity<Tag>>& quantities) {
    Json list = Json::array();
    for (Quantity<Tag> quantity : quantities)
        list.push_back(std::to_string(quantity.value));
    return list;
}

Json post(const ConsensusState& state) { return {{"post", encode(state, state.config)}}; }

/// Applies one step to a state that comes with its entries, and lets `tree_root` follow [TYP-07].
Answer apply(ConsensusState& state, const std::optional<KvEntries>& entries,
             const std::function<Result<void>(ConsensusState&)>& process) {
    CHECK(attach_entries(state, entries));
    const SharedEntries before = state.entries;
    CHECK(process(state));
    update_tree_root(state, before);
    return post(state);
}

/// An operation of type T, given under `input`, applied to the state `pre`.
template <class T>
Handler operation(const char* input, const std::function<Result<void>(ConsensusState&, const T&)>& process) {
    return [=](const Request& request) -> Answer {
        TRY(ConsensusState state, request.decode<ConsensusState>("pre"));
        TRY(const auto entries, request.decode_entries("pre"));
        TRY(const T object, request.decode<T>(input));
        return apply(state, entries, [&](ConsensusState& pre) { return process(pre, object); });
    };
}

Handler epoch_step(const std::function<Result<void>(ConsensusState&)>& process) {
    return [=](const Request& request) -> Answer {
        TRY(ConsensusState state, request.decode<ConsensusState>("pre"));
        TRY(const auto entries, request.decode_entries("pre"));
        return apply(state, entries, process);
    };
}

Answer permutation(const Request& request) {
    const auto seed = parse_fixed<Hash>(request.param("seed"));
    const std::uint64_t count = parse_uint64(request.param("count"));
    Json mapping = Json::array();
    for (std::uint64_t i = 0; i < count; ++i) {
        mapping.push_back(std::to_string(compute_shuffled_index(i, count, seed, request.config.SHUFFLE_ROUND_COUNT)));
    }
    return Json{{"mapping", mapping}};
}

Answer committees(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    const Epoch epoch{parse_uint64(request.param("epoch"))};
    TRY(const Slot first, store<Slot>(compute_start_slot_at_epoch(epoch, state.config)));
    Json slots = Json::array();
    for (std::uint64_t i = 0; i < state.config.SLOTS_PER_EPOCH; ++i) {
        Json of_slot = Json::array();
        for (std::uint64_t index = 0; index < get_committee_count_per_slot(state, epoch); ++index) {
            of_slot.push_back(numbers(get_beacon_committee(state, Slot{first.value + i}, CommitteeIndex{index})));
        }
        slots.push_back(of_slot);
    }
    return Json{{"committees", slots}};
}

Answer proposers(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    TRY(const std::vector<ValidatorIndex> found, compute_proposers(state, Epoch{parse_uint64(request.param("epoch"))}));
    return Json{{"proposers", numbers(found)}};
}

Answer deltas(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("pre"));
    const auto to_json = [](const Deltas& found) {
        return Json{{"rewards", numbers(found.rewards)}, {"penalties", numbers(found.penalties)}};
    };
    TRY(const Deltas source, get_flag_index_deltas(state, TIMELY_SOURCE_FLAG_INDEX));
    TRY(const Deltas target, get_flag_index_deltas(state, TIMELY_TARGET_FLAG_INDEX));
    TRY(const Deltas head, get_flag_index_deltas(state, TIMELY_HEAD_FLAG_INDEX));
    TRY(const Deltas inactivity, get_inactivity_penalty_deltas(state));
    return Json{{"source", to_json(source)},
                {"target", to_json(target)},
                {"head", to_json(head)},
                {"inactivity", to_json(inactivity)}};
}

Answer slots(const Request& request) {
    TRY(ConsensusState state, request.decode<ConsensusState>("pre"));
    TRY(const auto entries, request.decode_entries("pre"));
    CHECK(attach_entries(state, entries));
    CHECK(process_slots(state, Slot{parse_uint64(request.param("slot"))}));
    return post(state);
}

Answer blocks(const Request& request) {
    TRY(ConsensusState state, request.decode<ConsensusState>("pre"));
    TRY(const auto entries, request.decode_entries("pre"));
    std::vector<SignedBlock> decoded;
    for (const Json& name : request.param("blocks")) {
        TRY(const SignedBlock block, request.decode<SignedBlock>(name.get<std::string>()));
        decoded.push_back(block);
    }
    CHECK(attach_entries(state, entries));
    for (const SignedBlock& block : decoded)
        CHECK(state_transition(state, block));
    return post(state);
}

Answer genesis_config(const Request& request) {
    const auto replaced = request.param("replace").get<std::map<std::string, std::string>>();
    TRY(const Parameters config, custom_configuration(request.config, replaced));
    CHECK(check_assumptions(config));
    return Json{{"config_root", to_hex(config_root(config).bytes)}};
}

Answer genesis_state(const Request& request) {
    TRY(const Genesis genesis, request.decode<Genesis>("genesis"));
    TRY(const ConsensusState state, initialize_state(request.config, genesis));
    return Json{{"state", encode(state, request.config)}, {"block", encode(genesis_block(state), request.config)}};
}

void add_operations(Handlers& handlers) {
    const auto add = [&](const char* name, const Handler& handler) { handlers[{"operations", name}] = handler; };
    add("block_header", operation<Block>("block", process_block_header));
    add("block_signature", operation<SignedBlock>("signed_block", verify_block_signature));
    add("randao",
        operation<Block>("block", [](auto& state, const auto& block) { return process_randao(state, block.body); }));
    add("proposer_slashing", operation<ProposerSlashing>("proposer_slashing", process_proposer_slashing));
    add("attester_slashing", operation<AttesterSlashing>("attester_slashing", process_attester_slashing));
    add("attestation", operation<Attestation>("attestation", process_attestation));
    add("voluntary_exit", operation<SignedVoluntaryExit>("voluntary_exit", process_voluntary_exit));
}

void add_epoch_processing(Handlers& handlers) {
    const auto add = [&](const char* name, const Handler& handler) { handlers[{"epoch_processing", name}] = handler; };
    add("epoch", epoch_step(process_epoch));
    add("proposer_lookahead", epoch_step(process_proposer_lookahead));
    add("justification_and_finalization", epoch_step(process_justification_and_finalization));
    add("inactivity_updates", epoch_step(process_inactivity_updates));
    add("rewards_and_penalties", epoch_step(process_rewards_and_penalties));
    add("slashings", epoch_step(process_slashings));
    add("unbond_queue", epoch_step(process_unbond_queue));
    add("bond_queue", epoch_step(process_bond_queue));
    add("registry_updates", epoch_step(process_registry_updates));
    add("effective_stake_updates", epoch_step(process_effective_stake_updates));
    add("resets", epoch_step(process_resets));
}

}  // namespace

void add_transition_handlers(Handlers& handlers) {
    handlers[{"shuffling", "permutation"}] = permutation;
    handlers[{"shuffling", "committees"}] = committees;
    handlers[{"shuffling", "proposers"}] = proposers;
    add_operations(handlers);
    add_epoch_processing(handlers);
    handlers[{"rewards", "deltas"}] = deltas;
    handlers[{"sanity", "slots"}] = slots;
    for (const char* runner : {"sanity", "finality", "random"})
        handlers[{runner, "blocks"}] = blocks;
    handlers[{"genesis", "config"}] = genesis_config;
    handlers[{"genesis", "state"}] = genesis_state;
}

}  // namespace touchstone::reference::cli
