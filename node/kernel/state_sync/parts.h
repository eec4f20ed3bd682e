// Parts of a consensus state, each proved against the state's root by itself. [SYN-08] to [SYN-15]
#pragma once

#include <cstdint>
#include <optional>

#include "node/base/result.h"
#include "node/generated/parameters.h"
#include "node/types/consensus_state.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// How a field of ConsensusState lies in leaves. [SYN-08]
struct StateFieldShape {
    bool is_list = false;
    /// Of the tree of leaves.
    unsigned depth = 0;
    std::uint64_t value_bytes = 0;
    std::uint64_t leaf_bytes = 0;
    /// As many values as a list may have, or a vector has; 1 of a field that is neither.
    std::uint64_t limit = 0;

    /// Of a field of so many values.
    std::uint64_t leaves(std::uint64_t length) const;
    /// Whether the tree, which may have 2^64 leaves, has that leaf.
    bool has_leaf(std::uint64_t leaf) const { return depth >= 64 || leaf < std::uint64_t{1} << depth; }
    /// The most leaves that one request may ask for.
    std::uint64_t most_of_request() const;
};

/// Nothing for a number that is no field's.
std::optional<StateFieldShape> state_field_shape(std::uint64_t field, const Parameters& parameters);

/// [SYN-09]
Result<void> check_state_part_request(const StatePartRequest& request, const Parameters& parameters);

/// Rejected with SYN-09. Precondition: the state's root has been computed since its last change. Nothing of the state
/// is copied or hashed beyond the part and its proof. [SYN-10]
Result<StatePart> get_state_part(const ConsensusState& state, const StatePartRequest& request,
                                 const Parameters& parameters);

/// [SYN-11] to [SYN-15]. Precondition: the request fulfils SYN-09. Work and memory grow with the part.
Result<void> verify_state_part(const Root& state_root, const StatePartRequest& request, const StatePart& part,
                               const Parameters& parameters);

}  // namespace touchstone::node
