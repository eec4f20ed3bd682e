// Shuffles and the committees cut from them. [COM-02] to [COM-07]
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/parallel.h"
#include "node/base/quantity.h"
#include "node/base/result.h"
#include "node/generated/parameters.h"

namespace touchstone::node {

/// Where one index goes; the definition, for single lookups and tests. Precondition: index < count. [COM-03]
std::uint64_t compute_shuffled_index(std::uint64_t index, std::uint64_t count, const Hash& seed, std::uint64_t rounds);

/// result[i] = values[compute_shuffled_index(i)] for all i at once.
std::vector<ValidatorIndex> shuffle_list(std::vector<ValidatorIndex> values, const Hash& seed, std::uint64_t rounds,
                                         const ParallelFor& parallel_for);

/// All committees of an epoch. Immutable; shared by every state that has the same seed and active set.
class Shuffling {
  public:
    Shuffling(Epoch epoch, const Hash& seed, std::vector<ValidatorIndex> active, const Parameters& parameters,
              const ParallelFor& parallel_for);

    Epoch epoch() const { return epoch_; }
    const Hash& seed() const { return seed_; }
    /// Ascending.
    const std::vector<ValidatorIndex>& active() const { return active_; }
    std::uint64_t committees_per_slot() const { return committees_per_slot_; }  // [COM-05]
    /// Empty unless the slot is of this epoch and index < committees_per_slot(). [COM-06]
    std::span<const ValidatorIndex> committee(Slot slot, CommitteeIndex index) const;

    struct Seat {
        Slot slot;
        CommitteeIndex index;
        std::size_t position;
    };
    /// Where an active validator votes. [DUT-03]
    std::optional<Seat> seat_of(ValidatorIndex validator) const;

    /// Whether the committees are the same, without comparing them if the objects are the same.
    static bool same(const Shuffling& a, const Shuffling& b) {
        return &a == &b || (a.epoch_ == b.epoch_ && a.seed_ == b.seed_ && a.active_ == b.active_);
    }

  private:
    Epoch epoch_;
    Hash seed_;
    std::uint64_t slots_per_epoch_;
    std::uint64_t committees_per_slot_;
    std::vector<ValidatorIndex> active_;
    std::vector<ValidatorIndex> shuffled_;
};

/// The last few shufflings, so that branches which share them compute them once.
class ShufflingMemo {
  public:
    std::shared_ptr<const Shuffling> get(Epoch epoch, const Hash& seed, std::vector<ValidatorIndex> active,
                                         const Parameters& parameters, const ParallelFor& parallel_for);

  private:
    static constexpr std::size_t kCapacity = 16;
    std::deque<std::shared_ptr<const Shuffling>> recent_;
};

}  // namespace touchstone::node
