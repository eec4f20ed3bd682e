// The run: every case that was asked for goes through the adapter, whatever becomes of the ones before it.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "conformance-tests/runner/report.h"

namespace touchstone::conform {

struct RunOptions {
    std::filesystem::path vectors;
    std::optional<std::string> preset;
    std::vector<std::string> filters;  // of <runner>/<handler>/<case>: a glob, or a part of it; none is all
    std::chrono::milliseconds timeout{60'000};
    std::vector<std::string> adapter;  // command and arguments
};

// The cases that a run would ask for, with what they expect and no verdict: `passed` is false, and so it stays, with a
// reason, for a case that is broken in itself. Throws as run does.
[[nodiscard]] Report list(const RunOptions& options);

// Throws std::runtime_error if nothing can be run: no vectors, none that fits the filters, no adapter.
[[nodiscard]] Report run(const RunOptions& options);

}  // namespace touchstone::conform
