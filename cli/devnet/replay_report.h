// What touchstone-ref replay says of the databases: one JSON object a line, the last with "final".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone::cli {

struct ReplayReport {
    std::uint64_t blocks_replayed = 0;
    std::uint64_t rows_replayed = 0;
    std::uint64_t databases = 0;
    std::uint64_t divergences = 0;
    std::string first_divergence;  // for people; empty if there is none
    std::string first_divergence_json;
    bool final = false;
};

/// Nothing if the line is no report.
std::optional<ReplayReport> parse_replay_report(std::string_view line);

}  // namespace touchstone::cli
