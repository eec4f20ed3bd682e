// Which block or state a query is about: the parameter `at`, the same for all methods that have it. docs/rpc.md.
#pragma once

#include <variant>

#include "node/api/errors.h"
#include "node/services/chain.h"

namespace touchstone::node::api {

/// A state that is kept, and the block that it is the post-state of.
struct StateAt {
    Root root;
    Slot slot;
    StatePointer state;

    const ConsensusState& consensus() const { return state->consensus(); }
    Epoch epoch(const Parameters& parameters) const { return epoch_of(state->slot(), parameters); }
    Json id() const { return block_id(root, slot); }
};

/// Optional; without it, the head.
rpc::Parameter at_parameter();
/// The field that says which state the answer is of.
rpc::Field at_field();
/// Errors of the methods that ask states.
std::vector<rpc::ErrorKind> state_errors();

// `at` is a kAt or null.

/// The root of the block; whether it is here is not said. Refused for a slot that has not begun.
std::variant<Root, rpc::Error> block_at(const Chain& chain, const Json& at);
std::variant<StateAt, rpc::Error> state_at(const Chain& chain, const Json& at);

}  // namespace touchstone::node::api
