// One thing that may happen to stake, drawn by RapidCheck for a scene as it is; it can be done again elsewhere.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "node/kernel/stake/testing/scene.h"

namespace touchstone::node {

struct BondStep {
    std::uint64_t validator;
    Address delegator;
    std::uint64_t amount;
};
struct UnbondStep {
    std::uint64_t validator;
    Address holder;
    std::uint64_t shares;
};
struct ExitStep {
    std::uint64_t validator;
};
struct SlashStep {
    std::uint64_t validator;
    Epoch offence;
    std::uint64_t proposer;
};
struct RegisterStep {
    std::uint8_t key;
    Address operator_address;
    std::uint64_t commission;
    std::uint64_t stake;
};
/// Everybody's votes; commissions are set anew.
struct ParticipateStep {
    std::vector<ParticipationFlags> previous;
    std::vector<ParticipationFlags> current;
};
struct EndEpochStep {
    std::uint64_t back;
};
using StakeStep = std::variant<BondStep, UnbondStep, ExitStep, SlashStep, RegisterStep, ParticipateStep, EndEpochStep>;

/// What can be done, of all kinds; nothing where what was drawn cannot. Within a property of RapidCheck.
std::optional<StakeStep> draw_stake_step(const StakeScene& scene);

/// Precondition: it was drawn for such a scene, or is a slashing that is_slashable allows.
void perform(StakeScene& scene, const StakeStep& step);

}  // namespace touchstone::node
