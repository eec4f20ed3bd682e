// Page 18: the parts of a consensus state, their proofs, and the state that they make.
#pragma once

#include "reference/base/result.h"
#include "reference/types/state_sync.h"

namespace touchstone::reference {

/// [SYN-08] A field of `ConsensusState` and the tree of its leaves.
struct StateField {
    ssz::Type type;
    bool is_list = false;
    std::uint64_t leaf_size = 0;  // bytes
    unsigned depth = 0;           // the capacity is 2^depth
};
/// [SYN-09] Nothing where there is no such field.
std::optional<StateField> state_field(std::uint64_t position, const Parameters& config);

/// [SYN-09]
Result<void> check_state_part_request(const StatePartRequest& request, const Parameters& config);

/// [SYN-10]
Result<StatePart> get_state_part(const ConsensusState& state, const StatePartRequest& request);

/// [SYN-11] to [SYN-15] Of a request that fulfils SYN-09.
Result<void> verify_state_part(const Root& state_root, const StatePartRequest& request, const StatePart& part,
                               const Parameters& config);

struct RequestedPart {
    StatePartRequest request;
    StatePart part;
};
/// [SYN-16] Without entries.
Result<ConsensusState> assemble_state(const Root& state_root, const std::vector<RequestedPart>& parts,
                                      const Parameters& config);

}  // namespace touchstone::reference
