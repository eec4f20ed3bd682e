#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/report.h"
#include "cli/rpc/node_options.h"
#include "cli/watch/terminal.h"
#include "cli/watch/view.h"

namespace touchstone::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// So long can Ctrl-C have to wait for an answer that does not come.
constexpr std::chrono::milliseconds kAnswerTime{2'000};
constexpr std::uint64_t kLeastPauseMs = 200;
constexpr std::uint64_t kMostPauseMs = 1'000;

struct WatchOptions {
    NodeOptions node;
    bool plain = false;
    bool json = false;
    std::uint64_t slots = 0;  // 0: without end
};

/// Some times in a slot, and not more often than a node should be asked.
std::chrono::milliseconds pause_of(const WatchModel& model) {
    return std::chrono::milliseconds(std::clamp(model.slot_ms / 4, kLeastPauseMs, kMostPauseMs));
}

/// Where the model is shown. False: to nobody any more, or for long enough.
class Watcher {
  public:
    explicit Watcher(const WatchOptions& options)
        : narrator_(options.json), slots_(options.slots), drawn_(!options.plain && !options.json && is_terminal()) {
        if (drawn_) screen_.emplace(STDOUT_FILENO);
    }

    bool show(const WatchModel& model) {
        const auto lines = narrator_.news(model);
        if (!drawn_) {
            for (const std::string& line : lines)
                std::cout << line << '\n';
            std::cout.flush();
        }
        return redraw(model) && (slots_ == 0 || narrator_.slots() < slots_);
    }
    bool redraw(const WatchModel& model) {
        if (!drawn_) return std::cout.good();
        const Screen::Size size = screen_->size();
        return screen_->show(draw(model, size.columns, size.rows));
    }

  private:
    static bool is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

    Narrator narrator_;
    std::uint64_t slots_;
    bool drawn_;
    std::optional<Screen> screen_;
};

/// Until the next question is due. False: it is to end.
bool wait_until(Clock::time_point due, const TerminalSignals& signals, Watcher& watcher, const WatchModel& model) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
        switch (signals.wait(left)) {
            case TerminalSignals::Event::Time:
                return true;
            case TerminalSignals::Event::End:
                return false;
            case TerminalSignals::Event::Resize:
                if (!watcher.redraw(model)) return false;
        }
    }
}

int run_watch(const WatchOptions& options) {
    auto client = node_client(options.node, kAnswerTime);
    if (!client.ok()) return report(client.fault());
    WatchModel model;
    model.node = client->server().text();
    const TerminalSignals signals;
    Watcher watcher(options);
    for (;;) {
        const auto due = Clock::now() + pause_of(model);
        refresh(model, *client);
        if (!watcher.show(model) || !wait_until(due, signals, watcher, model)) return kExitSuccess;
    }
}

}  // namespace

void add_watch_command(CLI::App& program, int& exit_code) {
    auto options = std::make_shared<WatchOptions>();
    CLI::App* command = program.add_subcommand("watch", "Watch the chain and the network live, until Ctrl-C");
    add_node_options(*command, options->node);
    command->add_flag("--plain", options->plain, "A line for each slot, as where there is no terminal");
    command->add_flag("--json", options->json, "A JSON object for each slot, one a line");
    command->add_option("--slots", options->slots, "End after so many slots (Ctrl-C)");
    command->callback([options, &exit_code] { exit_code = run_watch(*options); });
}

}  // namespace touchstone::cli
