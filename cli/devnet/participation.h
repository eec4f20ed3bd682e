// How much of the stake votes for the right target, computed from the blocks of a chain.
#pragma once

#include <optional>
#include <unordered_map>

#include "node/kernel/consensus/transition.h"

namespace touchstone::cli {

/// The share of the active stake whose target flag is set, unslashed: 0 to 1.
struct EpochParticipation {
    node::Epoch epoch;
    double share = 0;
};

/// Of the epoch before that of the state: the last complete one. Nothing in the first epoch.
std::optional<EpochParticipation> participation_of(const node::State& state, const node::Environment& environment);

/// Executes a chain's blocks as they come.
class ParticipationMeter {
  public:
    /// The environment must outlive the object.
    ParticipationMeter(const node::Environment& environment, node::State genesis, const node::Root& genesis_block);

    /// A block after its parent. Its signatures are not verified: the blocks come from a node that did.
    node::Result<void> add(const node::Root& root, node::Bytes encoded_block);
    std::optional<EpochParticipation> at(const node::Root& head) const;
    /// Validators that are slashed after this block; nothing if its state is not known.
    std::optional<std::size_t> slashed_at(const node::Root& head) const;
    /// Lets go of states below a slot, but for that of `head`.
    void forget(node::Slot below, const node::Root& head);

  private:
    const node::Environment& environment_;
    std::unordered_map<node::Root, node::State> states_;
};

}  // namespace touchstone::cli
