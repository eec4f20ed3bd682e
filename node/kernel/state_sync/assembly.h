// A consensus state put together from proved parts. [SYN-16]
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "node/base/result.h"
#include "node/generated/parameters.h"
#include "node/types/consensus_state.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// A part, and what it answers.
struct RequestedPart {
    StatePartRequest request;
    StatePart part;
};

/// Of parts in their order. Rejected by the first part that breaks SYN-09 or SYN-11 to SYN-15, or with SYN-16.
Result<ConsensusState> assemble_state(const Root& state_root, const std::vector<RequestedPart>& parts,
                                      const Parameters& parameters);

/// The same for parts that come in any order.
class StateAssembly {
  public:
    /// Of the post-state of that block. The parameters outlive the object.
    StateAssembly(const Parameters& parameters, const Root& block_root, const Root& state_root);

    /// Keeps the part if it is proved; one that is there already is passed over. Rejected by verify_state_part, or with
    /// SYN-09 if it is none of those that are asked for.
    Result<void> add(const StatePartRequest& request, StatePart part);
    bool has(const StatePartRequest& request) const;
    /// What may be asked for: how long a list is, is known with its first part.
    std::vector<StatePartRequest> missing() const;
    /// Of those that are known to be needed.
    std::size_t needed_parts() const;
    std::size_t had_parts() const;
    bool is_complete() const { return missing().empty(); }

    /// Nothing before that part has come.
    std::optional<Root> tree_root() const;
    /// Precondition: is_complete(). Rejected with SYN-16; what was kept is forgotten.
    Result<ConsensusState> finish();

  private:
    struct Field {
        std::optional<std::uint64_t> length;          // in values; known from the beginning unless it is a list
        std::map<std::uint64_t, ByteVector> content;  // by the first leaf
    };
    template <class Visit>
    void for_each_needed(const Visit& visit) const;

    const Parameters& parameters_;
    Root block_root_;
    Root state_root_;
    std::array<Field, ConsensusState::kFields> fields_;
};

}  // namespace touchstone::node
