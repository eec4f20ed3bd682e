// Latest messages and how they move weight. [FC-02] [FC-30] [FC-47]
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/kernel/fork_choice/proto_array.h"

namespace touchstone::node {

/// The votes of all validators, and which of them the weights in the array already contain.
class Votes {
  public:
    using Position = ProtoArray::Position;

    struct Vote {
        Position applied = ProtoArray::kNone;  // where the weight is counted now
        Position latest = ProtoArray::kNone;   // where it belongs
        Epoch epoch;                           // of the latest message's target
        bool voted = false;
        bool equivocating = false;
    };

    /// [FC-47]
    void update(ValidatorIndex validator, Epoch target_epoch, Position block);
    /// [FC-51]
    void set_equivocating(ValidatorIndex validator);
    bool is_equivocating(ValidatorIndex validator) const;
    std::span<const Vote> votes() const { return votes_; }

    /// The changes of score since the last call, for each node of the array, with the stakes that count from now on.
    /// Stakes are zero for those whose votes do not count.
    std::vector<std::int64_t> take_deltas(std::size_t nodes, const std::vector<std::uint64_t>& stakes);

    /// After a pruning: positions as the array's prune() returned them. Weight on forgotten blocks is forgotten.
    void move(const std::vector<Position>& new_positions);

  private:
    std::vector<Vote> votes_;
    std::vector<std::uint64_t> applied_stakes_;
};

}  // namespace touchstone::node
