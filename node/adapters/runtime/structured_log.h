// Log lines through spdlog: one line an event, as text or as JSON.
//
//   2026-01-02T03:04:05.678Z INFO chain status slot=5 head_root=0x12...
//   {"ts":"2026-01-02T03:04:05.678Z","level":"info","area":"chain","event":"status","slot":5,"head_root":"0x12..."}
//
// Fields keep their order. Times are UTC. In text, values with spaces, quotes or control characters stand in quotes,
// escaped as in JSON. Secrets have no way in: keys cannot be printed.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "node/adapters/files/fault.h"
#include "node/ports/log.h"

namespace touchstone::node::adapters {

enum class LogFormat : std::uint8_t { Text, Json };

inline constexpr std::array kLogLevels{LogLevel::Trace, LogLevel::Debug, LogLevel::Info, LogLevel::Warning,
                                       LogLevel::Error};
inline constexpr std::array kLogAreas{LogArea::Node, LogArea::Chain, LogArea::Duties,  LogArea::Network, LogArea::Peers,
                                      LogArea::Sync, LogArea::Pool,  LogArea::Storage, LogArea::Api};
using AreaLevels = std::map<LogArea, LogLevel>;

struct LogOptions {
    LogLevel level = LogLevel::Info;
    LogFormat format = LogFormat::Text;
    /// Standard error if absent. At 64 MiB the file becomes FILE.1 (and so on to FILE.5), and a new one begins.
    std::optional<std::filesystem::path> file;
    AreaLevels areas = {};  // whose level is another one
};

/// Since the start.
struct LogFigures {
    std::array<std::uint64_t, kLogLevels.size()> lines{};  // by level
    std::uint64_t left_out = 0;                            // repeats and floods
    std::uint64_t dropped = 0;                             // because too many waited to be written
};

std::optional<LogLevel> log_level_from(std::string_view text);
std::string_view to_string(LogLevel level);
std::optional<LogArea> log_area_from(std::string_view text);
std::string_view to_string(LogArea area);

/// The line without its end, of an event at a time in milliseconds since 1970.
std::string format_line(LogFormat format, std::uint64_t unix_ms, LogLevel level, LogArea area, std::string_view event,
                        std::span<const LogField> fields);

/// Lines are written by a thread of their own. When it falls 8192 lines behind, the oldest are dropped and, at the end,
/// counted in an event `log_lines_dropped`. Repeats and floods are left out (log_limiter.h) and counted in events
/// `log_lines_left_out`.
class StructuredLog final : public Log {
  public:
    static Outcome<std::unique_ptr<StructuredLog>> open(const LogOptions& options);
    /// Writes what waits.
    ~StructuredLog() override;

    /// In the area Node.
    void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override;
    Log& in(LogArea area) override;

    /// From now on: the level of all areas but those that are named. From any thread, as `figures`.
    void set_levels(LogLevel level, const AreaLevels& areas);
    LogFigures figures() const;

  private:
    class OfArea;
    struct Impl;
    explicit StructuredLog(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::node::adapters
