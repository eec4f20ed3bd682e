#include "node/types/encoding.h"

#include "node/types/schemas.h"

namespace touchstone::node {

using schemas::schema;

template <class T>
Result<T> decode(Bytes bytes, const Parameters& parameters) {
    T value{};
    NODE_TRY(schema<T>.decode(bytes, parameters, value));
    return value;
}

template <class T>
ByteVector encode(const T& value) {
    ByteVector out;
    schema<T>.encode(value, out);
    return out;
}

template <class T>
Root hash_tree_root(const T& value, const Parameters& parameters) {
    return Root(schema<T>.root(value, parameters));
}

#define NODE_INSTANTIATE(T)                                 \
    template Result<T> decode<T>(Bytes, const Parameters&); \
    template ByteVector encode<T>(const T&);                \
    template Root hash_tree_root<T>(const T&, const Parameters&);

NODE_INSTANTIATE(Fork)
NODE_INSTANTIATE(ForkData)
NODE_INSTANTIATE(SigningData)
NODE_INSTANTIATE(Checkpoint)
NODE_INSTANTIATE(Validator)
NODE_INSTANTIATE(AttestationData)
NODE_INSTANTIATE(Attestation)
NODE_INSTANTIATE(IndexedAttestation)
NODE_INSTANTIATE(BlockHeader)
NODE_INSTANTIATE(SignedBlockHeader)
NODE_INSTANTIATE(ProposerSlashing)
NODE_INSTANTIATE(AttesterSlashing)
NODE_INSTANTIATE(VoluntaryExit)
NODE_INSTANTIATE(SignedVoluntaryExit)
NODE_INSTANTIATE(Account)
NODE_INSTANTIATE(Transfer)
NODE_INSTANTIATE(RegisterValidator)
NODE_INSTANTIATE(EditValidator)
NODE_INSTANTIATE(ExitValidator)
NODE_INSTANTIATE(Delegate)
NODE_INSTANTIATE(Undelegate)
NODE_INSTANTIATE(Withdraw)
NODE_INSTANTIATE(ClaimCommission)
NODE_INSTANTIATE(Payload)
NODE_INSTANTIATE(Transaction)
NODE_INSTANTIATE(SignedTransaction)
NODE_INSTANTIATE(Event)
NODE_INSTANTIATE(Receipt)
NODE_INSTANTIATE(Receipts)
NODE_INSTANTIATE(TransactionBatch)
NODE_INSTANTIATE(BlockBody)
NODE_INSTANTIATE(Block)
NODE_INSTANTIATE(SignedBlock)
NODE_INSTANTIATE(HistoricalSummary)
NODE_INSTANTIATE(ConsensusState)
NODE_INSTANTIATE(AggregateAndProof)
NODE_INSTANTIATE(SignedAggregateAndProof)
NODE_INSTANTIATE(ProofOfPossessionMessage)
NODE_INSTANTIATE(GenesisValidator)
NODE_INSTANTIATE(GenesisAccount)
NODE_INSTANTIATE(Genesis)
NODE_INSTANTIATE(Status)
NODE_INSTANTIATE(MetaData)
NODE_INSTANTIATE(BlocksByRangeRequest)
NODE_INSTANTIATE(BlocksByRootRequest)
NODE_INSTANTIATE(BlocksResponse)
NODE_INSTANTIATE(ProposalOrder)
NODE_INSTANTIATE(KvInterval)
NODE_INSTANTIATE(KvLeaf)
NODE_INSTANTIATE(KvEntry)
NODE_INSTANTIATE(KvEntries)
NODE_INSTANTIATE(KvProof)
#undef NODE_INSTANTIATE

Root hash_tree_root_of_number(std::uint64_t number) {
    Root root;
    std::memcpy(root.data(), &number, sizeof number);
    return root;
}

BlockHeader header_of(const Block& block, const Parameters& parameters) {
    return {block.slot, block.proposer_index, block.parent_root, block.state_root,
            hash_tree_root(block.body, parameters)};
}

}  // namespace touchstone::node
