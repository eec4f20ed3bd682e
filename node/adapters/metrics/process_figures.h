// What the operating system says of this process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace touchstone::node::adapters {

/// What cannot be read is 0.
struct ProcessFigures {
    double cpu_seconds = 0;  // of all threads
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    std::uint64_t open_files = 0;
    std::uint64_t most_files = 0;
    double started_at_seconds = 0;  // since 1970
};

/// From any thread.
ProcessFigures process_figures();

/// Nothing where there is no such file.
std::optional<std::uint64_t> file_bytes(const std::filesystem::path& path);
/// Room on the disk of a folder, for this user.
std::optional<std::uint64_t> disk_free_bytes(const std::filesystem::path& folder);

}  // namespace touchstone::node::adapters
