// The terminal as a screen that is drawn anew in place, and the signals that concern it.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

namespace touchstone::cli {

/// A screen of its own, as long as the object lives: what was there before comes back after it.
class Screen {
  public:
    explicit Screen(int descriptor);
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    struct Size {
        std::size_t columns = 80;
        std::size_t rows = 24;
    };
    Size size() const;
    /// In one write, and what it replaces is not erased before: nothing flickers. No more lines than there are rows.
    /// False: the terminal is gone.
    bool show(const std::vector<std::string>& lines) const;

  private:
    int descriptor_;
};

/// The bytes that draw the lines over whatever is on the screen.
std::string frame_of(const std::vector<std::string>& lines);

/// Takes the signals that end a program, and the one of a changed size, as long as it lives; one thread.
class TerminalSignals {
  public:
    enum class Event : std::uint8_t { Time, Resize, End };

    TerminalSignals();
    ~TerminalSignals();
    TerminalSignals(const TerminalSignals&) = delete;
    TerminalSignals& operator=(const TerminalSignals&) = delete;

    /// What comes first: a signal, or the end of the time.
    Event wait(std::chrono::milliseconds time) const;

  private:
    sigset_t signals_;
    sigset_t before_;
};

}  // namespace touchstone::cli
