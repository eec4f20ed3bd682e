// The containers of the protocol.
#include <map>

#include "node/app/conformance/request.h"
#include "node/types/schemas.h"

namespace touchstone::node::app {

namespace {

template <class Kind>
Json round_trip(const Kind& kind, const Request& request) {
    const ByteVector bytes = request.input("serialized");
    typename Kind::Value value{};
    accepted(kind.decode(bytes, request.parameters, value));
    ByteVector encoded;
    kind.encode(value, encoded);
    return {{"serialized", from_bytes(encoded)}, {"root", from_bytes(kind.root(value, request.parameters))}};
}

template <class T>
Json round_trip_of(const Request& request) {
    const T value = request.decoded<T>("serialized");
    return {{"serialized", from_bytes(encode(value))},
            {"root", from_bytes(hash_tree_root(value, request.parameters).view())}};
}

constexpr auto kHistoricalBatchRoots = codec::vector_of(schemas::plain<Root>, &Parameters::SLOTS_PER_HISTORICAL_ROOT);

const std::map<std::string, Runner>& types() {
    static const std::map<std::string, Runner> kTypes{
        {"Fork", round_trip_of<Fork>},
        {"ForkData", round_trip_of<ForkData>},
        {"SigningData", round_trip_of<SigningData>},
        {"Checkpoint", round_trip_of<Checkpoint>},
        {"Validator", round_trip_of<Validator>},
        {"AttestationData", round_trip_of<AttestationData>},
        {"Attestation", round_trip_of<Attestation>},
        {"IndexedAttestation", round_trip_of<IndexedAttestation>},
        {"BlockHeader", round_trip_of<BlockHeader>},
        {"SignedBlockHeader", round_trip_of<SignedBlockHeader>},
        {"ProposerSlashing", round_trip_of<ProposerSlashing>},
        {"AttesterSlashing", round_trip_of<AttesterSlashing>},
        {"VoluntaryExit", round_trip_of<VoluntaryExit>},
        {"SignedVoluntaryExit", round_trip_of<SignedVoluntaryExit>},
        {"BlockBody", round_trip_of<BlockBody>},
        {"Block", round_trip_of<Block>},
        {"SignedBlock", round_trip_of<SignedBlock>},
        {"HistoricalSummary", round_trip_of<HistoricalSummary>},
        {"ConsensusState", round_trip_of<ConsensusState>},
        {"AggregateAndProof", round_trip_of<AggregateAndProof>},
        {"SignedAggregateAndProof", round_trip_of<SignedAggregateAndProof>},
        {"ProofOfPossessionMessage", round_trip_of<ProofOfPossessionMessage>},
        {"GenesisValidator", round_trip_of<GenesisValidator>},
        {"Genesis", round_trip_of<Genesis>},
        {"Status", round_trip_of<Status>},
        {"MetaData", round_trip_of<MetaData>},
        {"BlocksByRangeRequest", round_trip_of<BlocksByRangeRequest>},
        {"BlocksByRootRequest", round_trip_of<BlocksByRootRequest>},
        {"BlocksResponse", round_trip_of<BlocksResponse>},
        {"ProposalOrder", round_trip_of<ProposalOrder>},
        {"KvInterval", round_trip_of<KvInterval>},
        {"KvLeaf", round_trip_of<KvLeaf>},
        {"KvProof", round_trip_of<KvProof>},
        {"HistoricalBatchRoots", [](const Request& request) { return round_trip(kHistoricalBatchRoots, request); }},
        {"Transaction", [](const Request& request) { return round_trip(schemas::kTransaction, request); }},
        {"Receipt", [](const Request& request) { return round_trip(schemas::kTransaction, request); }},
    };
    return kTypes;
}

}  // namespace

Json run_ssz_static(const Request& request) {
    const auto type = types().find(request.handler);
    if (type == types().end()) throw Unsupported{};
    return type->second(request);
}

}  // namespace touchstone::node::app
