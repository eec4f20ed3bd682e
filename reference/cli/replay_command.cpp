#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "reference/cli/replay.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference::cli {

namespace {

volatile std::sig_atomic_t stop_requested = 0;

void request_stop(int) { stop_requested = 1; }

nlohmann::ordered_json to_json(const Divergence& found) {
    return {{"database", found.database}, {"seq", found.seq},          {"kind", found.kind},
            {"block", found.block},       {"clause", found.clause},    {"field", found.field},
            {"stored", found.stored},     {"computed", found.computed}};
}

std::string to_text(const Divergence& found) {
    std::string text = found.database + ": row " + std::to_string(found.seq) + " (" + found.kind + ")";
    if (!found.block.empty()) text += ", block " + found.block;
    return text + ": [" + found.clause + "] " + found.field + ": stored " + found.stored + ", computed " +
           found.computed;
}

/// All databases of one network.
class Network {
  public:
    explicit Network(std::vector<std::filesystem::path> paths) : waiting_(std::move(paths)) {}

    /// Opens those that are not open yet. With `patient`, one that is not there yet is tried again later.
    void open(bool patient) {
        std::vector<std::filesystem::path> still_waiting;
        for (const auto& path : waiting_) {
            try {
                databases_.push_back(std::make_unique<Database>(path));
            } catch (const DatabaseError&) {
                if (!patient) throw;
                still_waiting.push_back(path);
                continue;
            }
            // [STO-24]
            if (databases_.front()->genesis_state() != databases_.back()->genesis_state()) {
                throw DatabaseError(path.string() + ": has another genesis state than the databases before it");
            }
            replays_.push_back(std::make_unique<Replay>(path.string(), *databases_.back(), shared_));
        }
        waiting_ = std::move(still_waiting);
    }

    /// Takes rows of every journal, as many as are there, until `stop` says so; true if there were any.
    bool advance(const std::function<bool()>& stop) {
        bool moved = false;
        bool more = true;
        while (more && !stop()) {
            more = false;
            for (const auto& replay : replays_)
                more = replay->advance() || more;
            moved = moved || more;
            forget();
        }
        return moved;
    }

    nlohmann::ordered_json summary() const {
        nlohmann::ordered_json result{{"blocks_replayed", shared_.blocks_executed()},
                                      {"divergences", divergences().size()},
                                      {"databases", replays_.size()},
                                      {"rows_replayed", 0}};
        std::int64_t rows = 0;
        std::uint64_t finalized = UINT64_MAX;
        for (const auto& replay : replays_) {
            rows += replay->rows();
            finalized = std::min(finalized, replay->store().finalized_checkpoint.epoch.value);
        }
        result["rows_replayed"] = rows;
        result["finalized_epoch"] = replays_.empty() ? 0 : finalized;
        if (!divergences().empty()) result["first_divergence"] = to_json(divergences().front());
        return result;
    }

    std::vector<Divergence> divergences() const {
        std::vector<Divergence> found;
        for (const auto& replay : replays_) {
            if (replay->divergence()) found.push_back(*replay->divergence());
        }
        return found;
    }

    /// [SYN-26] Refuses a database whose anchor cannot be reached from genesis.
    void require_all_blocks() const {
        for (const auto& replay : replays_) {
            const auto slot = replay->lacks_blocks_before();
            if (!slot) continue;
            throw DatabaseError(replay->name() +
                                ": the node began from an anchor, and the blocks between genesis and " +
                                (slot->value == UINT64_MAX ? "it" : "slot " + std::to_string(slot->value)) +
                                " are in none of the databases; give the database of a node that has them too");
        }
    }

  private:
    void forget() {
        Wide slot = UINT64_MAX;
        for (const auto& replay : replays_) {
            const Store& store = replay->store();
            slot = std::min(slot, compute_start_slot_at_epoch(store.finalized_checkpoint.epoch, store.config));
        }
        if (waiting_.empty() && slot > 0) shared_.forget_up_to(Slot{static_cast<std::uint64_t>(slot - 1)});
    }

    std::vector<std::filesystem::path> waiting_;
    SharedChecks shared_;
    std::vector<std::unique_ptr<Database>> databases_;
    std::vector<std::unique_ptr<Replay>> replays_;
};

/// Waits a moment; true if standard input has ended meanwhile.
bool wait_and_see_end_of_input() {
    constexpr int POLL_MS = 200;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, POLL_MS) <= 0) return false;
    char ignored[256];
    return read(STDIN_FILENO, ignored, sizeof ignored) <= 0;
}

void follow(Network& network) {
    std::signal(SIGTERM, request_stop);
    std::signal(SIGINT, request_stop);
    std::string last;
    while (stop_requested == 0) {
        network.open(true);
        network.advance([] { return stop_requested != 0; });
        const std::string line = network.summary().dump();
        if (line != last) std::cout << line << std::endl;
        last = line;
        if (wait_and_see_end_of_input()) break;
    }
}

}  // namespace

int run_replay(const ReplayOptions& options) {
    try {
        Network network(options.databases);
        if (options.follow) follow(network);
        network.open(false);
        network.advance([] { return false; });  // all that is there now
        network.require_all_blocks();
        const auto divergences = network.divergences();
        auto summary = network.summary();
        if (options.follow) summary["final"] = true;
        if (options.json || options.follow) {
            std::cout << summary.dump() << std::endl;
        } else {
            for (const Divergence& found : divergences)
                std::cout << to_text(found) << '\n';
            std::cout << summary["blocks_replayed"] << " blocks, " << divergences.size() << " divergences" << std::endl;
        }
        return divergences.empty() ? 0 : 1;
    } catch (const DatabaseError& error) {
        std::cerr << "touchstone-ref replay: " << error.what() << std::endl;
        return 2;
    }
}

}  // namespace touchstone::reference::cli
