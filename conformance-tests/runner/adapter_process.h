// The client's adapter as a child process: lines out, lines in.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace touchstone::conform {

// What came of a request: a line, or why there is none.
struct Exchange {
    bool answered = false;
    std::string line;     // without the line break, if answered
    std::string problem;  // for a person, if not
};

class AdapterProcess {
  public:
    AdapterProcess(std::vector<std::string> command, std::chrono::milliseconds timeout);
    ~AdapterProcess();
    AdapterProcess(const AdapterProcess&) = delete;
    AdapterProcess& operator=(const AdapterProcess&) = delete;

    // Sends a line and waits for one. After a failure the process is gone; the next call starts a new one.
    // Throws std::runtime_error if the command cannot be started at all.
    [[nodiscard]] Exchange ask(const std::string& line);

    // Ends the process, for a reply that shows that it is out of step.
    void stop();

    // Closes its input and waits for it to end; nothing to say if it ended with 0.
    [[nodiscard]] std::string finish();

    [[nodiscard]] unsigned starts() const { return starts_; }

  private:
    void start();
    [[nodiscard]] bool running() const { return pid_ > 0; }
    [[nodiscard]] Exchange lost(const std::string& what);
    void close_pipes();

    std::vector<std::string> command_;
    std::chrono::milliseconds timeout_;
    pid_t pid_ = -1;
    int to_child_ = -1;
    int from_child_ = -1;
    std::string received_;
    unsigned starts_ = 0;
};

}  // namespace touchstone::conform
