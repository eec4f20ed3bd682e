// Internal to execution: the stake of a state, and over it what the operations of a block have changed.
#pragma once

#include <optional>
#include <utility>

#include "node/kernel/consensus/state.h"
#include "node/kernel/stake/ledger.h"
#include "node/types/consensus_state.h"

namespace touchstone::node {

/// The registry with all that runs parallel to it, the queues and their totals, and the entries of stake.
struct StakeChanges {
    ConsensusState consensus;
    EntryOverlay entries;
};

/// Nothing is copied before the first operation, so a block without one does not pay for it.
class BlockStake {
  public:
    /// `before` lives longer.
    explicit BlockStake(const State& before) : before_(&before) {}

    ConsensusState& consensus() { return changes().consensus; }
    EntryAccess& entries() { return changes().entries; }

    /// Nothing if there was no operation.
    const std::optional<StakeChanges>& changed() const { return changes_; }
    std::optional<StakeChanges> take() && { return std::move(changes_); }

  private:
    StakeChanges& changes() {
        if (!changes_) changes_.emplace(StakeChanges{before_->consensus(), EntryOverlay(before_->tree())});
        return *changes_;
    }

    const State* before_;
    std::optional<StakeChanges> changes_;
};

}  // namespace touchstone::node
