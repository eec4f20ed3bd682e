// How a development network ended.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/devnet/agreement.h"
#include "cli/devnet/chaos.h"
#include "cli/devnet/load_meter.h"
#include "cli/devnet/participation.h"
#include "cli/devnet/process_usage.h"
#include "cli/devnet/replay_report.h"

namespace touchstone::cli {

struct NodeSummary {
    NodeChain chain;
    std::optional<std::uint64_t> peers;
    std::string validators;  // "0-15"
    std::filesystem::path database;
    std::filesystem::path log;
    std::uint64_t starts = 1;
    UsageCourse usage{};
};

struct Summary {
    std::vector<NodeSummary> nodes;
    Agreement agreement;
    std::optional<ReplayReport> replay;  // the final one
    std::optional<EpochParticipation> participation;
    std::optional<LoadReport> load;
    std::optional<ChaosReport> chaos;
    std::optional<std::size_t> slashed;  // validators, on the chain of the first node
    std::string command;                 // that repeats the run
    std::size_t distinct_blocks = 0;     // in all databases together
    std::filesystem::path folder;
    bool folder_kept = false;
    std::vector<std::string> failures;  // what must not be; success is none of it

    bool success() const { return failures.empty(); }
    bool nodes_agree() const { return !nodes.empty() && agreement.agree(); }
};

/// Adds to the failures what the databases and the replay show: no finality, disagreement, divergence, anything that
/// was not replayed.
void judge(Summary& summary);

/// One JSON object.
std::string summary_to_json(const Summary& summary);
std::string summary_to_text(const Summary& summary);

}  // namespace touchstone::cli
