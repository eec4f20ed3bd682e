// The key-value tree: batches of changes on versions old and new, the proof of any query, proofs that were spoilt, and
// proofs that nobody made.
#include <array>
#include <map>

#include "fuzz/agreement.h"
#include "fuzz/chain/translate.h"
#include "fuzz/targets.h"
#include "node/kernel/tree/proof.h"
#include "node/kernel/tree/tree.h"
#include "reference/tree/kv_proof.h"

namespace touchstone::fuzz {
namespace {

namespace ssz = reference::ssz;
namespace tree = node::tree;
using PathBytes = std::array<std::uint8_t, 32>;
using Model = std::map<PathBytes, PathBytes>;  // path to value hash

constexpr std::uint64_t kMostVersions = 4;
constexpr std::uint64_t kMostChanges = 12;
constexpr std::uint64_t kMostIntervals = 4;

/// Few enough that they meet, and in pairs that part at any bit.
PathBytes any_path(Input& input) {
    PathBytes path{};
    path.fill(input.flag() ? 0xff : 0);
    const std::uint64_t bit = input.below(256);
    path[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
    if (input.flag()) path[0] ^= static_cast<std::uint8_t>(input.number(1));
    return path;
}

struct Version {
    Model model;
    tree::TreeVersion node;
};

reference::KvLeaves leaves_of(const Model& model) {
    reference::KvLeaves leaves;
    for (const auto& [path, value_hash] : model)
        leaves.push_back({reference::Bytes32{path}, reference::Bytes32{value_hash}});
    return leaves;
}

void apply_changes(std::vector<Version>& versions, tree::Tree& tree, Input& input) {
    const Version& base = input.choose(versions);
    std::map<PathBytes, std::optional<PathBytes>> changes;
    const std::uint64_t count = input.below(kMostChanges);
    for (std::uint64_t i = 0; i < count; ++i) {
        std::optional<PathBytes>& change = changes[any_path(input)];
        change.reset();
        if (input.below(4) != 0) change.emplace().fill(static_cast<std::uint8_t>(input.below(3)));
    }
    Version made{base.model, {}};
    std::vector<tree::LeafChange> batch;
    for (const auto& [path, value_hash] : changes) {
        batch.push_back({node::Path(path), std::nullopt});
        if (value_hash) {
            batch.back().value_hash.emplace(*value_hash);
            made.model[path] = *value_hash;
        } else {
            made.model.erase(path);
        }
    }
    made.node = tree.apply(base.node, batch, node::serial_for).version;
    if (versions.size() == kMostVersions) versions.erase(versions.begin() + 1);
    versions.push_back(std::move(made));
}

void compare_version(const Version& version) {
    const reference::Hash root = reference::subtree_root(leaves_of(version.model), 0);
    agree_on_bytes("the root of a key-value tree", root.bytes, version.node.root().bytes);
    agree_on("the number of its entries", std::uint64_t{version.model.size()}, version.node.size());
}

reference::KvQuery any_query(Input& input) {
    std::vector<PathBytes> ends;
    const std::uint64_t count = input.below(kMostIntervals + 1);
    for (std::uint64_t i = 0; i < 2 * count; ++i)
        ends.push_back(input.below(3) != 0 || ends.empty() ? any_path(input) : ends.back());
    if (input.below(8) != 0) std::ranges::sort(ends);
    reference::KvQuery query;
    for (std::size_t i = 0; i + 1 < ends.size(); i += 2)
        query.push_back({reference::Bytes32{ends[i]}, reference::Bytes32{ends[i + 1]}});
    return query;
}

/// What a verifier is given.
struct Claim {
    reference::Root root;
    reference::KvQuery query;
    reference::KvLeaves leaves;
    reference::KvProof proof;
};

bool compare_verdict(const Claim& claim) {
    tree::Query query;
    for (const reference::KvInterval& interval : claim.query)
        query.push_back({node::Path(interval.first.bytes), node::Path(interval.last.bytes)});
    std::vector<node::KvLeaf> leaves;
    for (const reference::KvLeaf& leaf : claim.leaves)
        leaves.push_back({node::Path(leaf.path.bytes), node::Hash(leaf.value_hash.bytes)});
    return agree_on_verdict("a proof of the key-value tree",
                            reference::verify_kv_proof(claim.root, claim.query, claim.leaves, claim.proof),
                            tree::verify_kv_proof(node::Root(claim.root.bytes), query, leaves,
                                                  translate<node::KvProof>(claim.proof, reference::MINIMAL)));
}

void spoil(Claim& claim, Input& input) {
    const auto spoil_list = [&input](auto& list, auto&& change) {
        const std::uint64_t what = input.below(3);
        if (what == 0) {
            list.emplace_back();
        } else if (what == 1 && !list.empty()) {
            list.pop_back();
        } else if (!list.empty()) {
            change(input.choose(list));
        }
    };
    const auto turn_bit = [&input](auto& bytes) { bytes.bytes[input.below(32)] ^= 1; };
    switch (input.below(6)) {
        case 0:
            return turn_bit(claim.root);
        case 1:
            return spoil_list(claim.query, [&](reference::KvInterval& each) { turn_bit(each.last); });
        case 2:
            return spoil_list(claim.leaves, [&](reference::KvLeaf& each) { turn_bit(each.path); });
        case 3:
            return spoil_list(claim.proof.shape,
                              [&](std::uint8_t& each) { each = static_cast<std::uint8_t>(input.below(5)); });
        case 4:
            return spoil_list(claim.proof.hashes, turn_bit);
        default:
            return spoil_list(claim.proof.leaves, [&](reference::KvLeaf& each) { turn_bit(each.value_hash); });
    }
}

void compare_proof(const Version& version, Input& input) {
    const reference::KvLeaves all = leaves_of(version.model);
    Claim claim;
    claim.root = reference::Root{reference::subtree_root(all, 0).bytes};
    claim.query = any_query(input);
    tree::Query query;
    for (const reference::KvInterval& interval : claim.query)
        query.push_back({node::Path(interval.first.bytes), node::Path(interval.last.bytes)});
    const auto by_reference = reference::get_kv_proof(all, claim.query);
    const auto by_node = tree::get_kv_proof(version.node, query);
    if (!agree_on_verdict("a query of the key-value tree", by_reference, by_node)) return;
    agree_on_bytes("a proof of the key-value tree", ssz::serialize(by_reference.value(), reference::MINIMAL),
                   node::encode(by_node.value()));
    claim.proof = by_reference.value();
    claim.leaves = reference::leaves_in_query(all, claim.query);
    expect(compare_verdict(claim), "the proof of a query verifies");
    spoil(claim, input);
    compare_verdict(claim);
}

/// A claim about a tree that there may not be.
void compare_any_claim(Input& input) {
    Claim claim;
    claim.query = any_query(input);
    const std::uint64_t leaves = input.below(4);
    for (std::uint64_t i = 0; i < leaves; ++i)
        claim.leaves.push_back({reference::Bytes32{any_path(input)}, {}});
    const std::uint64_t hashes = input.below(4);
    for (std::uint64_t i = 0; i < hashes; ++i)
        claim.proof.hashes.emplace_back(input.below(4) == 0 ? PathBytes{} : any_path(input));
    const std::uint64_t foreign = input.below(4);
    for (std::uint64_t i = 0; i < foreign; ++i)
        claim.proof.leaves.push_back({reference::Bytes32{any_path(input)}, {}});
    const Bytes shape = input.rest();
    claim.proof.shape.assign(shape.begin(), shape.end());
    compare_verdict(claim);
}

}  // namespace

void fuzz_kv_tree(Bytes bytes) {
    Input input(bytes);
    if (input.below(4) == 0) return compare_any_claim(input);
    tree::Tree tree;
    std::vector<Version> versions(1);
    while (!input.empty()) {
        if (input.flag()) {
            apply_changes(versions, tree, input);
            for (const Version& version : versions)
                compare_version(version);
        } else {
            compare_proof(input.choose(versions), input);
        }
    }
}

std::vector<ByteVector> kv_tree_seeds() {
    const ByteVector filled{1, 1,  0, 5, 0, 3,   0, 1, 1, 0, 7,   0, 1,   2, 0, 9,
                            1, 64, 1, 0, 1, 200, 0, 1, 1, 0, 255, 1, 128, 1, 1};
    ByteVector proved = filled;
    proved.insert(proved.end(), {0, 1, 2, 1, 0, 3, 0, 1, 0, 9, 0, 1, 1, 1, 64, 0, 1, 1, 200, 0, 1, 3, 2, 0, 2});
    return {
        {0},
        {0, 1, 1, 0, 0, 0, 1, 1, 255, 0, 1, 0, 0, 0, 3, 1, 0},
        {0, 1, 1, 0, 9, 0, 1, 0, 9, 0, 1, 0, 0, 0, 3, 1, 3, 0, 2},
        {1},
        filled,
        proved,
    };
}

}  // namespace touchstone::fuzz
