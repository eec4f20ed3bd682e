// The containers of the page on state sync, in the order of the prose.
#pragma once

#include "reference/types/containers.h"

namespace touchstone::reference {

struct StateList {
    static constexpr bool IS_SERIES = true;
    std::vector<Checkpoint> checkpoints;
    static void describe(auto& self, auto& field) { field("checkpoints", self.checkpoints, List{MAX_SERVED_STATES}); }
    bool operator==(const StateList&) const = default;
};

struct StatePartRequest {
    Root block_root;
    std::uint64_t field = 0;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    static void describe(auto& self, auto& field) {
        field("block_root", self.block_root);
        field("field", self.field);
        field("first", self.first);
        field("count", self.count);
    }
    bool operator==(const StatePartRequest&) const = default;
};

struct StatePart {
    std::uint64_t length = 0;
    Bytes data;
    std::vector<Bytes32> proof;
    static void describe(auto& self, auto& field) {
        field("length", self.length);
        field("data", self.data, List{STATE_PART_BYTES});
        field("proof", self.proof, List{MAX_STATE_PROOF_NODES});
    }
    bool operator==(const StatePart&) const = default;
};

struct StateEntriesRequest {
    Root block_root;
    Bytes32 first;
    Bytes32 last;
    static void describe(auto& self, auto& field) {
        field("block_root", self.block_root);
        field("first", self.first);
        field("last", self.last);
    }
    bool operator==(const StateEntriesRequest&) const = default;
};

struct StateEntries {
    Bytes32 last;
    std::vector<KvEntry> entries;
    KvProof proof;
    static void describe(auto& self, auto& field) {
        field("last", self.last);
        field("entries", self.entries, List{MAX_KV_ENTRIES});
        field("proof", self.proof);
    }
    bool operator==(const StateEntries&) const = default;
};

}  // namespace touchstone::reference
