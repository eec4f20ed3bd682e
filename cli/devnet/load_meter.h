// How the transactions of a load fare: from sending to inclusion to finality.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/devnet/stake_load.h"
#include "node/base/bytes.h"

namespace touchstone::cli {

/// Seconds; nearest rank. Nothing of no values.
struct Percentiles {
    double p50 = 0;
    double p95 = 0;
    double p99 = 0;
};
std::optional<Percentiles> percentiles_of(std::vector<double> values);

struct OperationCounts {
    std::uint64_t sent = 0;
    std::uint64_t included = 0;
    std::uint64_t failed = 0;
};

struct LoadReport {
    std::uint64_t rate = 0;  // asked for, a second
    std::uint64_t accounts = 0;
    std::uint64_t sent = 0;
    std::uint64_t included = 0;   // in a block of the head's chain, with success
    std::uint64_t failed = 0;     // refused by the node, or included without success
    std::uint64_t finalized = 0;  // of those included
    double tx_per_s = 0;          // included, over the time from the first that was due to the last inclusion
    std::optional<Percentiles> inclusion_latency_s;
    std::optional<Percentiles> finality_latency_s;
    /// Of those above, by operation, in the order of kStakeOperations.
    std::array<OperationCounts, kStakeOperations.size()> stake_operations{};
    /// The first refusal, or the first status other than success.
    std::string first_failure;

    std::uint64_t under_way() const { return sent - included - failed; }
};

/// From any thread. Times are seconds on one clock; a transaction's time begins when it was due, so that a sender that
/// falls behind does not flatter the network.
class LoadMeter {
  public:
    LoadMeter(std::uint64_t rate, std::uint64_t accounts);

    /// Before it is sent, so that it is known however fast it is included.
    void sending(const node::Root& id, double due, std::optional<StakeOperation> operation = std::nullopt);
    void refused(const node::Root& id, const std::string& reason);
    /// What is not of the load, or was included before, is passed over.
    void included(const node::Root& id, const std::string& status, double now);
    void finalized(const node::Root& id, double now);

    LoadReport report() const;

  private:
    struct Under {
        double due = 0;
        std::optional<StakeOperation> operation;
        bool included = false;
    };

    void count(const Under& under, std::uint64_t OperationCounts::* counter);
    void fail(const Under& under, const std::string& reason);

    mutable std::mutex mutex_;
    LoadReport report_;
    std::unordered_map<node::Root, Under> under_way_;
    std::optional<double> first_due_;
    double last_inclusion_ = 0;
    std::vector<double> inclusion_;
    std::vector<double> finality_;
};

}  // namespace touchstone::cli
