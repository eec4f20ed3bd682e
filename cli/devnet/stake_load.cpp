#include "cli/devnet/stake_load.h"

#include <algorithm>

#include "cli/wallet/chain_access.h"
#include "node/generated/constants.h"

namespace touchstone::cli {

namespace {

/// Of one sender: an item of a queue waits for those before it, of which only so many come an epoch.
constexpr std::size_t kMostParticipants = 64;
/// Turns that one call looks at: each asks the node, while transfers become due.
constexpr std::size_t kMostTurns = 4;
/// Twice the least bond, so that what comes back suffices after some penalties.
constexpr node::Amount kBond{2 * node::GRAINS_PER_TST};
/// A claim finds something on every branch when two epoch's ends have paid since the last.
constexpr std::uint64_t kEpochsBetweenClaims = 3;
/// A bond that was neither in the queue nor in the pool for so long was refunded.
constexpr std::uint64_t kEpochsToGiveUp = 3;

std::string index_text(node::ValidatorIndex index) { return std::to_string(index.value()); }

}  // namespace

std::string_view name_of(StakeOperation operation) {
    switch (operation) {
        case StakeOperation::delegate:
            return "delegate";
        case StakeOperation::undelegate:
            return "undelegate";
        case StakeOperation::withdraw:
            return "withdraw";
        case StakeOperation::claim_commission:
            return "claim_commission";
    }
    return "unknown";
}

std::optional<StakeStep> Staker::next(const StakeView& stake) {
    before_ = phase_;
    const auto ripe = std::ranges::find(stake.cohorts, true, &CohortView::withdrawable);
    if (ripe != stake.cohorts.end()) {
        return StakeStep{StakeOperation::withdraw, node::Withdraw{validator_, ripe->exit_epoch}};
    }
    if (phase_ == Phase::idle) {
        phase_ = Phase::joining;
        joined_.reset();
        gone_.reset();
        return StakeStep{StakeOperation::delegate, node::Delegate{validator_, kBond}};
    }
    if (stake.shares != 0) {
        // Not at once: the epoch's end that brought them may yet give way to another branch's.
        if (!joined_) joined_ = stake.epoch;
        if (*joined_ >= stake.epoch) return std::nullopt;
        phase_ = Phase::idle;
        return StakeStep{StakeOperation::undelegate, node::Undelegate{validator_, stake.shares}};
    }
    if (stake.bonding && *stake.bonding == node::Amount()) {
        if (!gone_) gone_ = stake.epoch;
        if (stake.epoch >= *gone_ + kEpochsToGiveUp) phase_ = Phase::idle;
    }
    return std::nullopt;
}

std::optional<StakeStep> Claimer::next(const ValidatorView& validator) {
    if (validator.epoch < claimed_ + kEpochsBetweenClaims || validator.unclaimed_commission == node::Amount()) {
        return std::nullopt;
    }
    claimed_ = validator.epoch;
    return StakeStep{StakeOperation::claim_commission, node::ClaimCommission{validator_}};
}

StakeLoad::StakeLoad(const std::vector<std::uint64_t>& numbers, const std::vector<node::Address>& addresses,
                     std::uint64_t validators) {
    for (std::size_t i = 0; i < std::min(numbers.size(), kMostParticipants); ++i) {
        // Not the validator that the account operates: its own stake is locked.
        const Staker staker(node::ValidatorIndex((numbers[i] + 1) % validators));
        participants_.push_back(
            {addresses[i], staker, Claimer(node::ValidatorIndex(numbers[i] % validators)), std::nullopt});
        turns_.push_back({i, false});
        if (numbers[i] < validators) turns_.push_back({i, true});
    }
}

Outcome<std::optional<StakeLoad::Order>> StakeLoad::next(RpcClient& client) {
    for (std::size_t looked = 0; looked < std::min(kMostTurns, turns_.size()); ++looked) {
        const Turn turn = turns_[turn_++ % turns_.size()];
        auto step = step_of(client, turn);
        if (!step.ok()) return step.fault();
        if (*step) return std::optional(Order{turn.account, **step});
    }
    return std::optional<Order>();
}

Outcome<std::optional<StakeStep>> StakeLoad::step_of(RpcClient& client, const Turn& turn) {
    Participant& participant = participants_[turn.account];
    const auto waiting = is_waiting(client, participant);
    if (!waiting.ok()) return waiting.fault();
    if (*waiting) return std::optional<StakeStep>();
    if (turn.claims) {
        const auto validator = read_validator(client, index_text(participant.claimer.validator()));
        if (!validator.ok()) return validator.fault();
        return participant.claimer.next(*validator);
    }
    const auto stake = read_stake(client, participant.address, index_text(participant.staker.validator()));
    if (!stake.ok()) return stake.fault();
    return participant.staker.next(*stake);
}

Outcome<bool> StakeLoad::is_waiting(RpcClient& client, Participant& participant) {
    if (!participant.last) return false;
    const auto receipt = read_receipt(client, *participant.last);
    if (!receipt.ok()) return receipt.fault();
    return receipt->state != "included";
}

void StakeLoad::refused(std::size_t account) {
    participants_[account].staker.undo();
    participants_[account].last.reset();
}

}  // namespace touchstone::cli
