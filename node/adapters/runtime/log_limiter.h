// Keeps repeats and floods out of a log, and says how much was left out.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "node/ports/log.h"

namespace touchstone::node::adapters {

/// Events are known by their names, of which a program has a fixed number. From any thread.
class LogLimiter {
  public:
    /// So many lines of one event in so long a time; what is above is left out.
    static constexpr std::uint64_t kMostInWindow = 200;
    static constexpr std::uint64_t kWindowMs = 10'000;
    /// A warning or an error that says the same as the last line of its event did, no longer ago, is left out.
    static constexpr std::uint64_t kRepeatMs = 60'000;

    struct LeftOut {
        std::string event;
        std::uint64_t count = 0;
    };
    struct Decision {
        bool write = true;
        std::vector<LeftOut> due;  // to be told before this line
    };

    /// `content` is what the line says, without its time.
    Decision take(LogLevel level, std::string_view event, std::string_view content, std::uint64_t now_ms);
    /// All that has not been told yet.
    std::vector<LeftOut> take_rest();

  private:
    struct OfEvent {
        std::uint64_t window_begun_ms = 0;
        std::uint64_t in_window = 0;
        std::string last_content;  // of warnings and errors
        std::uint64_t last_ms = 0;
        std::uint64_t left_out = 0;
        std::uint64_t left_out_since_ms = 0;
    };

    bool is_to_be_left_out(OfEvent& state, LogLevel level, std::string_view content, std::uint64_t now_ms) const;
    std::vector<LeftOut> take_due(std::uint64_t now_ms);

    std::mutex mutex_;
    std::map<std::string, OfEvent, std::less<>> events_;
    std::uint64_t next_due_ms_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace touchstone::node::adapters
