#include "node/services/network_statistics.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace touchstone::node {

namespace {

/// The fewest of the greatest that have at least so much together. Precondition: all of them have.
std::uint64_t fewest_with(const std::vector<std::uint64_t>& descending, std::uint64_t stake) {
    std::uint64_t sum = 0;
    std::uint64_t count = 0;
    while (sum < stake)
        sum += descending[count++];
    return count;
}

/// One entry for each operator.
std::vector<std::uint64_t> sums_by_operator(std::vector<OperatorStake> stakes) {
    std::ranges::sort(stakes, {}, &OperatorStake::operator_address);
    std::vector<std::uint64_t> sums;
    for (std::size_t i = 0; i < stakes.size(); ++i) {
        const bool same = i > 0 && stakes[i].operator_address == stakes[i - 1].operator_address;
        if (same) {
            sums.back() += stakes[i].stake;
        } else {
            sums.push_back(stakes[i].stake);
        }
    }
    return sums;
}

ValidatorCounts count_validators(const ConsensusState& state, Epoch epoch) {
    ValidatorCounts counts;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const Validator& validator = state.validators[i];
        if (validator.slashed) ++counts.slashed;
        if (is_active(validator, epoch)) {
            ++(validator.exit_epoch == kFarFutureEpoch ? counts.active : counts.exiting);
        } else {
            ++(validator.exit_epoch <= epoch ? counts.exited : counts.pending);
        }
    }
    return counts;
}

StakeDistribution active_stake(const ConsensusState& state, Epoch epoch) {
    std::vector<OperatorStake> stakes;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const Validator& validator = state.validators[i];
        if (is_active(validator, epoch))
            stakes.push_back({validator.operator_address, validator.effective_stake.value()});
    }
    return distribution_of(std::move(stakes));
}

DelayHistogram difference(const DelayHistogram& now, const DelayHistogram& before) {
    DelayHistogram since = now;
    for (std::size_t i = 0; i < since.counts.size(); ++i)
        since.counts[i] -= before.counts[i];
    since.count -= before.count;
    since.sum_ms -= before.sum_ms;
    return since;
}

}  // namespace

StakeDistribution distribution_of(std::vector<OperatorStake> stakes) {
    StakeDistribution distribution;
    std::vector<std::uint64_t> sums = sums_by_operator(std::move(stakes));
    std::ranges::sort(sums, std::greater<>());
    for (const std::uint64_t sum : sums)
        distribution.stake += sum;
    distribution.operators = sums.size();
    if (distribution.stake == 0) return distribution;
    distribution.largest_operator = sums.front();
    const std::uint64_t third = distribution.stake / 3;
    distribution.to_stop_finality = fewest_with(sums, third + 1);
    distribution.to_control_finality = fewest_with(sums, distribution.stake - third);
    return distribution;
}

void NetworkStatistics::record(Epoch epoch, const State& state, const ObservedNetwork& observed) {
    if (has(epoch)) return;
    EpochStatistics statistics;
    statistics.epoch = epoch;
    statistics.participation = observed.participation;
    statistics.validators = count_validators(state.consensus(), epoch);
    statistics.stake = active_stake(state.consensus(), epoch);
    statistics.clients = observed.peers.clients;
    statistics.peers = observed.peers.inbound + observed.peers.outbound;
    statistics.arrival = difference(observed.arrival, arrival_before_);
    arrival_before_ = observed.arrival;
    epochs_.push_back(std::move(statistics));
    if (epochs_.size() > kMostEpochs) epochs_.pop_front();
}

}  // namespace touchstone::node
