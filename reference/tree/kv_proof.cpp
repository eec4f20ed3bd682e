#include "reference/tree/kv_proof.h"

#include <algorithm>

namespace touchstone::reference {

// [KVT-05]
KvQuery query_of(const std::set<Bytes>& keys) {
    std::set<Bytes32> paths;
    for (const Bytes& key : keys)
        paths.insert(path_of(key));
    KvQuery query;
    for (const Bytes32& path : paths)
        query.push_back({path, path});
    return query;
}

// [KVT-06]
Result<void> check_query(const KvQuery& query) {
    REQUIRE(!query.empty(), Clause::KVT_06);
    for (std::size_t i = 0; i < query.size(); ++i) {
        REQUIRE(query[i].first <= query[i].last, Clause::KVT_06);
        REQUIRE(i == 0 || query[i].first > query[i - 1].last, Clause::KVT_06);
    }
    return {};
}

bool is_in_query(const KvQuery& query, const Bytes32& path) {
    return std::ranges::any_of(
        query, [&](const KvInterval& interval) { return interval.first <= path && path <= interval.last; });
}

// [KVT-08]
KvPosition root_position() {
    KvPosition root;
    root.last.bytes.fill(0xff);
    return root;
}

KvPosition child_of(const KvPosition& position, bool bit) {
    KvPosition child = position;
    const auto mask = static_cast<std::uint8_t>(0x80 >> (position.depth % 8));
    std::uint8_t& first = child.first.bytes[position.depth / 8];
    std::uint8_t& last = child.last.bytes[position.depth / 8];
    if (bit) {
        first = static_cast<std::uint8_t>(first | mask);
    } else {
        last = static_cast<std::uint8_t>(last & ~mask);
    }
    ++child.depth;
    return child;
}

bool is_here(const KvPosition& position, const Bytes32& path) {
    return position.first <= path && path <= position.last;
}

bool is_outside(const KvPosition& position, const KvQuery& query) {
    return std::ranges::none_of(query, [&](const KvInterval& interval) {
        return interval.first <= position.last && position.first <= interval.last;
    });
}

bool is_inside(const KvPosition& position, const KvQuery& query) {
    return std::ranges::any_of(query, [&](const KvInterval& interval) {
        return interval.first <= position.first && position.last <= interval.last;
    });
}

namespace {

// [KVT-09] The walk of the prover: `here` are the leaves of the tree in the span of the position.
void write_node(KvProof& proof, const KvQuery& query, const KvPosition& position, KvLeafView here) {
    if (is_inside(position, query)) return;
    if (here.empty()) {
        proof.shape.push_back(KV_EMPTY);
    } else if (is_outside(position, query)) {
        proof.shape.push_back(KV_OPAQUE);
        proof.hashes.emplace_back(subtree_root(here, position.depth).bytes);
    } else if (here.size() == 1) {
        proof.shape.push_back(KV_LEAF);
        if (!is_in_query(query, here.front().path)) proof.leaves.push_back(here.front());
    } else {
        proof.shape.push_back(KV_INNER);
        const auto [zero, one] = halves_of(here, position.depth);
        write_node(proof, query, child_of(position, false), zero);
        write_node(proof, query, child_of(position, true), one);
    }
}

}  // namespace

Result<KvProof> get_kv_proof(const KvMap& entries, const KvQuery& query) {
    return get_kv_proof(leaves_of(entries), query);
}

Result<KvProof> get_kv_proof(const KvLeaves& tree, const KvQuery& query) {
    CHECK(check_query(query));
    KvProof proof;
    write_node(proof, query, root_position(), tree);
    return proof;
}

KvLeaves leaves_in_query(const KvLeaves& tree, const KvQuery& query) {
    KvLeaves found;
    std::ranges::copy_if(tree, std::back_inserter(found),
                         [&](const KvLeaf& leaf) { return is_in_query(query, leaf.path); });
    return found;
}

namespace {

// [KVT-10]
Result<void> check_claimed_leaves(const KvQuery& query, const KvLeaves& leaves) {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        REQUIRE(i == 0 || leaves[i].path > leaves[i - 1].path, Clause::KVT_10);
        REQUIRE(is_in_query(query, leaves[i].path), Clause::KVT_10);
    }
    return {};
}

/// The walk of the verifier, and what it has not read yet of the proof.
struct Walk {
    const KvQuery& query;
    ByteView shape;
    std::span<const Bytes32> hashes;
    KvLeafView leaves;

    Result<Hash> hash_at(const KvPosition& position, KvLeafView claimed);
    Result<Hash> opaque();
    Result<Hash> leaf(const KvPosition& position, KvLeafView claimed);
    Result<Hash> inner(const KvPosition& position, KvLeafView claimed);
};

// `claimed` are the claimed leaves that are here.
Result<Hash> Walk::hash_at(const KvPosition& position, KvLeafView claimed) {
    if (is_inside(position, query)) return subtree_root(claimed, position.depth);
    REQUIRE(!shape.empty(), Clause::KVT_11);
    const std::uint8_t byte = shape.front();
    shape = shape.subspan(1);
    if (is_outside(position, query)) {
        REQUIRE(byte == KV_EMPTY || byte == KV_OPAQUE, Clause::KVT_12);
    } else {
        REQUIRE(byte == KV_EMPTY || byte == KV_LEAF || byte == KV_INNER, Clause::KVT_12);
    }
    if (byte == KV_OPAQUE) return opaque();
    if (byte == KV_LEAF) return leaf(position, claimed);
    if (byte == KV_INNER) return inner(position, claimed);
    REQUIRE(claimed.empty(), Clause::KVT_13);
    return EMPTY_HASH;
}

Result<Hash> Walk::opaque() {
    REQUIRE(!hashes.empty(), Clause::KVT_11);
    const Hash given{hashes.front().bytes};
    hashes = hashes.subspan(1);
    REQUIRE(given != EMPTY_HASH, Clause::KVT_14);
    return given;
}

Result<Hash> Walk::leaf(const KvPosition& position, KvLeafView claimed) {
    REQUIRE(claimed.size() <= 1, Clause::KVT_15);
    if (claimed.size() == 1) return leaf_hash(claimed.front());
    REQUIRE(!leaves.empty(), Clause::KVT_11);
    const KvLeaf given = leaves.front();
    leaves = leaves.subspan(1);
    REQUIRE(is_here(position, given.path) && !is_in_query(query, given.path), Clause::KVT_15);
    return leaf_hash(given);
}

Result<Hash> Walk::inner(const KvPosition& position, KvLeafView claimed) {
    const auto [zero, one] = halves_of(claimed, position.depth);
    TRY(const Hash left, hash_at(child_of(position, false), zero));
    TRY(const Hash right, hash_at(child_of(position, true), one));
    return inner_hash(left, right);
}

}  // namespace

Result<void> verify_kv_proof(const Root& root, const KvQuery& query, const KvLeaves& leaves, const KvProof& proof) {
    CHECK(check_query(query));
    CHECK(check_claimed_leaves(query, leaves));
    Walk walk{query, proof.shape, proof.hashes, proof.leaves};
    TRY(const Hash computed, walk.hash_at(root_position(), leaves));
    REQUIRE(walk.shape.empty() && walk.hashes.empty() && walk.leaves.empty(), Clause::KVT_11);
    REQUIRE(computed.bytes == root.bytes, Clause::KVT_16);
    return {};
}

// [KVT-17]
Result<void> verify_kv_values(const Root& root, const std::map<Bytes, std::optional<Bytes>>& values,
                              const KvProof& proof) {
    std::set<Bytes> keys;
    KvMap present;
    for (const auto& [key, value] : values) {
        keys.insert(key);
        if (value) present[key] = *value;
    }
    return verify_kv_proof(root, query_of(keys), leaves_of(present), proof);
}

}  // namespace touchstone::reference
