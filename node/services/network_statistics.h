// How the network has been doing, epoch by epoch: who holds the stake, who votes, how blocks travel, what peers run.
// For people; nothing follows from it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/kernel/consensus/state.h"
#include "node/services/delay_histogram.h"
#include "node/services/peers/peer_counters.h"

namespace touchstone::node {

/// The active stake of one operator, in grains.
struct OperatorStake {
    Address operator_address;
    std::uint64_t stake = 0;
};

/// Stake is effective stake in grains. An operator is an address that may have many validators, and a person may have
/// many addresses: concentration can only be greater than this shows.
struct StakeDistribution {
    std::uint64_t stake = 0;
    std::uint64_t operators = 0;
    std::uint64_t largest_operator = 0;  // grains
    /// The fewest operators that together have more than a third: enough to keep anything from becoming final (the
    /// Nakamoto coefficient of finality). 0 without stake.
    std::uint64_t to_stop_finality = 0;
    /// The fewest that have two thirds: enough to make final what they like.
    std::uint64_t to_control_finality = 0;

    friend bool operator==(const StakeDistribution&, const StakeDistribution&) = default;
};

/// An operator may be there several times.
StakeDistribution distribution_of(std::vector<OperatorStake> stakes);

/// Each validator is in one of the first four.
struct ValidatorCounts {
    std::uint64_t pending = 0;  // not active yet
    std::uint64_t active = 0;
    std::uint64_t exiting = 0;  // active until their exit
    std::uint64_t exited = 0;
    std::uint64_t slashed = 0;  // among all of them

    friend bool operator==(const ValidatorCounts&, const ValidatorCounts&) = default;
};

struct EpochStatistics {
    Epoch epoch;
    std::optional<double> participation;  // of stake, for the right target; none in the first epoch
    ValidatorCounts validators;
    StakeDistribution stake;
    /// Of this node's peers when the epoch had ended, by program.
    std::map<std::string, std::uint64_t> clients;
    std::uint64_t peers = 0;
    /// Of the first blocks of its slots as this node got them; those that came late are not there.
    DelayHistogram arrival;
};

/// What is to be recorded beside the state.
struct ObservedNetwork {
    std::optional<double> participation;
    PeerCounters peers;
    DelayHistogram arrival;  // since the start
};

class NetworkStatistics {
  public:
    /// A week of mainnet; about 2 KiB each.
    static constexpr std::size_t kMostEpochs = 1575;

    /// Of an epoch that has ended, by a state of the next one. Once for each epoch, in ascending order; others are
    /// passed over. Takes time proportional to the validators.
    void record(Epoch epoch, const State& state, const ObservedNetwork& observed);

    /// The oldest first. Epochs in which the node did not follow the chain are absent.
    const std::deque<EpochStatistics>& epochs() const { return epochs_; }
    bool has(Epoch epoch) const { return !epochs_.empty() && epochs_.back().epoch >= epoch; }

  private:
    std::deque<EpochStatistics> epochs_;
    DelayHistogram arrival_before_;
};

}  // namespace touchstone::node
