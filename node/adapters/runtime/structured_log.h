// Log lines through spdlog: one line an event, as text or as JSON.
//
//   2026-01-02T03:04:05.678Z INFO status slot=5 head_root=0x12...
//   {"ts":"2026-01-02T03:04:05.678Z","level":"info","event":"status","slot":5,"head_root":"0x12..."}
//
// Fields keep their order. Times are UTC. In text, values with spaces, quotes or control characters stand in quotes,
// escaped as in JSON. Secrets have no way in: keys cannot be printed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "node/adapters/files/fault.h"
#include "node/ports/log.h"

namespace touchstone::node::adapters {

enum class LogFormat : std::uint8_t { Text, Json };

struct LogOptions {
    LogLevel level = LogLevel::Info;
    LogFormat format = LogFormat::Text;
    /// Standard error if absent. At 64 MiB the file becomes FILE.1 (and so on to FILE.5), and a new one begins.
    std::optional<std::filesystem::path> file;
};

std::optional<LogLevel> log_level_from(std::string_view text);
std::string_view to_string(LogLevel level);

/// The line without its end, of an event at a time in milliseconds since 1970.
std::string format_line(LogFormat format, std::uint64_t unix_ms, LogLevel level, std::string_view event,
                        std::span<const LogField> fields);

/// Lines are written by a thread of their own. When it falls 8192 lines behind, the oldest are dropped and, at the end,
/// counted in an event `log_lines_dropped`.
class StructuredLog final : public Log {
  public:
    static Outcome<std::unique_ptr<StructuredLog>> open(const LogOptions& options);
    /// Writes what waits.
    ~StructuredLog() override;

    void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override;

  private:
    struct Impl;
    explicit StructuredLog(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::node::adapters
