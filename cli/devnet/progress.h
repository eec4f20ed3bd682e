// What the development network shows while it runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/devnet/chaos.h"
#include "cli/devnet/load_meter.h"
#include "cli/devnet/participation.h"

namespace touchstone::cli {

struct NodeProgress {
    node::Root head;
    node::Slot head_slot;
    node::Epoch justified;
    node::Epoch finalized;
    std::optional<std::uint64_t> peers;  // nothing until the node has said so
};

struct Progress {
    std::uint64_t validators = 0;
    std::string preset;
    std::uint64_t slot_ms = 0;
    std::uint64_t slots_per_epoch = 1;
    std::int64_t ms_since_genesis = 0;  // negative before it
    std::vector<NodeProgress> nodes;
    std::optional<EpochParticipation> participation;
    std::uint64_t blocks_replayed = 0;
    std::uint64_t divergences = 0;
    std::string rpc;  // of the first node
    std::optional<LoadReport> load;
    std::optional<ChaosProgress> chaos;
    std::string note;  // a last line: how to end it, what is being waited for
};

/// The lines of the live table.
std::vector<std::string> render_table(const Progress& progress);

/// The same in one line, where no table can be drawn.
std::string render_line(const Progress& progress);

/// Shows progress on one of the program's streams: on a terminal as a table that replaces itself, else as a line for
/// each slot.
class Display {
  public:
    explicit Display(int descriptor);
    void show(const Progress& progress);
    /// A line of its own, above what comes.
    void say(const std::string& text);

  private:
    void write(const std::string& text) const;

    int descriptor_;
    bool terminal_;
    std::size_t drawn_lines_ = 0;
    std::optional<std::int64_t> last_slot_;
    std::string last_note_;
};

}  // namespace touchstone::cli
