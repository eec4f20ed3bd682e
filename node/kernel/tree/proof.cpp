#include "node/kernel/tree/proof.h"

#include <algorithm>

#include "crypto/sha256.h"
#include "node/generated/constants.h"

namespace touchstone::node::tree {
namespace {

using Leaves = std::span<const KvLeaf>;

/// What stands for a node in the shape of a proof. [KVT-07]
enum Shape : std::uint8_t { kEmpty = 0, kOpaque = 1, kLeaf = 2, kInner = 3 };

// All recursion below goes down one bit of a path at a time: at most 256 deep.

void collect_leaves(const TreeVersion& version, NodeRef node, const Position& position, std::vector<KvLeaf>& leaves) {
    if (node.is_empty() || position.relation() == Relation::outside) return;
    if (node.is_leaf()) {
        const Leaf& leaf = version.nodes().leaf(node);
        if (contains(position.intervals(), leaf.path)) leaves.push_back({leaf.path, leaf.value_hash});
        return;
    }
    collect_leaves(version, version.nodes().inner(node).left, position.left(), leaves);
    collect_leaves(version, version.nodes().inner(node).right, position.right(), leaves);
}

/// [KVT-09]
void write_proof(const TreeVersion& version, NodeRef node, const Position& position, KvProof& proof) {
    const Relation relation = position.relation();
    if (relation == Relation::inside) return;
    if (node.is_empty()) {
        proof.shape.push_back(kEmpty);
        return;
    }
    const Nodes& nodes = version.nodes();
    if (relation == Relation::outside) {
        proof.shape.push_back(kOpaque);
        proof.hashes.push_back(nodes.hash(node));
        return;
    }
    if (node.is_leaf()) {
        const Leaf& leaf = nodes.leaf(node);
        proof.shape.push_back(kLeaf);
        if (!contains(position.intervals(), leaf.path)) proof.leaves.push_back({leaf.path, leaf.value_hash});
        return;
    }
    proof.shape.push_back(kInner);
    write_proof(version, nodes.inner(node).left, position.left(), proof);
    write_proof(version, nodes.inner(node).right, position.right(), proof);
}

std::pair<Leaves, Leaves> split(Leaves leaves, unsigned depth) {
    const auto middle =
        std::ranges::partition_point(leaves, [depth](const KvLeaf& leaf) { return !bit_of(leaf.path, depth); });
    const auto count = static_cast<std::size_t>(middle - leaves.begin());
    return {leaves.first(count), leaves.subspan(count)};
}

/// Of strictly ascending paths that agree in the first `depth` bits. [KVT-04]
Hash subtree_root(Leaves leaves, unsigned depth) {
    if (leaves.empty()) return {};
    if (leaves.size() == 1) return leaf_hash(leaves[0].path, leaves[0].value_hash);
    const auto [left, right] = split(leaves, depth);
    return inner_hash(subtree_root(left, depth + 1), subtree_root(right, depth + 1));
}

/// [KVT-10]
Result<void> check_leaves(Intervals query, Leaves leaves) {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        if (i != 0 && leaves[i - 1].path >= leaves[i].path) return reject(Clause::KVT_10, "leaves out of order");
        if (!contains(query, leaves[i].path)) return reject(Clause::KVT_10, "a leaf that the query does not ask for");
    }
    return {};
}

/// Reads a proof in preorder; what is left of its three lists.
class ProofReader {
  public:
    explicit ProofReader(const KvProof& proof) : shape_(proof.shape), hashes_(proof.hashes), leaves_(proof.leaves) {}

    /// `leaves` are those claimed here.
    Result<Hash> walk(const Position& position, Leaves leaves) {
        const Relation relation = position.relation();
        if (relation == Relation::inside) return subtree_root(leaves, position.depth());
        NODE_TRY_ASSIGN(byte, next(shape_));
        const bool fits = relation == Relation::outside ? byte == kEmpty || byte == kOpaque
                                                        : byte == kEmpty || byte == kLeaf || byte == kInner;
        if (!fits) return reject(Clause::KVT_12, "byte " + std::to_string(byte) + " where it may not stand");
        if (byte == kEmpty) {
            if (!leaves.empty()) return reject(Clause::KVT_13, "a leaf is claimed where there is none");
            return Hash{};
        }
        if (byte == kOpaque) return opaque();
        if (byte == kLeaf) return leaf(position, leaves);
        return inner(position, leaves);
    }

    bool at_end() const { return shape_.empty() && hashes_.empty() && leaves_.empty(); }

  private:
    template <class T>
    static Result<T> next(std::span<const T>& list) {
        if (list.empty()) return reject(Clause::KVT_11, "the proof ends too early");
        const T element = list.front();
        list = list.subspan(1);
        return element;
    }
    Result<Hash> opaque() {
        NODE_TRY_ASSIGN(hash, next(hashes_));
        if (hash.is_zero()) return reject(Clause::KVT_14, "a hash of zero bytes");
        return hash;
    }
    Result<Hash> leaf(const Position& position, Leaves leaves) {
        if (leaves.size() > 1) return reject(Clause::KVT_15, "leaves are claimed where there is one");
        if (leaves.size() == 1) return leaf_hash(leaves[0].path, leaves[0].value_hash);
        NODE_TRY_ASSIGN(other, next(leaves_));
        if (!position.spans(other.path)) return reject(Clause::KVT_15, "a leaf that cannot be here");
        if (contains(position.intervals(), other.path)) return reject(Clause::KVT_15, "a leaf that is not claimed");
        return leaf_hash(other.path, other.value_hash);
    }
    Result<Hash> inner(const Position& position, Leaves leaves) {
        const auto [left_leaves, right_leaves] = split(leaves, position.depth());
        NODE_TRY_ASSIGN(left, walk(position.left(), left_leaves));
        NODE_TRY_ASSIGN(right, walk(position.right(), right_leaves));
        return inner_hash(left, right);
    }

    Bytes shape_;
    std::span<const Hash> hashes_;
    std::span<const KvLeaf> leaves_;
};

}  // namespace

Result<std::vector<KvLeaf>> leaves_of(const TreeVersion& version, Intervals query) {
    NODE_TRY(check_query(query));
    std::vector<KvLeaf> leaves;
    collect_leaves(version, version.top(), Position::root(query), leaves);
    return leaves;
}

Result<KvProof> get_kv_proof(const TreeVersion& version, Intervals query) {
    NODE_TRY(check_query(query));
    KvProof proof;
    write_proof(version, version.top(), Position::root(query), proof);
    if (proof.shape.size() > MAX_PROOF_NODES) {
        return reject(Clause::ENC_11, "the proof has " + std::to_string(proof.shape.size()) + " nodes");
    }
    return proof;
}

Result<void> verify_kv_proof(const Root& root, Intervals query, Leaves leaves, const KvProof& proof) {
    NODE_TRY(check_query(query));
    NODE_TRY(check_leaves(query, leaves));
    ProofReader reader(proof);
    NODE_TRY_ASSIGN(hash, reader.walk(Position::root(query), leaves));
    if (!reader.at_end()) return reject(Clause::KVT_11, "the proof has something left over");
    if (hash.bytes != root.bytes) return reject(Clause::KVT_16, "the proof is of another root");
    return {};
}

Result<void> verify_key(const Root& root, Bytes key, const std::optional<ByteVector>& value, const KvProof& proof) {
    const Path path(crypto::sha256(key));
    const KvInterval interval{path, path};
    std::vector<KvLeaf> leaves;
    if (value) leaves.push_back({path, Hash(crypto::sha256(*value))});
    return verify_kv_proof(root, {&interval, 1}, leaves, proof);
}

}  // namespace touchstone::node::tree
