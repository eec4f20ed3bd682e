// Which faults a development network meets, and when: a pure function of a seed and the network's size.
//
// The rules of a schedule, at each moment of it:
// - The first kQuietEpochs are without faults, so that the network has begun; so are the last kCalmEpochs, so that
//   whatever was broken can mend and finality can come back.
// - A fault's nodes rest for half an epoch after its end before another hits them. Those that are hit or rest have less
//   than a third of the validators, so that the others go on finalizing; the exception is a split.
// - A split leaves neither side two thirds of the validators: finality stops, and must resume. It lasts at most two
//   epochs. Nothing else is under way or rests while it lasts, and two epochs follow in which nothing begins.
// - At most two faults are under way at once, never with a node in common.
// - The process of the first node is never ended: what it holds of the machine shows the whole run.
// - All kinds take turns in an order of their own each time; a kind that finds no place in the time left is passed
// over.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::cli {

enum class ChaosKind : std::uint8_t {
    Kill,       // SIGKILL; started again at the end
    Restart,    // SIGTERM; started again at the end
    Pause,      // SIGSTOP; SIGCONT at the end
    Partition,  // nothing passes between the nodes and all others
    Split,      // the same, with sides that both have less than two thirds
    OneWay,     // what the nodes send to others does not arrive; what others send does
    Delay       // all that the nodes send and receive is late
};

inline constexpr std::array kChaosKinds{ChaosKind::Kill,  ChaosKind::Restart, ChaosKind::Pause, ChaosKind::Partition,
                                        ChaosKind::Split, ChaosKind::OneWay,  ChaosKind::Delay};

/// "kill", "one_way".
std::string_view name_of(ChaosKind kind);

/// Times are milliseconds since genesis.
struct ChaosEvent {
    ChaosKind kind = ChaosKind::Kill;
    std::vector<std::size_t> nodes;  // ascending; of a split the smaller side
    std::int64_t begin_ms = 0;
    std::int64_t end_ms = 0;
    std::int64_t delay_ms = 0;  // of Delay

    bool hits(std::size_t node) const;
    /// "kill of node 3", "partition of nodes 1 2".
    std::string text() const;
    bool operator==(const ChaosEvent&) const = default;
};

inline constexpr std::uint64_t kQuietEpochs = 2;
inline constexpr std::uint64_t kCalmEpochs = 4;
inline constexpr std::uint64_t kFewestChaosEpochs = kQuietEpochs + 2 + kCalmEpochs;

struct ChaosNetwork {
    std::vector<std::uint64_t> validators;  // of each node
    std::uint64_t epochs = 0;               // the run ends when this one begins
    std::uint64_t slots_per_epoch = 1;
    std::uint64_t slot_ms = 1;

    std::int64_t epoch_ms() const { return static_cast<std::int64_t>(slots_per_epoch * slot_ms); }
};

/// In the order in which they begin.
std::vector<ChaosEvent> chaos_schedule(std::uint64_t seed, const ChaosNetwork& network);

/// What holds for all that one node sends to another.
struct LinkRule {
    bool held = false;  // it waits until this ends, as behind a network that loses all packets
    std::int64_t delay_ms = 0;

    bool operator==(const LinkRule&) const = default;
};

/// While these faults are under way.
LinkRule link_rule(std::span<const ChaosEvent> under_way, std::size_t from, std::size_t to);

}  // namespace touchstone::cli
