// The states of final checkpoints that this node keeps and serves. [SYN-05] [SYN-07]
//
// In the database each is whole but for its entries: those of the last follow from the recovery point, and from each to
// the one before it leads what has changed. Here the last two are at hand as they came from the fork choice. An older
// one is put together when a peer asks for it: one at a time, and not more often than kLoadPauseMs, however many peers
// ask for how many. It goes with the next step of finality before which nobody asked for it: it holds all entries that
// have changed since.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "node/kernel/fork_choice/fork_choice.h"
#include "node/ports/store.h"

namespace touchstone::node {

class KeptStates {
  public:
    static constexpr std::uint64_t kLoadPauseMs = 10'000;
    static constexpr std::size_t kAtHand = 2;

    explicit KeptStates(Store& store) : store_(store), checkpoints_(store.kept_checkpoints()) {}

    /// Of the last kept one, after a start. Precondition: that is the state of the finalized block.
    void set_last(const StatePointer& state);

    /// What finality's step from `before` to the store's finalized checkpoint adds and drops; before blocks are
    /// forgotten. What was collected and is not committed yet counts as kept.
    void collect(ForkChoice& store, Epoch before, StoreTransaction& transaction);
    /// The state with which the chain begins.
    void begin(const Checkpoint& anchor, const StatePointer& state, StoreTransaction& transaction);

    /// In descending order of epoch. [SYN-28]
    StateList list() const;
    bool is_listed(const Root& block_root) const;
    /// Whether an older state is held in memory.
    bool has_loaded() const { return loaded_.has_value(); }
    /// What can be proved of a state; null if it is not listed, or not to be had now.
    struct Served {
        Root block_root;
        std::shared_ptr<const ConsensusState> consensus;  // its root computed
        tree::TreeVersion tree;
    };
    const Served* find(const Root& block_root, const Parameters& parameters, std::uint64_t now_ms);

  private:
    void keep(const Checkpoint& checkpoint, const StatePointer& state, StoreTransaction& transaction);
    std::optional<Served> load(Epoch epoch, const Parameters& parameters);

    Store& store_;
    std::vector<Checkpoint> checkpoints_;  // ascending
    /// The last ones, ascending.
    struct AtHand {
        StatePointer state;
        Served served;
    };
    std::deque<AtHand> at_hand_;
    std::optional<Served> loaded_;
    bool is_loaded_used_ = false;  // since the last step of finality
    std::uint64_t load_not_before_ms_ = 0;
};

}  // namespace touchstone::node
