// What a development network is asked to be.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/base/bytes.h"

namespace touchstone::cli {

/// Fewer epochs cannot show finality.
inline constexpr std::uint64_t kFewestEpochs = 4;
inline constexpr std::uint64_t kMostNodes = 64;
inline constexpr std::uint64_t kMostAccounts = 1'000'000;
inline constexpr std::uint64_t kMostLoad = 100'000;
inline constexpr std::uint64_t kMostMinutes = 10'080;  // a week
/// Where one node that is gone leaves more than two thirds, and all the links fit into one process.
inline constexpr std::uint64_t kFewestChaosNodes = 4;
inline constexpr std::uint64_t kMostChaosNodes = 16;
/// Of a run with chaos, if nothing else is said.
inline constexpr std::uint64_t kChaosEpochs = 24;

struct DevnetOptions {
    std::uint64_t nodes = 4;
    std::uint64_t validators = 64;
    std::string preset = "minimal";
    std::optional<std::uint64_t> slot_ms;                           // the preset's if absent
    std::vector<std::pair<std::string, std::uint64_t>> parameters;  // that differ from the preset
    std::optional<std::uint64_t> epochs;                            // until interrupted if both are absent
    std::optional<std::uint64_t> minutes;                           // instead of epochs
    std::optional<std::filesystem::path> folder;
    std::optional<node::Hash> seed;
    std::uint64_t load = 0;  // transactions a second; 0: none
    std::uint64_t accounts = 1000;
    std::optional<std::uint64_t> chaos_seed;  // no chaos if absent
    std::uint64_t rpc_port = 0;               // of the first node, and those after it of the others; 0: any
    bool keep = false;
    bool json = false;
    std::filesystem::path node_program;
    std::filesystem::path reference_program;
};

/// The command line of a run with these options, but for files and folders.
std::string command_line(const DevnetOptions& options);

}  // namespace touchstone::cli
