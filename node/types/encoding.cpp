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
NODE_INSTANTIATE(QueuedBond)
NODE_INSTANTIATE(QueuedUnbond)
NODE_INSTANTIATE(Cohort)
NODE_INSTANTIATE(Queue)
NODE_INSTANTIATE(StakeEvent)
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
NODE_INSTANTIATE(StateList)
NODE_INSTANTIATE(StatePartRequest)
NODE_INSTANTIATE(StatePart)
NODE_INSTANTIATE(StateEntriesRequest)
NODE_INSTANTIATE(StateEntries)
#undef NODE_INSTANTIATE

Root hash_tree_root_of_number(std::uint64_t number) {
    Root root;
    std::memcpy(root.data(), &number, sizeof number);
    return root;
}

namespace {

/// As the schemas say, with the roots of transactions that are there already.
codec::Digest body_root_of(const BlockBody& body, std::vector<codec::Digest> transaction_roots,
                           const Parameters& parameters) {
    decltype(schema<BlockBody>)::FieldRoots roots{};
    std::size_t index = 0;
    const auto root_of_field = [&](const auto& each) {
        if constexpr (std::is_same_v<decltype(each.member), std::vector<SignedTransaction> BlockBody::*>) {
            const std::size_t count = transaction_roots.size();
            const auto root = codec::merkleize(std::move(transaction_roots), parameters.MAX_TRANSACTIONS);
            return codec::mix_in_number(root, count);
        } else {
            return each.kind.root(body.*each.member, parameters);
        }
    };
    std::apply([&](const auto&... each) { ((roots[index++] = root_of_field(each)), ...); }, schema<BlockBody>.fields);
    return schema<BlockBody>.root_of(roots);
}

}  // namespace

BlockRoots compute_block_roots(const Block& block, const Parameters& parameters, const ParallelFor& parallel_for) {
    const auto& transactions = block.body.transactions;
    BlockRoots roots;
    roots.transaction_ids.resize(transactions.size());
    std::vector<codec::Digest> transaction_roots(transactions.size());
    parallel_for(transactions.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const auto id = schema<Transaction>.root(transactions[i].message, parameters);
            const auto signature = schemas::plain<Ed25519Signature>.root(transactions[i].signature, parameters);
            roots.transaction_ids[i] = Root(id);
            transaction_roots[i] = schema<SignedTransaction>.root_of({id, signature});
        }
    });
    roots.body_root = Root(body_root_of(block.body, std::move(transaction_roots), parameters));
    const BlockHeader header{block.slot, block.proposer_index, block.parent_root, block.state_root, roots.body_root};
    roots.root = hash_tree_root(header, parameters);
    return roots;
}

BlockHeader header_of(const Block& block, const Parameters& parameters) {
    return {block.slot, block.proposer_index, block.parent_root, block.state_root,
            hash_tree_root(block.body, parameters)};
}

}  // namespace touchstone::node
