// A program that this one started, and ends.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/outcome.h"

namespace touchstone::cli {

/// Dies with this program, however that ends. In a process group of its own: Ctrl-C in the terminal reaches this
/// program alone, which decides in what order the others end.
class ChildProcess {
  public:
    struct Command {
        std::vector<std::string> arguments;  // the program first
        std::filesystem::path output;        // both streams are appended to it unless `errors` is given
        std::optional<std::filesystem::path> errors;
    };

    static Outcome<ChildProcess> start(const Command& command);

    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    /// Kills it if it still runs.
    ~ChildProcess();

    pid_t pid() const { return pid_; }
    /// Whether it runs. Collects its end.
    bool running();
    /// "exit code 1" or "signal 9 (Killed)"; empty while it runs.
    std::string ending() const;
    /// It has ended, with exit code 0.
    bool succeeded() const;

    /// Nothing if it has ended.
    void ask_to_end() const;
    void kill() const;
    /// Stops it where it stands, until it is resumed.
    void pause() const;
    void resume() const;
    /// Ends what it reads on its standard input, which is empty until then.
    void close_input();

  private:
    void send(int signal) const;

    ChildProcess(pid_t pid, int input) : pid_(pid), input_(input) {}
    pid_t pid_ = -1;
    int input_ = -1;
    std::optional<int> status_;
};

/// Waits for signals instead of being interrupted by them, from construction on.
class Interrupts {
  public:
    Interrupts();
    /// Waits; true as soon as somebody asks this program to end.
    bool wait(int milliseconds) const;
};

}  // namespace touchstone::cli
