#include "conformance-tests/generator/model/behaviour.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace touchstone::vectors::model {
namespace {

using Json = nlohmann::json;

ModelCheckpoint checkpoint_of(const Json& json) {
    return {json.at("epoch").get<std::uint64_t>(), json.at("root").get<BlockNumber>()};
}

ModelVote vote_of(const Json& json) {
    ModelVote vote;
    if (json.contains("validators")) {
        vote.validators = json.at("validators").get<std::vector<std::uint64_t>>();
    } else {
        vote.validators = {json.at("validator").get<std::uint64_t>()};
    }
    vote.slot = json.at("slot").get<std::uint64_t>();
    vote.head = json.at("head").get<BlockNumber>();
    vote.source = checkpoint_of(json.at("source"));
    vote.target = checkpoint_of(json.at("target"));
    return vote;
}

ModelEvidence evidence_of(const Json& json) { return {vote_of(json.at("first")), vote_of(json.at("second"))}; }

ModelBlock block_of(const Json& json, BlockNumber number) {
    ModelBlock block;
    block.parent = json.at("parent").get<BlockNumber>();
    block.slot = json.at("slot").get<std::uint64_t>();
    block.rank = json.value("rank", number);
    block.proposer = json.value("proposer", std::uint64_t{0});
    for (const Json& vote : json.at("votes"))
        block.votes.push_back(vote_of(vote));
    for (const Json& slashing : json.at("slashings"))
        block.slashings.push_back(evidence_of(slashing));
    return block;
}

BlockNumber number_of(const std::string& text) { return std::stoll(text); }

Observation observation_of(const Json& json) {
    Observation seen;
    seen.head = json.at("head").get<BlockNumber>();
    seen.justified = checkpoint_of(json.at("justified"));
    seen.finalized = checkpoint_of(json.at("finalized"));
    seen.unrealized_justified = checkpoint_of(json.at("unrealizedJustified"));
    seen.unrealized_finalized = checkpoint_of(json.at("unrealizedFinalized"));
    seen.boost = json.at("boost").get<BlockNumber>();
    seen.equivocating = json.at("equivocating").get<std::vector<std::uint64_t>>();
    if (json.contains("proposerHead")) seen.proposer_head = json.at("proposerHead").get<BlockNumber>();
    if (json.contains("nextProposerHead")) seen.next_proposer_head = json.at("nextProposerHead").get<BlockNumber>();
    const Json weights = json.value("weights", Json::object());
    for (const auto& [block, weight] : weights.items())
        seen.weights[number_of(block)] = weight.get<std::uint64_t>();
    return seen;
}

Event event_of(const Json& json) {
    Event event;
    const auto kind = json.at("kind").get<std::string>();
    if (kind == "tick") {
        event.slot = json.at("slot").get<std::uint64_t>();
        event.phase = json.at("phase").get<std::uint64_t>();
    } else if (kind == "block") {
        event.kind = EventKind::Block;
        event.block = json.at("block").get<BlockNumber>();
    } else if (kind == "attestation") {
        event.kind = EventKind::Attestation;
        event.vote = vote_of(json.at("vote"));
        event.first_signed = json.value("signed", true);
    } else if (kind == "slashing") {
        event.kind = EventKind::Slashing;
        event.evidence = evidence_of(json);
        event.first_signed = json.value("signed1", true);
        event.second_signed = json.value("signed2", true);
    } else {
        throw std::runtime_error("no event is of the kind " + kind);
    }
    event.rejected = json.value("rejected", "");
    if (json.contains("seen")) event.seen = observation_of(json.at("seen"));
    return event;
}

}  // namespace

Behaviour read_behaviour(const std::string& line) {
    try {
        const Json json = Json::parse(line);
        Behaviour behaviour;
        behaviour.name = json.at("name").get<std::string>();
        behaviour.slots_per_epoch = json.at("slots_per_epoch").get<std::uint64_t>();
        behaviour.validators = json.at("validators").get<std::uint64_t>();
        behaviour.stake = json.at("stake").get<std::uint64_t>();
        const Json parameters = json.value("parameters", Json::object());
        for (const auto& [parameter, value] : parameters.items())
            behaviour.parameters[parameter] = std::to_string(value.get<std::uint64_t>());
        for (const auto& [number, block] : json.at("blocks").items())
            behaviour.blocks[number_of(number)] = block_of(block, number_of(number));
        for (const Json& event : json.at("events"))
            behaviour.events.push_back(event_of(event));
        return behaviour;
    } catch (const Json::exception& error) {
        throw std::runtime_error(std::string("this is no behaviour of the model: ") + error.what());
    }
}

}  // namespace touchstone::vectors::model
