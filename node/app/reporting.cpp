#include "node/app/reporting.h"

#include <vector>

namespace touchstone::node::app {

namespace {

std::string text_of(const Root& root) { return "0x" + to_hex(root); }

void add_state_sync(const StatusEvent& event, std::vector<LogField>& fields) {
    if (event.state_sync) {
        fields.push_back({"state_sync", event.state_sync->phase});
        fields.push_back({"state_sync_percent", event.state_sync->done * 100});
        fields.push_back({"state_sync_bytes", event.state_sync->bytes});
        fields.push_back({"state_sync_speed", event.state_sync->bytes_per_second});
        if (const auto left = event.state_sync->seconds_left) fields.push_back({"state_sync_seconds_left", *left});
        fields.push_back({"state_sync_peers", std::uint64_t{event.state_sync->peers}});
        fields.push_back({"state_sync_blocks_left", event.state_sync->blocks_left});
    }
    if (event.backfill) {
        fields.push_back({"backfill_distance", event.backfill->distance});
        fields.push_back({"backfill_speed", event.backfill->speed});
        if (const auto left = event.backfill->seconds_left) fields.push_back({"backfill_seconds_left", *left});
    }
}

}  // namespace

void Reporting::on_block(const BlockEvent& event) {
    log_.debug("block", {{"slot", event.slot.value()}, {"root", text_of(event.root)}});
}

void Reporting::on_head(const HeadEvent& event) {
    log_.write(event.reorganized ? LogLevel::Warning : LogLevel::Debug, "head",
               std::vector<LogField>{
                   {"slot", event.slot.value()}, {"root", text_of(event.root)}, {"reorganized", event.reorganized}});
}

void Reporting::on_finalized(const FinalizedEvent& event) {
    log_.debug("finalized_checkpoint", {{"epoch", event.epoch.value()}, {"root", text_of(event.root)}});
}

void Reporting::on_status(const StatusEvent& event) {
    std::vector<LogField> fields{{"slot", event.slot.value()},
                                 {"head_slot", event.head_slot.value()},
                                 {"head_root", text_of(event.head_root)},
                                 {"justified_epoch", event.justified_epoch.value()},
                                 {"justified_root", text_of(event.justified_root)},
                                 {"finalized_epoch", event.finalized_epoch.value()},
                                 {"finalized_root", text_of(event.finalized_root)}};
    if (event.participation) fields.push_back({"participation", *event.participation});
    fields.push_back({"peers", std::uint64_t{event.peers}});
    fields.push_back({"attestations", std::uint64_t{event.attestation_pool}});
    fields.push_back({"operations", std::uint64_t{event.operation_pool}});
    fields.push_back({"transactions", std::uint64_t{event.transaction_pool}});
    fields.push_back({"waiting_blocks", std::uint64_t{event.waiting_blocks}});
    fields.push_back({"syncing", event.syncing});
    fields.push_back({"sync_distance", event.sync_distance});
    if (event.syncing) {
        fields.push_back({"sync_speed", event.sync_speed});
        if (event.sync_seconds_left) fields.push_back({"sync_seconds_left", *event.sync_seconds_left});
        fields.push_back({"sync_peers", std::uint64_t{event.sync_peers}});
    }
    add_state_sync(event, fields);
    log_.write(LogLevel::Info, "status", fields);
}

void Reporting::on_fatal(const std::string& reason) {
    log_.error("fatal", {{"reason", reason}});
    fatal_(reason);
}

}  // namespace touchstone::node::app
