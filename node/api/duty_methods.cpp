// For validator clients, which have the keys: duties, what is to be signed, and what was signed. [DUT-01] to [DUT-17]
//
// Each name ends in a version. A version never changes: clients and nodes of different releases work together.
#include <algorithm>

#include "node/api/method_groups.h"
#include "node/api/point.h"
#include "node/kernel/duties/production.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/gossip/conditions.h"
#include "node/types/encoding.h"

namespace touchstone::node::api {

namespace {

/// Validators in a call.
constexpr std::size_t kMostValidators = 1024;
/// Messages in a call: their signatures are verified while the node does nothing else.
constexpr std::size_t kMostMessages = 64;

/// The head's state in the present slot, and what the duties of an epoch hang on.
struct DutyState {
    std::shared_ptr<State> state;
    Epoch epoch;
};

/// Of the present epoch or the next. [DUT-04]
std::variant<DutyState, rpc::Error> duty_state(const Sources& sources, const Json& epoch) {
    const Chain& chain = sources.chain();
    if (sources.node.is_behind()) return kNotYet.because("the node knows itself behind; node_sync says how far");
    const Slot now = std::max(chain.current_slot(), chain.head_slot());
    const Epoch present = epoch_of(now, chain.parameters());
    const Epoch asked(uint64_from(epoch));
    if (asked != present && asked != present + 1) {
        return rpc::invalid_params("\"epoch\" may be " + std::to_string(present.value()) +
                                   ", the present one, or the next");
    }
    auto state = sources.node.fork_choice().state_at(chain.head(), now);
    if (!state.ok()) return kNotYet.because("the chain cannot go on: " + state.rejection().detail);
    return DutyState{std::move(state).value(), asked};
}

rpc::Parameter epoch_parameter() { return {"epoch", kUint64, "the present one, or the next", true}; }

// ------------------------------------------------------------------------------------------------------------ duties

Json attester_json(const AttesterDuty& duty, const State& state, const Parameters& parameters) {
    const std::uint64_t subnet =
        compute_subnet_for_attestation(duty.committees_per_slot, duty.slot, duty.committee, parameters);
    return {{"validator_index", to_json(duty.validator.value())},
            {"pubkey", to_json(state.consensus().validators[duty.validator.value()].pubkey)},
            {"slot", to_json(duty.slot)},
            {"committee_index", to_json(duty.committee.value())},
            {"position", to_json(std::uint64_t{duty.position})},
            {"committee_size", to_json(std::uint64_t{duty.committee_size})},
            {"subnet", to_json(subnet)}};
}

rpc::Answer duty_attester_v1(const Sources& sources, const rpc::Arguments& arguments) {
    const auto found = duty_state(sources, arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&found)) return *error;
    const auto& [state, epoch] = std::get<DutyState>(found);
    std::vector<ValidatorIndex> validators;
    for (const Json& index : arguments[1])
        validators.emplace_back(uint64_from(index));
    const auto duties = attester_duties(sources.chain().environment(), *state, epoch, validators);
    if (!duties.ok()) return kNotYet.because(duties.rejection().detail);
    const auto dependent = sources.chain().fork_choice().get_shuffling_dependent_root(sources.chain().head(), epoch);
    Json list = Json::array();
    for (const AttesterDuty& duty : *duties)
        list.push_back(attester_json(duty, *state, sources.parameters()));
    return Json{{"epoch", to_json(epoch)},
                {"dependent_root", dependent ? to_json(*dependent) : Json(nullptr)},
                {"duties", std::move(list)}};
}

rpc::Declaration declare_duty_attester_v1() {
    const rpc::Type duty = rpc::object("AttesterDutyV1", "when and where a validator votes",
                                       {{"validator_index", kUint64},
                                        {"pubkey", kPublicKey},
                                        {"slot", kUint64},
                                        {"committee_index", kUint64},
                                        {"position", kUint64, "of its bit"},
                                        {"committee_size", kUint64},
                                        {"subnet", kUint64, "on which the node publishes the vote"}});
    return {
        .name = "duty_attester_v1",
        .summary = "When and where validators vote; those that are not active then are left out",
        .parameters = {epoch_parameter(),
                       {"validators", rpc::list_of(kUint64, kMostValidators), "their indices", true}},
        .result = rpc::object("AttesterDutiesV1", "duties to vote of one epoch",
                              {{"epoch", kUint64},
                               {"dependent_root", rpc::nullable(kRoot),
                                "as long as the head has this ancestor, the duties stay; null if it is forgotten here"},
                               {"duties", rpc::list_of(duty), "by slot"}}),
        .errors = {kNotYet}};
}

rpc::Answer duty_proposer_v1(const Sources& sources, const rpc::Arguments& arguments) {
    const auto found = duty_state(sources, arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&found)) return *error;
    const auto& [state, epoch] = std::get<DutyState>(found);
    Json list = Json::array();
    for (const ProposerDuty& duty : proposer_duties(sources.chain().environment(), *state, epoch)) {
        list.push_back({{"slot", to_json(duty.slot)},
                        {"validator_index", to_json(duty.validator.value())},
                        {"pubkey", to_json(state->consensus().validators[duty.validator.value()].pubkey)}});
    }
    return Json{{"epoch", to_json(epoch)},
                {"head", block_id(sources.chain().head(), sources.chain().head_slot())},
                {"duties", std::move(list)}};
}

rpc::Declaration declare_duty_proposer_v1() {
    const rpc::Type duty = rpc::object("ProposerDutyV1", "who proposes in a slot",
                                       {{"slot", kUint64}, {"validator_index", kUint64}, {"pubkey", kPublicKey}});
    return {.name = "duty_proposer_v1",
            .summary = "Who proposes in the slots of an epoch",
            .parameters = {epoch_parameter()},
            .result = rpc::object("ProposerDutiesV1", "the proposers of one epoch",
                                  {{"epoch", kUint64},
                                   {"head", kBlockId, "by whose state they are"},
                                   {"duties", rpc::list_of(duty), "by slot"}}),
            .errors = {kNotYet}};
}

// ------------------------------------------------------------------------------------------------------------- votes

rpc::Answer duty_attestation_data_v1(const Sources& sources, const rpc::Arguments& arguments) {
    if (sources.node.is_behind()) return kNotYet.because("the node knows itself behind; node_sync says how far");
    const Slot slot(uint64_from(arguments[0]));
    if (slot != sources.chain().current_slot()) {
        return rpc::invalid_params("\"slot\" may be " + std::to_string(sources.chain().current_slot().value()) +
                                   ", the present one");
    }
    auto data = produce_attestation_data(sources.node.fork_choice(), slot);
    if (!data) return kNotYet.because("the head is a block of a later slot");
    data->index = CommitteeIndex(uint64_from(arguments[1]));
    return Json{{"data",
                 {{"slot", to_json(data->slot)},
                  {"committee_index", to_json(data->index.value())},
                  {"block_root", to_json(data->beacon_block_root)},
                  {"source", to_json(data->source)},
                  {"target", to_json(data->target)}}},
                {"encoded", bytes_json(encode(*data))}};
}

rpc::Declaration declare_duty_attestation_data_v1() {
    const rpc::Type data = rpc::object("AttestationDataV1", "what a vote says",
                                       {{"slot", kUint64},
                                        {"committee_index", kUint64},
                                        {"block_root", kRoot, "the head"},
                                        {"source", kCheckpoint},
                                        {"target", kCheckpoint}});
    return {
        .name = "duty_attestation_data_v1",
        .summary =
            "What the validators of a committee vote for now: to be asked when the slot's block has come, or a third "
            "of the slot is over",
        .parameters = {{"slot", kUint64, "the present one", true}, {"committee_index", kUint64, "of the voter", true}},
        .result = rpc::object("VoteToSignV1", "what is to be signed",
                              {{"data", data}, {"encoded", kBytes, "the encoding of the AttestationData"}}),
        .errors = {kNotYet}};
}

rpc::Answer duty_aggregate_v1(const Sources& sources, const rpc::Arguments& arguments) {
    const auto data = decode<AttestationData>(bytes_from(arguments[0]), sources.parameters());
    if (!data.ok()) return broken(kMessageRefused, data.rejection());
    const auto aggregate = sources.node.aggregate_of(*data);
    return Json{{"aggregate", aggregate ? bytes_json(encode(*aggregate)) : Json(nullptr)}};
}

rpc::Declaration declare_duty_aggregate_v1() {
    return {.name = "duty_aggregate_v1",
            .summary = "All single votes for the same data that this node has, joined",
            .parameters = {{"data", kBytes, "the encoding of the AttestationData", true}},
            .result = rpc::object(
                "AggregateV1", "votes joined",
                {{"aggregate", rpc::nullable(kBytes), "the encoding of an Attestation; null if there are no votes"}}),
            .errors = {kMessageRefused}};
}

// ------------------------------------------------------------------------------------------------------------ blocks

rpc::Answer duty_block_v1(const Sources& sources, const rpc::Arguments& arguments) {
    const Graffiti graffiti(arguments[2].is_null() ? Root{}.bytes : root_from(arguments[2]).bytes);
    auto produced = sources.node.produce_block(Slot(uint64_from(arguments[0])), signature_from(arguments[1]), graffiti);
    if (!produced.ok()) return broken(kNotProposable, produced.rejection());
    return Json{{"block", bytes_json(encode(produced->block))},
                {"block_root", to_json(hash_tree_root(produced->block, sources.parameters()))},
                {"proposer_index", to_json(produced->block.proposer_index.value())},
                {"signing_root", to_json(produced->signing_root)}};
}

rpc::Declaration declare_duty_block_v1() {
    return {.name = "duty_block_v1",
            .summary = "A block of the present slot, to be signed by its proposer",
            .parameters = {{"slot", kUint64, "the present one", true},
                           {"randao_reveal", kSignature, "of the proposer, DUT-07 of the specification", true},
                           {"graffiti", kRoot, "32 bytes; zeros if left out", false}},
            .result =
                rpc::object("BlockToSignV1", "a block that is not signed",
                            {{"block", kBytes, "the encoding of the Block"},
                             {"block_root", kRoot},
                             {"proposer_index", kUint64},
                             {"signing_root", kRoot, "what the proposer signs; a careful client computes it itself"}}),
            .errors = {kNotProposable}};
}

// -------------------------------------------------------------------------------------------------------- publishing

rpc::Answer duty_publish_block_v1(const Sources& sources, const rpc::Arguments& arguments) {
    const auto block = decode<SignedBlock>(bytes_from(arguments[0]), sources.parameters());
    if (!block.ok()) return broken(kMessageRefused, block.rejection());
    const auto taken = sources.node.submit(*block);
    if (!taken.ok()) return broken(kMessageRefused, taken.rejection());
    return Json{{"root", to_json(hash_tree_root(block->message, sources.parameters()))}};
}

rpc::Declaration declare_duty_publish_block_v1() {
    return {.name = "duty_publish_block_v1",
            .summary =
                "Publishes a signed block once the node has executed it; signature and place are checked before the "
                "answer, "
                "the rest after it (chain_header finds it then)",
            .parameters = {{"signed_block", kBytes, "the encoding of the SignedBlock", true}},
            .result = rpc::object("TakenBlockV1", "a block that is being executed", {{"root", kRoot}}),
            .errors = {kMessageRefused}};
}

/// Each by itself: one that is refused keeps no other back.
template <class Message>
Json submit_all(const Sources& sources, const Json& list) {
    Json results = Json::array();
    for (const Json& encoded : list) {
        const auto message = decode<Message>(bytes_from(encoded), sources.parameters());
        const auto taken = message.ok() ? sources.node.submit(*message) : Result<void>(message.rejection());
        results.push_back(
            {{"taken", taken.ok()}, {"refusal", taken.ok() ? Json(nullptr) : rejection_json(taken.rejection())}});
    }
    return {{"results", std::move(results)}};
}

rpc::Type publishing_type() {
    const rpc::Type result =
        rpc::object("PublishedV1", "what became of a message",
                    {{"taken", kBoolean, "whether it was published"}, {"refusal", rpc::nullable(kBrokenClause)}});
    return rpc::object("PublishingV1", "what became of messages",
                       {{"results", rpc::list_of(result), "in the order of the messages"}});
}

rpc::Answer duty_publish_attestations_v1(const Sources& sources, const rpc::Arguments& arguments) {
    return submit_all<Attestation>(sources, arguments[0]);
}

rpc::Declaration declare_duty_publish_attestations_v1() {
    return {.name = "duty_publish_attestations_v1",
            .summary = "Verifies single votes and publishes those that are good",
            .parameters = {{"attestations", rpc::list_of(kBytes, kMostMessages), "encodings of Attestations", true}},
            .result = publishing_type()};
}

rpc::Answer duty_publish_aggregates_v1(const Sources& sources, const rpc::Arguments& arguments) {
    return submit_all<SignedAggregateAndProof>(sources, arguments[0]);
}

rpc::Declaration declare_duty_publish_aggregates_v1() {
    return {.name = "duty_publish_aggregates_v1",
            .summary = "Verifies aggregates and publishes those that are good",
            .parameters = {{"aggregates", rpc::list_of(kBytes, kMostMessages), "encodings of SignedAggregateAndProofs",
                            true}},
            .result = publishing_type()};
}

}  // namespace

std::vector<ApiMethod> duty_methods() {
    return {{declare_duty_attester_v1(), duty_attester_v1},
            {declare_duty_proposer_v1(), duty_proposer_v1},
            {declare_duty_attestation_data_v1(), duty_attestation_data_v1},
            {declare_duty_aggregate_v1(), duty_aggregate_v1},
            {declare_duty_block_v1(), duty_block_v1},
            {declare_duty_publish_block_v1(), duty_publish_block_v1},
            {declare_duty_publish_attestations_v1(), duty_publish_attestations_v1},
            {declare_duty_publish_aggregates_v1(), duty_publish_aggregates_v1}};
}

}  // namespace touchstone::node::api
