// The parsed public keys of a registry that grows. States share what they have in common, also where two branches have
// registered different keys at the same index.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "crypto/bls.h"
#include "node/base/parallel.h"
#include "node/base/shared.h"
#include "node/types/consensus_state.h"

namespace touchstone::node {

/// A value: copies are cheap and independent. A copy that is not appended to may be read on any thread.
class PublicKeys {
  public:
    /// Nothing where the bytes are no valid key.
    using Key = std::optional<crypto::bls::PublicKey>;

    PublicKeys() = default;
    explicit PublicKeys(std::span<const Key> keys);

    std::size_t size() const { return table_ ? table_->size : 0; }
    /// Nothing for an index that is not there, or bytes that are no key.
    const crypto::bls::PublicKey* find(std::size_t index) const;

    /// Costs a copy of the last chunk, and of a pointer for each chunk, where they are shared.
    void append(const Key& key);
    /// The first `count` of these.
    PublicKeys prefix(std::size_t count) const;
    /// Whether both are the same value without a look at the keys; false tells nothing.
    bool same(const PublicKeys& other) const { return table_.same(other.table_); }

  private:
    static constexpr std::size_t kPerChunk = 256;
    struct Chunk {
        std::vector<Key> keys;
    };
    struct Table {
        std::vector<Shared<Chunk>> chunks;
        std::size_t size = 0;
    };
    Shared<Table> table_;
};

/// The keys of the registry, those from `known` on parsed (about 60 µs each). Precondition: `known` has the keys of the
/// registry's first validators.
PublicKeys parse_public_keys(const ConsensusState& consensus, PublicKeys known, const ParallelFor& parallel_for);

}  // namespace touchstone::node
