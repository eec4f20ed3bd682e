// Every container of the protocol: any bytes decode on both sides or on neither, for the same reason; what decodes is
// encoded as it came, and has one root.
#include <array>
#include <functional>
#include <string>

#include "fuzz/agreement.h"
#include "fuzz/decoders/sample_values.h"
#include "fuzz/targets.h"
#include "node/codec/kinds.h"
#include "node/types/encoding.h"
#include "node/types/schemas.h"
#include "reference/types/containers.h"
#include "reference/types/state_sync.h"

namespace touchstone::fuzz {
namespace {

namespace ssz = reference::ssz;

/// A configuration for both sides.
struct Limits {
    reference::Parameters reference;
    node::Parameters node;
};

/// Limits that small inputs reach.
reference::Parameters tight_limits() {
    reference::Parameters config = reference::MINIMAL;
    config.SLOTS_PER_EPOCH = 2;
    config.SLOTS_PER_HISTORICAL_ROOT = 4;
    config.EPOCHS_PER_HISTORICAL_VECTOR = 5;
    config.EPOCHS_PER_SLASHINGS_VECTOR = 2;
    config.HISTORICAL_ROOTS_LIMIT = 3;
    config.VALIDATOR_REGISTRY_LIMIT = 3;
    config.MAX_FORKS = 2;
    config.MAX_VALIDATORS_PER_COMMITTEE = 11;
    config.MAX_PROPOSER_SLASHINGS = 2;
    config.MAX_ATTESTER_SLASHINGS = 1;
    config.MAX_ATTESTATIONS = 3;
    config.MAX_VOLUNTARY_EXITS = 2;
    config.MAX_TRANSACTIONS = 3;
    config.MAX_TRANSACTION_BYTES = 5;
    config.MAX_BLOCK_BYTES = 40;
    config.MAX_REQUEST_BLOCKS = 3;
    config.ATTESTATION_SUBNET_COUNT = 5;
    return config;
}

const std::array<Limits, 3>& all_limits() {
    static const std::array<Limits, 3> all = [] {
        std::array<Limits, 3> limits{};
        limits[0].reference = tight_limits();
        limits[1].reference = reference::MINIMAL;
        limits[2].reference = reference::MAINNET;
        for (Limits& each : limits)
            each.node = to_node(each.reference);
        return limits;
    }();
    return all;
}

/// Decoding, encoding and root of one type on the node's side.
template <class T>
struct NodeContainer {
    static node::Result<T> decode(Bytes bytes, const node::Parameters& config) {
        return node::decode<T>(bytes, config);
    }
    static ByteVector encode(const T& value, const node::Parameters&) { return node::encode(value); }
    static node::Root root(const T& value, const node::Parameters& config) {
        return node::hash_tree_root(value, config);
    }
};

/// Of a type that the node has only as a part of containers.
template <const auto& kind>
struct NodeKind {
    using T = typename std::remove_cvref_t<decltype(kind)>::Value;
    static node::Result<T> decode(Bytes bytes, const node::Parameters& config) {
        T value{};
        NODE_TRY(kind.decode(bytes, config, value));
        return value;
    }
    static ByteVector encode(const T& value, const node::Parameters&) {
        ByteVector out;
        kind.encode(value, out);
        return out;
    }
    static node::Root root(const T& value, const node::Parameters& config) {
        return node::Root(kind.root(value, config));
    }
};

template <class R, class NodeSide>
void compare(const std::string& name, Bytes bytes, const Limits& limits) {
    const reference::Result<R> by_reference = ssz::deserialize<R>(bytes, limits.reference);
    const auto by_node = NodeSide::decode(bytes, limits.node);
    if (!agree_on_verdict("decoding of " + name + " from " + to_hex(bytes), by_reference, by_node)) return;
    agree_on_bytes("encoding of " + name + ", which came as " + to_hex(bytes),
                   ssz::serialize(by_reference.value(), limits.reference),
                   NodeSide::encode(by_node.value(), limits.node));
    agree_on_bytes("encoding of " + name + " against its input", bytes, NodeSide::encode(by_node.value(), limits.node));
    agree_on_bytes("root of " + name + " from " + to_hex(bytes),
                   ssz::hash_tree_root(by_reference.value(), limits.reference).bytes,
                   NodeSide::root(by_node.value(), limits.node).bytes);
}

template <class R>
ssz::Type type_of(const reference::Parameters& config) {
    return ssz::type_of<R>(config);
}

struct ContainerType {
    const char* name;
    void (*compare)(const std::string& name, Bytes bytes, const Limits& limits);
    ssz::Type (*type)(const reference::Parameters& config);
};

inline constexpr auto kHistoricalBatchRoots =
    node::codec::vector_of(node::schemas::plain<node::Root>, &node::Parameters::SLOTS_PER_HISTORICAL_ROOT);

#define CONTAINER(T) \
    ContainerType { #T, compare<reference::T, NodeContainer<node::T>>, type_of<reference::T> }

const std::array kContainers{
    CONTAINER(Fork),
    CONTAINER(ForkData),
    CONTAINER(SigningData),
    CONTAINER(Checkpoint),
    CONTAINER(Validator),
    CONTAINER(AttestationData),
    CONTAINER(Attestation),
    CONTAINER(IndexedAttestation),
    CONTAINER(BlockHeader),
    CONTAINER(SignedBlockHeader),
    CONTAINER(ProposerSlashing),
    CONTAINER(AttesterSlashing),
    CONTAINER(VoluntaryExit),
    CONTAINER(SignedVoluntaryExit),
    CONTAINER(SignedTransaction),
    CONTAINER(BlockBody),
    CONTAINER(Block),
    CONTAINER(SignedBlock),
    CONTAINER(HistoricalSummary),
    ContainerType{"HistoricalBatchRoots", compare<reference::HistoricalBatchRoots, NodeKind<kHistoricalBatchRoots>>,
                  type_of<reference::HistoricalBatchRoots>},
    CONTAINER(ConsensusState),
    CONTAINER(AggregateAndProof),
    CONTAINER(SignedAggregateAndProof),
    CONTAINER(ProofOfPossessionMessage),
    CONTAINER(Status),
    CONTAINER(MetaData),
    CONTAINER(BlocksByRangeRequest),
    CONTAINER(BlocksByRootRequest),
    CONTAINER(BlocksResponse),
    CONTAINER(ProposalOrder),
    CONTAINER(GenesisValidator),
    CONTAINER(Genesis),
    CONTAINER(Account),
    CONTAINER(Receipts),
    CONTAINER(TransactionBatch),
    CONTAINER(KvEntries),
    // New ones at the end: the first byte of a committed input is a place in this list.
    CONTAINER(Queue),
    CONTAINER(QueuedBond),
    CONTAINER(QueuedUnbond),
    CONTAINER(Cohort),
    CONTAINER(StakeEvent),
    CONTAINER(StateList),
    CONTAINER(StatePartRequest),
    CONTAINER(StatePart),
    CONTAINER(StateEntriesRequest),
    CONTAINER(StateEntries),
};

#undef CONTAINER

}  // namespace

void fuzz_containers(Bytes bytes) {
    Input input(bytes);
    const ContainerType& container = input.choose(kContainers);
    const Limits& limits = input.choose(all_limits());
    container.compare(container.name, input.rest(), limits);
}

std::vector<ByteVector> container_seeds() {
    std::vector<ByteVector> seeds;
    for (std::size_t i = 0; i < kContainers.size(); ++i) {
        for (std::uint8_t limits = 0; limits < 2; ++limits) {
            const ssz::Type type = kContainers[i].type(all_limits()[limits].reference);
            SampleValues samples(i);
            ByteVector seed{static_cast<std::uint8_t>(i), limits};
            const ByteVector encoding = ssz::serialize(type, samples.value(type));
            seed.insert(seed.end(), encoding.begin(), encoding.end());
            if (encoding.size() <= 4096) seeds.push_back(std::move(seed));
        }
    }
    return seeds;
}

}  // namespace touchstone::fuzz
