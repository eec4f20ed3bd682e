// The containers of the page on the key-value tree, in the order of the prose.
#pragma once

#include "reference/base/basic_types.h"
#include "reference/ssz/container.h"

namespace touchstone::reference {

struct KvEntry {
    Bytes key;
    Bytes value;
    static void describe(auto& self, auto& field) {
        field("key", self.key, ssz::List{MAX_KEY_BYTES});
        field("value", self.value, ssz::List{MAX_VALUE_BYTES});
    }
    bool operator==(const KvEntry&) const = default;
};

struct KvEntries {
    static constexpr bool IS_SERIES = true;
    std::vector<KvEntry> entries;
    static void describe(auto& self, auto& field) { field("entries", self.entries, ssz::List{MAX_KV_ENTRIES}); }
    bool operator==(const KvEntries&) const = default;
};

struct KvInterval {
    Bytes32 first;
    Bytes32 last;
    static void describe(auto& self, auto& field) {
        field("first", self.first);
        field("last", self.last);
    }
    bool operator==(const KvInterval&) const = default;
};

struct KvLeaf {
    Bytes32 path;
    Bytes32 value_hash;
    static void describe(auto& self, auto& field) {
        field("path", self.path);
        field("value_hash", self.value_hash);
    }
    bool operator==(const KvLeaf&) const = default;
};

struct KvProof {
    Bytes shape;
    std::vector<Bytes32> hashes;
    std::vector<KvLeaf> leaves;
    static void describe(auto& self, auto& field) {
        field("shape", self.shape, ssz::List{MAX_PROOF_NODES});
        field("hashes", self.hashes, ssz::List{MAX_PROOF_NODES});
        field("leaves", self.leaves, ssz::List{MAX_PROOF_NODES});
    }
    bool operator==(const KvProof&) const = default;
};

}  // namespace touchstone::reference
