// What the cases of epoch processing share: states at the end of an epoch, and cases of one step of it [EPO-01].
#pragma once

#include "conformance-tests/generator/operations.h"
#include "reference/transition/rewards.h"

namespace touchstone::vectors {

using Change = std::function<void(ConsensusState&)>;

inline constexpr std::uint8_t kTarget = 1U << reference::TIMELY_TARGET_FLAG_INDEX;
inline constexpr std::uint8_t kAllFlags = 7;

/// A step of an epoch's end.
using Step = reference::Result<void> (*)(ConsensusState&);
/// A case of `epoch_processing`; the handler is named for the step.
void add_epoch_step(Suite& suite, const std::string& handler, Step step, const Title& title, const ConsensusState& pre,
                    const Expected& expected = std::nullopt);

/// The same with a change, and the root of its entries.
ConsensusState changed(const ConsensusState& state, const Change& change);
/// The last slot of epoch `epoch` of a chain with all votes.
const ConsensusState& end_of(std::uint64_t epoch);
/// The last slot of an epoch in which nobody has voted yet, on a chain without blocks.
ConsensusState empty_end_of(std::uint64_t epoch);

/// The first `count` have these flags, the others none.
void set_participation(std::vector<reference::ParticipationFlags>& participation, std::size_t count,
                       std::uint8_t flags);

}  // namespace touchstone::vectors
