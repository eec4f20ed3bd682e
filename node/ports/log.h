// Structured log lines: an event's name and its fields.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace touchstone::node {

enum class LogLevel : std::uint8_t { Trace, Debug, Info, Warning, Error };

/// What an event is about: how much of it is wanted can be said for each.
enum class LogArea : std::uint8_t { Node, Chain, Duties, Network, Peers, Sync, Pool, Storage, Api };

struct LogField {
    std::string_view key;
    std::variant<std::uint64_t, std::int64_t, double, bool, std::string> value;
};

/// Callable from any thread. An implementation never blocks the caller for long and never calls back.
class Log {
  public:
    virtual ~Log() = default;

    virtual void write(LogLevel level, std::string_view event, std::span<const LogField> fields) = 0;
    /// Where events of an area are written; as long-lived as this. A log that knows no areas is the one for all.
    virtual Log& in(LogArea /*area*/) { return *this; }

    void trace(std::string_view event, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::Trace, event, {fields.begin(), fields.size()});
    }
    void debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::Debug, event, {fields.begin(), fields.size()});
    }
    void info(std::string_view event, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::Info, event, {fields.begin(), fields.size()});
    }
    void warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::Warning, event, {fields.begin(), fields.size()});
    }
    void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::Error, event, {fields.begin(), fields.size()});
    }
};

}  // namespace touchstone::node
