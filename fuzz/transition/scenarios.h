// States to begin from: chains young and old, complete and leaking, with and without slashed and leaving validators.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fuzz/chain/development_chain.h"
#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/state.h"
#include "reference/types/containers.h"

namespace touchstone::fuzz {

/// Development accounts that all scenarios begin with. Each operates the validator with its index.
constexpr std::uint64_t kScenarioAccounts = 4;
/// The development key that a scenario registers; those after it are new everywhere.
constexpr std::uint64_t kFirstNewKey = 16;

struct Scenario {
    std::string name;
    reference::ConsensusState state;
    std::shared_ptr<const node::Environment> environment;
    node::State node_state;
};

/// Made when they are first asked for.
const std::vector<Scenario>& scenarios();

/// The same state for the node, entries included; with the keys and the tree of another one of its chain, if there is
/// one.
node::State node_state_of(const node::Environment& environment, const reference::ConsensusState& state,
                          const node::State* like = nullptr);

/// Throws unless the states are the same, naming the fields that are not.
void agree_on_state(const std::string& about, const reference::ConsensusState& by_reference, const node::State& by_node,
                    const node::Environment& environment);

}  // namespace touchstone::fuzz
