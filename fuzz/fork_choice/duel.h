// Two fork choices that are given the same events, and compared after each.
#pragma once

#include <set>

#include "fuzz/fork_choice/pool.h"
#include "node/kernel/fork_choice/fork_choice.h"
#include "reference/fork_choice/store.h"

namespace touchstone::fuzz {

/// What was done, for the figures of a run.
struct DuelFigures {
    std::uint64_t events = 0;
    std::uint64_t accepted = 0;
    std::uint64_t heads = 0;  // how often the head changed
    std::uint64_t finalized_epoch = 0;
};

class Duel {
  public:
    explicit Duel(Pool& pool);

    const DuelFigures& figures() const { return figures_; }
    std::uint64_t time_ms() const { return store_.time_ms; }
    std::uint64_t genesis_time_ms() const { return store_.genesis_time_ms; }
    std::uint64_t current_slot() const { return reference::get_current_slot(store_).value; }
    bool knows(const reference::Root& root) const { return store_.blocks.contains(root); }

    // Events; each gives the input to both and compares verdicts and what is quick to compare.
    void tick(std::uint64_t time_ms);
    void deliver(const PoolBlock& block);
    void deliver(const reference::SignedBlock& block);
    void deliver(const PoolVote& vote, bool from_block = false);
    void deliver(const reference::Attestation& attestation, bool from_block = false);
    void deliver(const PoolSlashing& slashing);
    /// The node forgets what FC-04 lets it forget.
    void prune();
    /// The node goes on from its record, as after a restart.
    void restart();

    /// All that the two stores can be asked.
    void compare_all();

  private:
    void give(const reference::SignedBlock& block, const node::SignedBlock& for_node, const PoolBlock* delivered);
    void give(const reference::Attestation& attestation, const node::Attestation& for_node, bool from_block);
    void agree_on_event(const std::string& about, const reference::Result<void>& by_reference,
                        const node::Result<void>& by_node);
    void compare_quickly();
    void compare_blocks();
    void compare_votes();
    void compare_proposer_heads();
    bool forgotten(const reference::Root& root) const;

    Pool& pool_;
    const PoolBlock* delivered_ = nullptr;
    reference::Store store_;
    std::optional<node::ForkChoice> fork_choice_;
    node::VerifySignatures verify_;
    std::map<node::Root, node::SignedBlock> imported_;
    bool pruned_ = false;
    reference::Root head_;
    DuelFigures figures_;
};

}  // namespace touchstone::fuzz
