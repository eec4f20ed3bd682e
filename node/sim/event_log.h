// Everything that happened in a simulation, as lines, and their hash: two runs are the same if the hashes are.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "crypto/sha256.h"

namespace touchstone::node::sim {

class EventLog {
  public:
    /// Gets each line as it is written; for people who look for what went wrong.
    void set_listener(std::function<void(std::string_view line)> listener) { listener_ = std::move(listener); }

    void add(std::uint64_t time_ms, std::size_t node, std::string_view event, std::string_view details);

    std::uint64_t lines() const { return lines_; }
    /// Hash of all lines so far, chained: hexadecimal.
    std::string hash() const;

  private:
    crypto::Digest chain_{};
    std::uint64_t lines_ = 0;
    std::function<void(std::string_view line)> listener_;
};

}  // namespace touchstone::node::sim
