// The node's events as log lines.
#pragma once

#include <functional>
#include <string>

#include "node/ports/events.h"
#include "node/ports/log.h"

namespace touchstone::node::app {

/// Event `status`, once a slot: slot, head_slot, head_root, justified_epoch, justified_root, finalized_epoch,
/// finalized_root, participation (left out until an epoch is complete), peers, attestations, operations,
/// waiting_blocks, syncing, sync_distance; while it is syncing sync_speed,
/// sync_seconds_left, sync_peers; while it has no state to begin from state_sync (what it does), state_sync_percent,
/// state_sync_bytes, state_sync_speed, state_sync_seconds_left, state_sync_peers, state_sync_blocks_left; while blocks
/// before its anchor are missing backfill_distance, backfill_speed, backfill_seconds_left.
class Reporting final : public Events {
  public:
    Reporting(Log& log, std::function<void(const std::string&)> on_fatal) : log_(log), fatal_(std::move(on_fatal)) {}

    void on_block(const BlockEvent& event) override;
    void on_head(const HeadEvent& event) override;
    void on_finalized(const FinalizedEvent& event) override;
    void on_status(const StatusEvent& event) override;
    void on_fatal(const std::string& reason) override;

  private:
    Log& log_;
    std::function<void(const std::string&)> fatal_;
};

}  // namespace touchstone::node::app
