// Internal to execution: all transactions of a block, in order, or at once with the same outcome.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "node/base/arithmetic.h"
#include "node/base/parallel.h"
#include "node/kernel/consensus/state.h"
#include "node/kernel/execution/block_stake.h"
#include "node/kernel/execution/processing.h"

namespace touchstone::node {

struct BlockEffects {
    /// Nothing done on the state, with room for what so many transactions do.
    BlockEffects(const State& before, std::size_t transactions);

    std::vector<Receipt> receipts;
    std::uint64_t gas_used = 0;
    std::uint64_t burnt = 0;  // the state's, after the block
    Uint128 tips = 0;
    AccountTable accounts;
    BlockStake stake;
    /// Of the first transaction that is not valid; the others count as if they were not there.
    std::optional<Rejection> rejection;
    /// So many transactions have their signature before the check that failed: all, if none did.
    std::size_t signatures = 0;
};

/// One after the other: what is meant, and the oracle of the other.
BlockEffects execute_serially(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                              const State& before);

/// All transfers at once on the state before the block, each with a record of what it read, and all proofs of
/// possession; then, in order, those that read what the ones before them have left count as they are, and the others
/// and the stake operations are executed. The outcome is that of execute_serially, however the loops run.
BlockEffects execute_optimistically(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                                    const State& before, const ParallelFor& parallel_for);

}  // namespace touchstone::node
