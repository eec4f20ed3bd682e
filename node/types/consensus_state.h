// ConsensusState: its long fields share chunks between copies and hash only what has changed. [TYP-03]
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "node/base/parallel.h"
#include "node/generated/constants.h"
#include "node/generated/parameters.h"
#include "node/types/chunked_list.h"
#include "node/types/containers.h"

namespace touchstone::node {

template <>
struct ElementRoot<Validator> {
    static codec::Digest root(const Validator& validator);
};
template <>
struct ElementRoot<HistoricalSummary> {
    static codec::Digest root(const HistoricalSummary& summary);
};

/// Bit i of the value is bit i of the Bitvector.
struct JustificationBits {
    std::uint8_t bits = 0;
    bool get(unsigned i) const { return ((bits >> i) & 1U) != 0; }
    void set(unsigned i) { bits = static_cast<std::uint8_t>(bits | (1U << i)); }
    void shift() {
        bits = static_cast<std::uint8_t>((std::uint32_t{bits} << 1U) & ((1U << JUSTIFICATION_BITS_LENGTH) - 1U));
    }
    friend bool operator==(const JustificationBits&, const JustificationBits&) = default;
};

struct ConsensusState {
    std::uint64_t genesis_time_ms = 0;
    Root genesis_root;
    Root config_root;
    Slot slot;
    std::vector<Fork> fork_schedule;
    BlockHeader latest_block_header;
    ChunkedList<Root> block_roots;
    ChunkedList<Root> state_roots;
    ChunkedList<HistoricalSummary> historical_summaries;
    ChunkedList<Validator> validators;
    ChunkedList<Amount> balances;
    ChunkedList<Hash> randao_mixes;
    ChunkedList<Amount> slashings;
    ChunkedList<ParticipationFlags> previous_epoch_participation;
    ChunkedList<ParticipationFlags> current_epoch_participation;
    JustificationBits justification_bits;
    Checkpoint previous_justified_checkpoint;
    Checkpoint current_justified_checkpoint;
    Checkpoint finalized_checkpoint;
    ChunkedList<std::uint64_t> inactivity_scores;
    ChunkedList<ValidatorIndex> proposer_lookahead;
    ChunkedList<std::uint64_t> shares;
    ChunkedList<Amount> commissions;
    Queue bond_queue;
    Queue unbond_queue;
    Amount bonding;
    Amount unbonding;
    Amount minted;
    Amount burnt;
    Root tree_root;
    std::uint64_t base_fee = 0;
    std::uint64_t gas_used = 0;

    /// Hash tree root; hashes the paths that changed since the last call on this value (or on what it is a copy of).
    Root update_root(const Parameters& parameters, const ParallelFor& parallel_for = serial_for);
    /// The same without remembering.
    Root root(const Parameters& parameters) const {
        ConsensusState copy = *this;
        return copy.update_root(parameters);
    }

    static constexpr std::size_t kFields = 32;

    /// Equality of the values, whatever is cached.
    friend bool operator==(const ConsensusState& a, const ConsensusState& b);

    /// What update_root has computed; nobody else writes here.
    struct RootCache {
        static constexpr std::size_t kLeaves = 32;
        /// As a heap; leaf i is the root of field i.
        std::array<codec::Digest, 2 * kLeaves> nodes{};
        std::vector<Fork> hashed_fork_schedule;
        bool filled = false;
    };
    RootCache root_cache;
};

}  // namespace touchstone::node
