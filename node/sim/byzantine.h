// Validators that break the rules of their own accord, slot by slot, as a scenario wants it: an adversary with a habit.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "node/sim/adversary.h"
#include "node/sim/random.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim {

struct ByzantineChoice {
    std::string behaviour;  // one of byzantine_behaviours()
    std::set<ValidatorIndex> validators;
    Slot first_slot;
    Slot last_slot;
    std::size_t endpoint = 0;  // a number that no node has
};

/// It acts for as long as it lives, in the slots of the choice; no longer than the simulation.
class Byzantine {
  public:
    virtual ~Byzantine() = default;
    Byzantine(const Byzantine&) = delete;
    Byzantine& operator=(const Byzantine&) = delete;

    const Adversary& adversary() const { return adversary_; }

  protected:
    Byzantine(Simulation& simulation, const ByzantineChoice& choice);

    /// At the start of a slot: `head` is that of a node that is up, and before the slot.
    virtual void propose(const Root& head, Slot slot) = 0;
    /// When votes are due.
    virtual void vote(const Root& head, Slot slot) = 0;

    Simulation& simulation() { return simulation_; }
    Adversary& adversary() { return adversary_; }
    bool proposes_on(const Root& head, Slot slot);
    /// Every other node.
    Audience half(bool odd) const;
    std::uint64_t slot_ms() const { return simulation_.parameters().SLOT_DURATION_MS; }

  private:
    friend std::unique_ptr<Byzantine> make_byzantine(Simulation& simulation, const ByzantineChoice& choice);
    void begin();
    void schedule(Slot slot);
    void act(Slot slot, void (Byzantine::*duty)(const Root& head, Slot slot));

    Simulation& simulation_;
    Adversary adversary_;
    Slot first_slot_;
    Slot last_slot_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// "equivocate": two blocks in a slot and two votes in an epoch, one for each half of the nodes. "withhold": blocks are
/// shown two slots late, votes one. "surround": votes that surround those of the epoch before. "spam": what no node may
/// take, on all topics of blocks and votes.
std::span<const std::string_view> byzantine_behaviours();

/// Null if there is no such behaviour.
std::unique_ptr<Byzantine> make_byzantine(Simulation& simulation, const ByzantineChoice& choice);

}  // namespace touchstone::node::sim
