// Where an attack is played: two honest nodes, and a third that does the duties of the adversary's validators until it
// strikes and again afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node/sim/adversary.h"
#include "node/sim/offence_watch.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim::attacks {

inline constexpr std::size_t kLeft = 0;
inline constexpr std::size_t kRight = 1;
inline constexpr std::size_t kOwn = 2;  // the adversary's

/// One committee of ten in each slot, as in the vectors of these attacks.
inline constexpr std::uint64_t kSeats = 10;
inline constexpr std::uint64_t kValidators = 80;
/// With this share of a slot's committees as proposer boost, in percent. Null if the rules allow no such chain.
std::shared_ptr<const SimulatedChain> chain_of_tens(std::uint64_t proposer_score_boost);

/// What the adversary wants of three or four slots in a row, counted from the strike.
struct Wishes {
    std::size_t share = 0;  // of the seats of each committee of the epoch
    std::vector<std::uint64_t> own;
    std::vector<std::uint64_t> honest;
};

/// Who is the adversary's, so that its wishes come true. Every validator has one seat in an epoch, so with `share`
/// seats in each committee of epoch 1 it has that share of all stake. The halves of the honest have as many seats of
/// each committee, the right one more if they are odd; the honest proposers are in the left.
struct Plan {
    Slot strike;
    std::set<ValidatorIndex> adversary;
    std::vector<std::size_t> owners;  // of validators: kLeft, kRight or kOwn
};

/// In epoch 1, which is drawn at genesis. Nothing if it has no such slots.
std::optional<Plan> plan_strike(const SimulatedChain& chain, const Wishes& wishes);

/// The adversary has the validators for which index + offset is, modulo five, less than two; the honest are dealt out
/// in turn.
Plan two_fifths(std::uint64_t offset);

/// The state at the first slot of an epoch if all propose but the absent, and nobody votes: who proposes in that epoch
/// and the next is what it will be in the network.
State foresee(const SimulatedChain& chain, const std::set<ValidatorIndex>& absent, Epoch epoch);

class Arena {
  public:
    Arena(std::shared_ptr<const SimulatedChain> chain, const Plan& plan, std::uint64_t seed = 1);

    Simulation& simulation() { return simulation_; }
    Adversary& adversary() { return adversary_; }
    const Chain& chain(std::size_t node) { return simulation_.node(node).chain(); }

    /// Starts the nodes of the honest, and with `all` the adversary's.
    void start(bool all = true);
    /// To a moment counted from the start of the slot, before it if it is negative.
    void run_to(Slot slot, std::int64_t ms);
    /// From here on the adversary's validators do only what the test says.
    void strike_at(Slot slot);
    Root head(std::size_t node) { return chain(node).head(); }
    /// Of the head of the node, at the slot or before it.
    Root ancestor(std::size_t node, Slot slot);
    bool descends(std::size_t node, const Root& block);
    /// All honest nodes have it in their chain; none has.
    bool everybody_has(const Root& block) { return descends(kLeft, block) && descends(kRight, block); }
    bool nobody_has(const Root& block) { return !descends(kLeft, block) && !descends(kRight, block); }

    /// The adversary's validators do their duties again from the next epoch on. What must hold then, whatever they did:
    /// the nodes agree and have finalized that epoch by the first slot of `now`, and nobody who is honest has offended
    /// or is slashed. Empty, or what is wrong.
    std::string complaint_in(Epoch now, Epoch finalized);
    /// Of the adversary's validators, in the head's state of a node.
    std::size_t slashed();

  private:
    static SimulationConfig config_of(const Plan& plan, std::uint64_t seed);

    Simulation simulation_;
    OffenceWatch watch_;
    Adversary adversary_;
};

}  // namespace touchstone::node::sim::attacks
