// What the node tells to those who watch it: interfaces, metrics, status lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "node/base/bytes.h"
#include "node/base/quantity.h"

namespace touchstone::node {

struct HeadEvent {
    Root root;
    Slot slot;
    Root state_root;
    bool reorganized = false;  // the old head is no ancestor of the new one
};

struct FinalizedEvent {
    Epoch epoch;
    Root root;
};

/// A block that was imported and committed.
struct BlockEvent {
    Root root;
    Root parent_root;
    Slot slot;
};

/// How far a node is that begins from a checkpoint.
struct StateSyncEvent {
    std::string phase;  // find_blocks, find_state, download, execute
    double done = 0;    // of the state, 0 to 1
    std::uint64_t bytes = 0;
    double bytes_per_second = 0;
    std::optional<std::uint64_t> seconds_left;
    std::size_t peers = 0;  // that have delivered parts of it
    std::uint64_t blocks_left = 0;
};

/// How far a node is that fetches the blocks before its anchor.
struct BackfillEvent {
    std::uint64_t distance = 0;  // slots
    double speed = 0;            // slots per second
    std::optional<std::uint64_t> seconds_left;
};

/// Once in a slot.
struct StatusEvent {
    Slot slot;
    Root head_root;
    Slot head_slot;
    Epoch justified_epoch;
    Root justified_root;
    Epoch finalized_epoch;
    Root finalized_root;
    std::optional<double>
        participation;  // target-flag share of stake in the last complete epoch, 0 to 1; none in the first
    std::size_t peers = 0;
    std::size_t attestation_pool = 0;
    std::size_t operation_pool = 0;
    std::size_t transaction_pool = 0;
    std::size_t waiting_blocks = 0;  // for a parent or for their slot
    bool syncing = false;
    std::uint64_t sync_distance = 0;                 // slots from what is imported to the head that is asked for
    double sync_speed = 0;                           // slots per second, over the last minute
    std::optional<std::uint64_t> sync_seconds_left;  // at this speed
    std::size_t sync_peers = 0;                      // that have delivered blocks of the range
    std::optional<StateSyncEvent> state_sync;        // while the node has no state to begin from
    std::optional<BackfillEvent> backfill;           // while blocks before its anchor are missing
};

/// Called on the writer thread after what they tell of has been committed. Implementations copy what they want to keep
/// and return at once; a slow reader is theirs to handle.
class Events {
  public:
    virtual ~Events() = default;

    virtual void on_block(const BlockEvent& event) = 0;
    virtual void on_head(const HeadEvent& event) = 0;
    virtual void on_finalized(const FinalizedEvent& event) = 0;
    virtual void on_status(const StatusEvent& event) = 0;
    /// The node has stopped itself and will do nothing more; `reason` is for people.
    virtual void on_fatal(const std::string& reason) = 0;
};

}  // namespace touchstone::node
