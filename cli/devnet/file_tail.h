// Reads what another program appends to a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace touchstone::cli {

class FileTail {
  public:
    explicit FileTail(std::filesystem::path path) : path_(std::move(path)) {}

    /// The lines that were completed since the last call, without their ends. None if there is no file.
    std::vector<std::string> new_lines();

  private:
    std::filesystem::path path_;
    std::uint64_t position_ = 0;
    std::string unfinished_;
};

/// The last lines of a file, at most `count`.
std::vector<std::string> last_lines(const std::filesystem::path& path, std::size_t count);

}  // namespace touchstone::cli
