// For tests of this folder: a touchstone-node in a process of its own, its log read as JSON lines, and chains for it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/adapters/files/temporary_folder.h"
#include "node/base/bytes.h"

namespace touchstone::node::app {

/// A genesis of development validators, minimal preset with short slots, that begins so many milliseconds from now.
struct TestChain {
    std::uint64_t validators = 16;
    std::uint64_t slot_ms = 400;
    std::uint64_t starts_in_ms = 500;
    std::uint64_t started_ms_ago = 0;
    std::uint8_t seed = 1;  // chains of different seeds are different chains
};
Root write_test_genesis(const std::filesystem::path& path, const TestChain& chain);

/// A line of the log. Values are as they stand in the JSON, texts without their quotes.
class LogLine {
  public:
    explicit LogLine(std::string text) : text_(std::move(text)) {}
    std::string value(std::string_view key) const;
    std::uint64_t number(std::string_view key) const;
    bool is(std::string_view event) const { return value("event") == event; }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

class NodeProcess {
  public:
    /// No file may grow above the limit, as on a full disk.
    explicit NodeProcess(const std::vector<std::string>& arguments,
                         std::optional<std::uint64_t> file_limit = std::nullopt);
    /// Kills what still runs.
    ~NodeProcess();
    NodeProcess(const NodeProcess&) = delete;
    NodeProcess& operator=(const NodeProcess&) = delete;

    void signal(int number) const;
    /// The exit code, or minus the signal that ended it; -1000 if it does not end in time.
    int wait();
    /// What it wrote to both standard streams.
    std::string output() const;
    /// The first log line on standard error from the position of the last call on that the condition holds for; nothing
    /// if there is none in time or the process ends.
    std::optional<LogLine> wait_for(const std::function<bool(const LogLine&)>& condition);
    std::optional<LogLine> wait_for(const std::string& event);
    /// False if the condition does not come true in time or the process ends before.
    bool wait_until(const std::function<bool()>& condition);
    /// All log lines so far.
    std::vector<LogLine> log() const;

  private:
    adapters::TemporaryFolder folder_;
    pid_t process_ = -1;
    std::optional<int> result_;
    std::size_t read_lines_ = 0;

    bool reap();
};

/// Runs it to its end.
struct Finished {
    int code = 0;
    std::string output;
};
Finished run_program(const std::vector<std::string>& arguments);

}  // namespace touchstone::node::app
