// Cases that apply one function of the transition to a state.
#pragma once

#include "conformance-tests/generator/chain.h"
#include "conformance-tests/generator/vector.h"
#include "reference/base/result.h"

namespace touchstone::vectors {

/// What a case is called and shows. The first clause is that of the rejection, if there is one.
struct Title {
    std::string name;
    std::string shows;
    std::vector<std::string> clauses;
};

template <class Operation>
using Process = reference::Result<void> (*)(ConsensusState&, const Operation&);

/// Records the outcome: the post-state, or the clause. `apply` changes the state that it is given.
void add_outcome(Suite& suite, Vector vector, const ConsensusState& pre,
                 const std::function<reference::Result<void>(ConsensusState&)>& apply, const Expected& expected);

/// A problem unless the supply is what it was [VAL-06] and stake that added up still does [STK-04]. Not for what the
/// prose rejects.
void check_sums(Suite& suite, const std::string& id, const ConsensusState& pre, const ConsensusState& post);

Vector state_vector(const std::string& runner, const std::string& handler, const Title& title,
                    const ConsensusState& pre);

/// A case of the runner `operations`. `handler` is the handler, `input` the name of the operation's file.
template <class Operation>
void add_operation(Suite& suite, const std::string& handler, const std::string& input, const Title& title,
                   const ConsensusState& pre, const Operation& operation, Process<Operation> process,
                   const Expected& expected) {
    Vector vector = state_vector("operations", handler, title, pre);
    vector.inputs[input] = reference::ssz::serialize(operation, pre.config);
    add_outcome(
        suite, std::move(vector), pre, [&](ConsensusState& state) { return process(state, operation); }, expected);
}

/// A case of a runner that runs blocks (sanity, finality, random).
void add_blocks(Suite& suite, const std::string& runner, const Title& title, const ConsensusState& pre,
                const std::vector<SignedBlock>& blocks, const Expected& expected);

}  // namespace touchstone::vectors
