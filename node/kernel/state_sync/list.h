// Which states a node keeps and serves, and what it demands of others' lists. [SYN-05] [SYN-28]
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "node/base/quantity.h"
#include "node/base/result.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// Whether the state of the checkpoint of that epoch is kept while `finalized` is the last final one. [SYN-05]
inline bool is_kept(Epoch epoch, Epoch finalized, std::uint64_t weak_subjectivity_period) {
    if (epoch > finalized || epoch == Epoch()) return false;
    const std::uint64_t age = finalized - epoch;
    return age <= weak_subjectivity_period && epoch.value() % std::bit_floor(std::max<std::uint64_t>(1, age / 4)) == 0;
}

/// [SYN-28]
inline Result<void> check_state_list(const StateList& list) {
    const auto wrong = std::ranges::adjacent_find(
        list.checkpoints, [](const Checkpoint& a, const Checkpoint& b) { return a.epoch <= b.epoch; });
    if (wrong == list.checkpoints.end()) return {};
    return reject(Clause::SYN_28, "epoch " + std::to_string(std::next(wrong)->epoch.value()) + " after " +
                                      std::to_string(wrong->epoch.value()));
}

}  // namespace touchstone::node
