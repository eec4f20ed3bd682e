#include "node/app/reporting.h"

#include <vector>

namespace touchstone::node::app {

namespace {

std::string text_of(const Root& root) { return "0x" + to_hex(root); }

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
    log_.write(LogLevel::Info, "status", fields);
}

void Reporting::on_fatal(const std::string& reason) {
    log_.error("fatal", {{"reason", reason}});
    fatal_(reason);
}

}  // namespace touchstone::node::app
