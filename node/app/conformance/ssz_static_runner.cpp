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
        {"Account", round_trip_of<Account>},
        {"QueuedBond", round_trip_of<QueuedBond>},
        {"QueuedUnbond", round_trip_of<QueuedUnbond>},
        {"Cohort", round_trip_of<Cohort>},
        {"Queue", round_trip_of<Queue>},
        {"StakeEvent", round_trip_of<StakeEvent>},
        {"Transfer", round_trip_of<Transfer>},
        {"RegisterValidator", round_trip_of<RegisterValidator>},
        {"EditValidator", round_trip_of<EditValidator>},
        {"ExitValidator", round_trip_of<ExitValidator>},
        {"Delegate", round_trip_of<Delegate>},
        {"Undelegate", round_trip_of<Undelegate>},
        {"Withdraw", round_trip_of<Withdraw>},
        {"ClaimCommission", round_trip_of<ClaimCommission>},
        {"Payload", round_trip_of<Payload>},
        {"Transaction", round_trip_of<Transaction>},
        {"SignedTransaction", round_trip_of<SignedTransaction>},
        {"Event", round_trip_of<Event>},
        {"Receipt", round_trip_of<Receipt>},
        {"TransactionBatch", round_trip_of<TransactionBatch>},
        {"BlockBody", round_trip_of<BlockBody>},
        {"Block", round_trip_of<Block>},
        {"SignedBlock", round_trip_of<SignedBlock>},
        {"HistoricalSummary", round_trip_of<HistoricalSummary>},
        {"ConsensusState", round_trip_of<ConsensusState>},
        {"AggregateAndProof", round_trip_of<AggregateAndProof>},
        {"SignedAggregateAndProof", round_trip_of<SignedAggregateAndProof>},
        {"ProofOfPossessionMessage", round_trip_of<ProofOfPossessionMessage>},
        {"GenesisValidator", round_trip_of<GenesisValidator>},
        {"GenesisAccount", round_trip_of<GenesisAccount>},
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
        {"KvEntry", round_trip_of<KvEntry>},
        {"KvEntries", round_trip_of<KvEntries>},
        {"StateList", round_trip_of<StateList>},
        {"StatePartRequest", round_trip_of<StatePartRequest>},
        {"StatePart", round_trip_of<StatePart>},
        {"StateEntriesRequest", round_trip_of<StateEntriesRequest>},
        {"StateEntries", round_trip_of<StateEntries>},
        {"HistoricalBatchRoots", [](const Request& request) { return round_trip(kHistoricalBatchRoots, request); }},
        {"Reserved", [](const Request& request) { return round_trip(schemas::kReserved, request); }},
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
