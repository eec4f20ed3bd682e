// Pages 11 and 12: what validators compute before they sign, and weak subjectivity.
#include "reference/cli/adapter.h"
#include "reference/duties/duties.h"

namespace touchstone::reference::cli {

namespace {

std::uint64_t number(const Request& request, const char* name) { return parse_uint64(request.param(name)); }

Answer committee_assignment(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    TRY(const auto found,
        get_committee_assignment(state, Epoch{number(request, "epoch")}, ValidatorIndex{number(request, "index")}));
    if (!found) return Json::object();
    Json committee = Json::array();
    for (ValidatorIndex index : found->committee)
        committee.push_back(std::to_string(index.value));
    return Json{{"assignment",
                 {{"slot", std::to_string(found->slot.value)},
                  {"committee_index", std::to_string(found->committee_index.value)},
                  {"committee", committee}}}};
}

Answer epoch_signature(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    return Json{{"signing_root", to_json(get_epoch_signing_root(state, Epoch{number(request, "epoch")}))}};
}

Answer slot_signature(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    return Json{{"signing_root", to_json(get_slot_signing_root(state, Slot{number(request, "slot")}))}};
}

Answer aggregate_and_proof_signature(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    TRY(const AggregateAndProof message, request.decode<AggregateAndProof>("aggregate_and_proof"));
    return Json{{"signing_root", to_json(get_aggregate_and_proof_signing_root(state, message))}};
}

Answer attestation_data(const Request& request) {
    TRY(ConsensusState anchor_state, request.decode<ConsensusState>("anchor_state"));
    TRY(const auto entries, request.decode_entries("anchor_state"));
    TRY(const Block anchor_block, request.decode<Block>("anchor_block"));
    CHECK(attach_entries(anchor_state, entries));
    TRY(Store store, get_forkchoice_store(anchor_state, anchor_block));
    CHECK(on_tick(store, number(request, "time_ms")));
    for (const Json& name : request.param("blocks")) {
        TRY(const SignedBlock block, request.decode<SignedBlock>(name.get<std::string>()));
        CHECK(on_block(store, block));
    }
    TRY(const AttestationData data,
        get_attestation_data(store, Slot{number(request, "slot")}, CommitteeIndex{number(request, "index")}));
    return Json{{"data", encode(data, request.config)}};
}

Answer aggregator(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    return Json{
        {"aggregator", is_aggregator(state, Slot{number(request, "slot")}, CommitteeIndex{number(request, "index")},
                                     parse_fixed<BLSSignature>(request.param("selection_proof")))}};
}

Answer subnet(const Request& request) {
    const std::uint64_t found =
        compute_subnet_for_attestation(number(request, "committees_per_slot"), Slot{number(request, "slot")},
                                       CommitteeIndex{number(request, "index")}, request.config);
    return Json{{"subnet", std::to_string(found)}};
}

/// [DUT-19], [DUT-20] Which of the messages a key may sign, in their order.
Answer watermark(const Request& request) {
    Watermark raised;
    Json allowed = Json::array();
    for (const Json& message : request.param("messages")) {
        if (message.contains("block")) {
            allowed.push_back(raise_for_block(raised, Slot{parse_uint64(message["block"])}));
        } else {
            const Json& vote = member(message, "attestation");
            allowed.push_back(raise_for_attestation(raised, Epoch{parse_uint64(member(vote, "source"))},
                                                    Epoch{parse_uint64(member(vote, "target"))}));
        }
    }
    return Json{{"signed", allowed}};
}

Answer period(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    TRY(const Wide epochs, compute_weak_subjectivity_period(state));
    TRY(const std::uint64_t found, store<std::uint64_t>(epochs));
    return Json{{"period", std::to_string(found)}};
}

Answer within_period(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    CHECK(is_within_weak_subjectivity_period(Epoch{number(request, "current_epoch")}, state,
                                             parse_checkpoint(request.param("checkpoint"))));
    return Json::object();
}

Answer checkpoint_sync(const Request& request) {
    TRY(const ConsensusState genesis_state, request.decode<ConsensusState>("genesis_state"));
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    TRY(const Block block, request.decode<Block>("block"));
    CHECK(check_checkpoint_sync(genesis_state, Epoch{number(request, "current_epoch")},
                                parse_checkpoint(request.param("checkpoint")), state, block));
    return Json::object();
}

}  // namespace

void add_duty_handlers(Handlers& handlers) {
    handlers[{"duties", "committee_assignment"}] = committee_assignment;
    handlers[{"duties", "epoch_signature"}] = epoch_signature;
    handlers[{"duties", "slot_signature"}] = slot_signature;
    handlers[{"duties", "aggregate_and_proof_signature"}] = aggregate_and_proof_signature;
    handlers[{"duties", "attestation_data"}] = attestation_data;
    handlers[{"duties", "is_aggregator"}] = aggregator;
    handlers[{"duties", "subnet"}] = subnet;
    handlers[{"duties", "watermark"}] = watermark;
    handlers[{"weak_subjectivity", "period"}] = period;
    handlers[{"weak_subjectivity", "check"}] = within_period;
    handlers[{"weak_subjectivity", "checkpoint_sync"}] = checkpoint_sync;
}

}  // namespace touchstone::reference::cli
