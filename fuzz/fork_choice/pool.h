// A tree of really signed blocks with the votes for them: what sequences of fork-choice events are drawn from. Made
// once, so that a sequence costs no signatures and hardly a state transition.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "fuzz/chain/development_chain.h"
#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/signatures.h"
#include "node/kernel/consensus/state.h"
#include "node/types/containers.h"
#include "reference/fork_choice/store.h"

namespace touchstone::fuzz {

struct PoolBlock {
    reference::SignedBlock block;
    node::SignedBlock for_node;
    reference::Root root;
    StatePointer post_state;  // null for an invalid block
};

struct PoolVote {
    Vote vote;
    node::Attestation for_node;
};

struct PoolSlashing {
    reference::AttesterSlashing slashing;
    node::AttesterSlashing for_node;
};

/// What a pool looks like.
struct PoolShape {
    std::uint64_t seed = 0;
    reference::Parameters config = reference::MINIMAL;
    Stakes stakes{};
    std::uint64_t slots = 40;
    /// Percent of the validators that vote for the first branch; the others vote for one of the other branches.
    std::uint64_t majority = 80;
    /// Percent of the validators that vote for every branch at once.
    std::uint64_t equivocators = 10;
    /// Percent of the slots in which a branch gets a block, and in which a new branch begins.
    std::uint64_t block_rate = 85;
    std::uint64_t fork_rate = 12;
};

class Pool {
  public:
    explicit Pool(const PoolShape& shape);

    const reference::Parameters& config() const { return shape_.config; }
    const reference::ConsensusState& genesis_state() const { return *genesis_state_; }
    const reference::Block& genesis_block() const { return genesis_block_; }
    const node::Environment& environment() const { return environment_; }
    const node::State& node_genesis_state() const { return *node_genesis_state_; }
    const node::Block& node_genesis_block() const { return node_genesis_block_; }

    /// In ascending order of slot, parents before their children.
    const std::vector<PoolBlock>& blocks() const { return blocks_; }
    /// In ascending order of slot.
    const std::vector<PoolVote>& votes() const { return votes_; }
    const std::vector<PoolSlashing>& slashings() const { return slashings_; }
    std::uint64_t slots() const { return shape_.slots; }
    const PoolBlock* find(const reference::Root& root) const;

    /// The reference's costly checks, each made once. `delivered` is the pool's block that is being given to on_block,
    /// or null if it is another.
    reference::CostlyChecks remembering_checks(const PoolBlock* const& delivered);
    /// The node's verification, each signature once.
    node::VerifySignatures remembering_verifier();
    std::map<reference::Checkpoint, StatePointer>& checkpoint_states() { return checkpoint_states_; }

  private:
    friend class PoolBuilder;

    PoolShape shape_;
    StatePointer genesis_state_;
    reference::Block genesis_block_;
    node::Environment environment_;
    std::optional<node::State> node_genesis_state_;
    node::Block node_genesis_block_;
    std::vector<PoolBlock> blocks_;
    std::vector<PoolVote> votes_;
    std::vector<PoolSlashing> slashings_;
    std::map<reference::Root, std::size_t> by_root_;

    std::map<reference::Root, reference::Result<StatePointer>> transitions_;
    std::map<std::string, reference::Result<void>> indexed_checks_;
    std::unordered_map<std::string, bool> verified_sets_;
    std::map<reference::Checkpoint, StatePointer> checkpoint_states_;
};

/// The pools of the target, each made when it is first asked for.
std::size_t pool_count();
Pool& pool(std::size_t index);

}  // namespace touchstone::fuzz
