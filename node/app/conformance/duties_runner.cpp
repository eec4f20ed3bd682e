// What a validator does and signs.
#include <map>

#include "node/app/conformance/request.h"
#include "node/kernel/duties/production.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/fork_choice/fork_choice.h"
#include "node/kernel/gossip/conditions.h"
#include "node/services/watermark.h"

namespace touchstone::node::app {

namespace {

Epoch epoch_param(const Request& request) { return Epoch(to_uint64(request.param("epoch"))); }
Slot slot_param(const Request& request) { return Slot(to_uint64(request.param("slot"))); }
CommitteeIndex committee_param(const Request& request) { return CommitteeIndex(to_uint64(request.param("index"))); }

Json signing_root(const Root& root) { return {{"signing_root", from_bytes(root.view())}}; }

std::span<const ValidatorIndex> committee_of(const Shuffling& shuffling, Slot slot, CommitteeIndex index) {
    if (index.value() >= shuffling.committees_per_slot()) throw BadRequest("the slot has no such committee");
    return shuffling.committee(slot, index);
}

// ------------------------------------------------------------------------------------------------------ assignments

Json committee_assignment(const Request& request) {
    const Environment environment = request.environment();
    const State state = make_state(environment, request.decoded<ConsensusState>("state"));
    const Epoch epoch = epoch_param(request);
    const ValidatorIndex validator(to_uint64(request.param("index")));
    const auto duties = accepted(attester_duties(environment, state, epoch, {&validator, 1}));
    if (duties.empty()) return Json::object();
    const AttesterDuty& duty = duties.front();
    const auto shuffling = get_shuffling(state, epoch, environment);
    return {{"assignment",
             {{"slot", from_uint64(duty.slot.value())},
              {"committee_index", from_uint64(duty.committee.value())},
              {"committee", from_indices(shuffling->committee(duty.slot, duty.committee))}}}};
}

Json aggregator(const Request& request) {
    const Environment environment = request.environment();
    const State state = make_state(environment, request.decoded<ConsensusState>("state"));
    const Slot slot = slot_param(request);
    const auto shuffling = get_shuffling(state, epoch_of(slot, environment.parameters()), environment);
    if (!shuffling) throw BadRequest("the state has no committees of this slot");
    const auto committee = committee_of(*shuffling, slot, committee_param(request));
    const auto proof = to_fixed<BlsSignature>(request.param("selection_proof"));
    return {{"aggregator", is_aggregator(committee.size(), proof, environment.parameters())}};
}

Json subnet(const Request& request) {
    return {{"subnet", from_uint64(compute_subnet_for_attestation(to_uint64(request.param("committees_per_slot")),
                                                                  slot_param(request), committee_param(request),
                                                                  request.parameters))}};
}

// ------------------------------------------------------------------------------------------------------- signatures

Json epoch_signature(const Request& request) {
    const Environment environment = request.environment();
    const State state = make_state(environment, request.decoded<ConsensusState>("state"));
    return signing_root(randao_signing_root(environment, state, epoch_param(request)));
}

Json slot_signature(const Request& request) {
    const Environment environment = request.environment();
    const State state = make_state(environment, request.decoded<ConsensusState>("state"));
    return signing_root(selection_signing_root(environment, state, slot_param(request)));
}

Json aggregate_signature(const Request& request) {
    auto consensus = request.decoded<ConsensusState>("state");
    const auto message = request.decoded<AggregateAndProof>("aggregate_and_proof");
    const Environment environment = request.environment();
    const State state = make_state(environment, std::move(consensus));
    return signing_root(aggregate_signing_root(environment, state, message));
}

Json attestation_data(const Request& request) {
    auto anchor_state = decode_state_input(request, "anchor_state");
    const auto anchor_block = request.decoded<Block>("anchor_block");
    std::vector<SignedBlock> blocks;
    for (const Json& name : request.param("blocks"))
        blocks.push_back(request.decoded<SignedBlock>(name.get<std::string>()));
    const Environment environment = request.environment();
    auto store =
        accepted(ForkChoice::from_anchor(environment, make_state(environment, std::move(anchor_state)), anchor_block));
    accepted(store.on_tick(to_uint64(request.param("time_ms"))));
    for (const SignedBlock& block : blocks)
        accepted(store.on_block(block, verify_each));
    auto data = produce_attestation_data(store, slot_param(request));
    if (!data) throw BadRequest("nobody attests to the head in this slot");
    data->index = committee_param(request);
    return {{"data", from_bytes(encode(*data))}};
}

// -------------------------------------------------------------------------------------------------------- watermark

/// A record of the keys that lasts as long as the case.
class RecordOfCase final : public SlashingProtection {
  public:
    explicit RecordOfCase(const BlsPublicKey& key) : rows_{{key, Watermark{}}} {}

    std::optional<Watermark> load(const BlsPublicKey& key) override {
        const auto row = rows_.find(key);
        return row == rows_.end() ? std::nullopt : std::optional(row->second);
    }
    bool raise(std::span<const WatermarkOfKey> rows) override {
        for (const WatermarkOfKey& row : rows)
            rows_.insert_or_assign(row.public_key, row.watermark);
        return true;
    }

  private:
    std::map<BlsPublicKey, Watermark> rows_;
};

bool permit(WatermarkGuard& guard, const BlsPublicKey& key, const Json& message) {
    if (message.contains("block")) return guard.permit_block(key, Slot(to_uint64(message["block"])));
    const Json& attestation = message.at("attestation");
    const Epoch source(to_uint64(attestation.at("source")));
    const Epoch target(to_uint64(attestation.at("target")));
    return guard.permit_attestation({&key, 1}, source, target).front();
}

Json watermark(const Request& request) {
    const BlsPublicKey key;
    RecordOfCase record(key);
    WatermarkGuard guard(record);
    Json permitted = Json::array();
    for (const Json& message : request.param("messages"))
        permitted.push_back(permit(guard, key, message));
    return {{"signed", std::move(permitted)}};
}

const std::map<std::string, Runner>& handlers() {
    static const std::map<std::string, Runner> kHandlers{
        {"committee_assignment", committee_assignment},
        {"epoch_signature", epoch_signature},
        {"slot_signature", slot_signature},
        {"aggregate_and_proof_signature", aggregate_signature},
        {"attestation_data", attestation_data},
        {"is_aggregator", aggregator},
        {"subnet", subnet},
        {"watermark", watermark},
    };
    return kHandlers;
}

}  // namespace

Json run_duties(const Request& request) {
    const auto handler = handlers().find(request.handler);
    if (handler == handlers().end()) throw Unsupported{};
    return handler->second(request);
}

}  // namespace touchstone::node::app
