// What `touchstone watch` knows of a node and its chain.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/rpc/rpc_client.h"

namespace touchstone::cli {

/// Slots before the head of which blocks are known.
inline constexpr std::uint64_t kWatchedSlots = 64;

struct WatchedBlock {
    std::string root;
    std::string proposer;

    friend bool operator==(const WatchedBlock&, const WatchedBlock&) = default;
};

struct EpochShare {
    std::uint64_t epoch = 0;
    std::optional<std::uint64_t> millionths;  // of the stake, that voted for the right target
};

/// What the node said when it was last asked.
struct WatchedFigures {
    std::uint64_t slot = 0;  // of the node's clock
    std::uint64_t head_slot = 0;
    std::string head_root;
    std::uint64_t justified_epoch = 0;
    std::uint64_t finalized_epoch = 0;
    std::string finalized_root;
    std::uint64_t base_fee = 0;  // grains for a unit of gas
    bool syncing = false;
    std::uint64_t distance = 0;  // slots
    std::optional<std::uint64_t> seconds_left;
    std::uint64_t peers = 0;
    std::uint64_t pool = 0;                 // transactions
    std::uint64_t validators = 0;           // active
    std::uint64_t stake = 0;                // of these, in grains
    std::vector<EpochShare> participation;  // ascending
};

struct WatchModel {
    std::string node;                    // its address
    std::optional<std::string> trouble;  // why there was no answer the last time
    std::string genesis_root;
    std::uint64_t slots_per_epoch = 1;
    std::uint64_t slot_ms = 1000;
    std::optional<WatchedFigures> figures;
    /// Of the head's chain up to the head, kWatchedSlots of them: the block, or nothing where the slot has none.
    std::map<std::uint64_t, std::optional<WatchedBlock>> slots;
    std::uint64_t reorganizations = 0;
    std::uint64_t last_dropped = 0;  // blocks that the last one took from the chain
    std::uint64_t most_dropped = 0;
};

/// The blocks of all slots from `first` to `last`, as the node has them now. Blocks that were known and are no longer
/// there make a reorganization.
void note_slots(WatchModel& model, std::uint64_t first, std::uint64_t last,
                std::map<std::uint64_t, WatchedBlock> blocks);

/// Of the answers to chain_head, node_sync, net_statistics, tx_pool and stake_totals; nothing of other JSON.
struct WatchAnswers {
    const RpcJson& head;
    const RpcJson& sync;
    const RpcJson& statistics;
    const RpcJson& pool;
    const RpcJson& totals;
};
std::optional<WatchedFigures> figures_from(const WatchAnswers& answers);

/// Asks for everything once. On a fault the model keeps what it knew, and says why.
void refresh(WatchModel& model, RpcClient& client);

}  // namespace touchstone::cli
