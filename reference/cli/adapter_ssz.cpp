#include "reference/cli/adapter.h"
#include "reference/ssz/generic_types.h"
#include "reference/ssz/proof.h"
#include "reference/ssz/snappy.h"
#include "reference/tree/containers.h"
#include "reference/types/state_sync.h"

namespace touchstone::reference::cli {

namespace {

Answer decode_generic(const Request& request) {
    const auto found = ssz::generic_types().find(request.param("type").get<std::string>());
    if (found == ssz::generic_types().end()) throw BadRequest("there is no such test type");
    const ssz::Type& type = found->second;
    TRY(const ssz::Value value, ssz::deserialize(type, request.input("serialized")));
    return Json{{"serialized", to_hex(ssz::serialize(type, value))},
                {"root", to_hex(ssz::hash_tree_root(type, value).bytes)}};
}

std::vector<ssz::Chunk> parse_chunks(const Json& list) {
    std::vector<ssz::Chunk> chunks;
    for (const Json& chunk : list)
        chunks.push_back(parse_fixed<Root>(chunk).bytes);
    return chunks;
}

Answer single_proof(const Request& request) {
    CHECK(ssz::verify_single_proof(parse_fixed<Root>(request.param("leaf")).bytes, parse_uint64(request.param("index")),
                                   parse_chunks(request.param("branch")), parse_fixed<Root>(request.param("root"))));
    return Json::object();
}

Answer multi_proof(const Request& request) {
    std::vector<ssz::GeneralizedIndex> indices;
    for (const Json& index : request.param("indices"))
        indices.push_back(parse_uint64(index));
    CHECK(ssz::verify_multi_proof(parse_chunks(request.param("leaves")), indices, parse_chunks(request.param("proof")),
                                  parse_fixed<Root>(request.param("root"))));
    return Json::object();
}

Answer decompress(const Request& request) {
    TRY(const Bytes data, ssz::decompress(request.input("payload"), parse_uint64(request.param("limit"))));
    return Json{{"data", to_hex(data)}};
}

template <class T>
Answer decode_container(const Request& request) {
    TRY(const T object, request.decode<T>("serialized"));
    return Json{{"serialized", encode(object, request.config)},
                {"root", to_hex(hash_tree_root(object, request.config).bytes)}};
}

}  // namespace

void add_ssz_handlers(Handlers& handlers) {
    handlers[{"ssz_generic", "decode"}] = decode_generic;
    handlers[{"ssz_generic", "single_proof"}] = single_proof;
    handlers[{"ssz_generic", "multi_proof"}] = multi_proof;
    handlers[{"ssz_generic", "snappy"}] = decompress;
    const auto add = [&](const char* name, const Handler& handler) { handlers[{"ssz_static", name}] = handler; };
    add("Fork", decode_container<Fork>);
    add("ForkData", decode_container<ForkData>);
    add("SigningData", decode_container<SigningData>);
    add("Checkpoint", decode_container<Checkpoint>);
    add("Validator", decode_container<Validator>);
    add("AttestationData", decode_container<AttestationData>);
    add("Attestation", decode_container<Attestation>);
    add("IndexedAttestation", decode_container<IndexedAttestation>);
    add("BlockHeader", decode_container<BlockHeader>);
    add("SignedBlockHeader", decode_container<SignedBlockHeader>);
    add("ProposerSlashing", decode_container<ProposerSlashing>);
    add("AttesterSlashing", decode_container<AttesterSlashing>);
    add("VoluntaryExit", decode_container<VoluntaryExit>);
    add("SignedVoluntaryExit", decode_container<SignedVoluntaryExit>);
    add("BlockBody", decode_container<BlockBody>);
    add("Block", decode_container<Block>);
    add("SignedBlock", decode_container<SignedBlock>);
    add("HistoricalSummary", decode_container<HistoricalSummary>);
    add("HistoricalBatchRoots", decode_container<HistoricalBatchRoots>);
    add("ConsensusState", decode_container<ConsensusState>);
    add("AggregateAndProof", decode_container<AggregateAndProof>);
    add("SignedAggregateAndProof", decode_container<SignedAggregateAndProof>);
    add("ProofOfPossessionMessage", decode_container<ProofOfPossessionMessage>);
    add("Status", decode_container<Status>);
    add("MetaData", decode_container<MetaData>);
    add("BlocksByRangeRequest", decode_container<BlocksByRangeRequest>);
    add("BlocksByRootRequest", decode_container<BlocksByRootRequest>);
    add("BlocksResponse", decode_container<BlocksResponse>);
    add("ProposalOrder", decode_container<ProposalOrder>);
    add("GenesisValidator", decode_container<GenesisValidator>);
    add("GenesisAccount", decode_container<GenesisAccount>);
    add("Genesis", decode_container<Genesis>);
    add("KvEntry", decode_container<KvEntry>);
    add("KvEntries", decode_container<KvEntries>);
    add("KvInterval", decode_container<KvInterval>);
    add("KvLeaf", decode_container<KvLeaf>);
    add("KvProof", decode_container<KvProof>);
    add("Account", decode_container<Account>);
    add("Transfer", decode_container<Transfer>);
    add("RegisterValidator", decode_container<RegisterValidator>);
    add("EditValidator", decode_container<EditValidator>);
    add("ExitValidator", decode_container<ExitValidator>);
    add("Delegate", decode_container<Delegate>);
    add("Undelegate", decode_container<Undelegate>);
    add("Withdraw", decode_container<Withdraw>);
    add("ClaimCommission", decode_container<ClaimCommission>);
    add("Payload", decode_container<Payload>);
    add("Transaction", decode_container<Transaction>);
    add("SignedTransaction", decode_container<SignedTransaction>);
    add("Event", decode_container<Event>);
    add("Receipt", decode_container<Receipt>);
    add("TransactionBatch", decode_container<TransactionBatch>);
    add("QueuedBond", decode_container<QueuedBond>);
    add("QueuedUnbond", decode_container<QueuedUnbond>);
    add("Cohort", decode_container<Cohort>);
    add("Queue", decode_container<Queue>);
    add("StakeEvent", decode_container<StakeEvent>);
    add("StateList", decode_container<StateList>);
    add("StatePartRequest", decode_container<StatePartRequest>);
    add("StatePart", decode_container<StatePart>);
    add("StateEntriesRequest", decode_container<StateEntriesRequest>);
    add("StateEntries", decode_container<StateEntries>);
}

}  // namespace touchstone::reference::cli
