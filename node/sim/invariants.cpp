#include "node/sim/invariants.h"

#include <algorithm>

#include "node/base/bytes.h"

namespace touchstone::node::sim {

Invariants::Invariants(Simulation& simulation)
    : simulation_(simulation),
      watch_(simulation),
      chains_(simulation.node_count()),
      finalized_(simulation.node_count()) {
    simulation_.set_finalized_listener([this](std::size_t node, Epoch epoch) { on_finalized(node, epoch); });
    simulation_.set_start_listener([this](std::size_t node) { on_start(node); });
    simulation_.scheduler().set_after_task([this] { check_offences(); });
}

void Invariants::on_finalized(std::size_t node, Epoch epoch) {
    if (epoch <= finalized_[node]) {
        report(node, "finalizes epoch " + std::to_string(epoch.value()) + " after epoch " +
                         std::to_string(finalized_[node].value()));
    }
    finalized_[node] = epoch;
    compare(node);
}

/// A loss of power may have taken the last commits from its database.
void Invariants::on_start(std::size_t node) {
    const Disk& disk = simulation_.disk(node);
    chains_.forget_after(node, disk.finalized.empty() ? std::nullopt : std::optional(disk.finalized.rbegin()->first));
    finalized_[node] = disk.journal.empty() ? Epoch() : disk.journal.back().finalized_epoch;
    compare(node);
}

void Invariants::compare(std::size_t node) {
    ++checks_;
    if (const auto problem = chains_.compare(node, simulation_.disk(node).finalized)) report(node, *problem);
}

void Invariants::check_offences() {
    const std::size_t offences = watch_.proposer_offences().size() + watch_.attester_offences().size();
    if (offences == offences_) return;
    offences_ = offences;
    const std::size_t honest = watch_.honest_offences();
    if (honest != 0) report(0, "sees that " + std::to_string(honest) + " offences of honest validators can be proved");
}

void Invariants::report(std::size_t node, const std::string& problem) {
    if (broken_.size() >= kMaxBroken) return;
    broken_.push_back("at " + std::to_string(simulation_.scheduler().now_ms()) + " ms node " + std::to_string(node) +
                      " " + problem);
    simulation_.events().add(simulation_.scheduler().now_ms(), node, "invariant_broken", problem);
}

}  // namespace touchstone::node::sim
