#include "node/kernel/tree/entries.h"

#include <algorithm>
#include <vector>

#include "crypto/sha256.h"
#include "node/generated/constants.h"

namespace touchstone::node::tree {
namespace {

struct PlacedChange {
    LeafChange leaf;
    const EntryChange* entry = nullptr;
};

/// [KVT-01]
Result<void> check_lengths(std::span<const EntryChange> changes) {
    for (const EntryChange& change : changes) {
        if (change.key.empty() || change.key.size() > MAX_KEY_BYTES) {
            return reject(Clause::KVT_01, "a key of " + std::to_string(change.key.size()) + " bytes");
        }
        if (change.value && change.value->size() > MAX_VALUE_BYTES) {
            return reject(Clause::KVT_01, "a value of " + std::to_string(change.value->size()) + " bytes");
        }
    }
    return {};
}

/// With their hashes, in ascending order of path, the last of each key.
std::vector<PlacedChange> place(std::span<const EntryChange> changes, const ParallelFor& parallel_for) {
    std::vector<PlacedChange> placed(changes.size());
    parallel_for(changes.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            placed[i].entry = &changes[i];
            placed[i].leaf.path = path_of(changes[i].key);
            if (changes[i].value) placed[i].leaf.value_hash = Hash(crypto::sha256(*changes[i].value));
        }
    });
    std::ranges::sort(placed, [](const PlacedChange& a, const PlacedChange& b) {
        return a.leaf.path != b.leaf.path ? a.leaf.path < b.leaf.path : a.entry > b.entry;
    });
    const auto earlier = std::ranges::unique(placed, {}, [](const PlacedChange& change) { return change.leaf.path; });
    placed.erase(earlier.begin(), earlier.end());
    return placed;
}

}  // namespace

Path path_of(Bytes key) { return Path(crypto::sha256(key)); }

void MemoryValues::keep(const KvLeaf& leaf, Bytes value) {
    Kept& kept = kept_[{leaf.path, leaf.value_hash}];
    if (kept.leaves++ == 0) kept.value.assign(value.begin(), value.end());
}

void MemoryValues::drop(const KvLeaf& leaf) {
    const auto found = kept_.find({leaf.path, leaf.value_hash});
    if (found != kept_.end() && --found->second.leaves == 0) kept_.erase(found);
}

std::optional<ByteVector> MemoryValues::get(const KvLeaf& leaf) const {
    const auto found = kept_.find({leaf.path, leaf.value_hash});
    if (found == kept_.end()) return std::nullopt;
    return found->second.value;
}

Entries::Entries(ValueStore& values) : values_(values), tree_([this](const KvLeaf& leaf) { values_.drop(leaf); }) {}

Result<TreeVersion> Entries::apply(const TreeVersion& base, std::span<const EntryChange> changes,
                                   const ParallelFor& parallel_for) {
    NODE_TRY(check_lengths(changes));
    const std::vector<PlacedChange> placed = place(changes, parallel_for);
    std::vector<LeafChange> leaves;
    leaves.reserve(placed.size());
    for (const PlacedChange& change : placed)
        leaves.push_back(change.leaf);
    Tree::Applied applied = tree_.apply(base, leaves, parallel_for);
    for (std::size_t i = 0; i < placed.size(); ++i) {
        if (applied.made[i] != 0) values_.keep({leaves[i].path, *leaves[i].value_hash}, *placed[i].entry->value);
    }
    return std::move(applied.version);
}

Entries::Found Entries::get(const TreeVersion& version, Bytes key) const {
    const Path path = path_of(key);
    const std::optional<Hash> value_hash = version.find(path);
    if (!value_hash) return {};
    std::optional<ByteVector> value = values_.get({path, *value_hash});
    if (!value || Hash(crypto::sha256(*value)) != *value_hash) return {std::nullopt, true};
    return {std::move(value), false};
}

}  // namespace touchstone::node::tree
