// Internal to execution: all transactions of a block, in order, or at once with the same outcome.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "node/base/arithmetic.h"
#include "node/base/parallel.h"
#include "node/kernel/execution/processing.h"
#include "node/kernel/tree/tree.h"

namespace touchstone::node {

struct BlockEffects {
    std::vector<Receipt> receipts;
    std::uint64_t gas_used = 0;
    std::uint64_t burnt = 0;  // the state's, after the block
    Uint128 tips = 0;
    AccountTable accounts{0};
    /// Of the first transaction that is not valid; the others count as if they were not there.
    std::optional<Rejection> rejection;
    /// So many transactions have their signature before the check that failed: all, if none did.
    std::size_t signatures = 0;
};

/// One after the other: what is meant, and the oracle of the other.
BlockEffects execute_serially(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                              const tree::TreeVersion& tree, std::uint64_t burnt_before);

/// All at once on the state before the block, each with a record of what it read; then, in order, those that read what
/// the ones before them have left count as they are, and the others are executed again. The outcome is that of
/// execute_serially, however the loops run.
BlockEffects execute_optimistically(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                                    const tree::TreeVersion& tree, std::uint64_t burnt_before,
                                    const ParallelFor& parallel_for);

}  // namespace touchstone::node
