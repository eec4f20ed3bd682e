// How each validator did in one epoch: its proposals, its votes, what it gained and lost.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/base/result.h"
#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/shuffling.h"
#include "node/kernel/consensus/state.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// Of one validator in one epoch.
struct ValidatorPerformance {
    bool active = false;
    std::uint8_t proposals_made = 0;
    std::uint8_t proposals_missed = 0;
    // Whether its vote was timely and right, as the end of the next epoch counts it.
    bool source = false;
    bool target = false;
    bool head = false;
    /// Slots from the vote's to that of the first block that has it, 255 for more; nothing: no block of the epoch or
    /// the next has it.
    std::optional<std::uint8_t> inclusion_distance;
    // Grains, before the commission is divided off; a penalty is what was due, though the pool may have had less.
    // [REW-03] [REW-04]
    std::int64_t source_delta = 0;
    std::int64_t target_delta = 0;
    std::int64_t head_delta = 0;
    std::int64_t inactivity_delta = 0;

    friend bool operator==(const ValidatorPerformance&, const ValidatorPerformance&) = default;
};

struct EpochPerformance {
    Epoch epoch;
    Root root;  // the last block of the epoch's chain that counts its votes; before `complete`, its proposals
    bool complete = false;
    std::vector<ValidatorPerformance> validators;  // by index

    friend bool operator==(const EpochPerformance&, const EpochPerformance&) = default;
};

/// Columns, compressed: most validators are like many others.
ByteVector encode_performance(const EpochPerformance& performance);
/// Nothing for bytes that `encode_performance` does not make.
std::optional<EpochPerformance> decode_performance(Epoch epoch, Bytes bytes);

/// Who is active in the epoch; the rest is to come. `root` is its last block, `state` that at its end.
EpochPerformance begin_performance(Epoch epoch, const Root& root, const State& state);

/// An aggregate of a block.
struct CastVotes {
    Slot slot;
    CommitteeIndex committee;
    Bits bits;
};
/// Of those in it who have no earlier one. The shuffling is that of the record's epoch.
void count_votes(EpochPerformance& performance, const CastVotes& votes, Slot included_in, const Shuffling& shuffling);

/// The votes of the epoch before the state's, as the end of the state's epoch counts and pays them. [EPO-01]
Result<void> complete_performance(EpochPerformance& performance, const Environment& environment, const State& state);

}  // namespace touchstone::node
