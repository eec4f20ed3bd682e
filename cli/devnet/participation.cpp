#include "cli/devnet/participation.h"

#include "node/types/encoding.h"

namespace touchstone::cli {

std::optional<EpochParticipation> participation_of(const node::State& state, const node::Environment& environment) {
    const node::Epoch current = node::current_epoch(state, environment);
    if (current == node::kGenesisEpoch) return std::nullopt;
    const node::Epoch epoch = current - 1;
    std::uint64_t active = 0;
    const auto& validators = state.consensus().validators;
    for (std::size_t i = 0; i < validators.size(); ++i) {
        if (node::is_active(validators[i], epoch)) active += validators[i].effective_stake.value();
    }
    if (active == 0) return std::nullopt;
    return EpochParticipation{epoch, static_cast<double>(state.target_stakes().previous) / static_cast<double>(active)};
}

ParticipationMeter::ParticipationMeter(const node::Environment& environment, node::State genesis,
                                       const node::Root& genesis_block)
    : environment_(environment) {
    states_.emplace(genesis_block, std::move(genesis));
}

node::Result<void> ParticipationMeter::add(const node::Root& root, node::Bytes encoded_block) {
    const auto block = node::decode<node::SignedBlock>(encoded_block, environment_.parameters());
    if (!block.ok()) return block.rejection();
    const auto parent = states_.find(block->message.parent_root);
    if (parent == states_.end()) return node::reject(node::Clause::STO_18, "the parent's state is not known");
    auto state = node::state_transition(environment_, parent->second, *block, node::trust_all);
    if (!state.ok()) return state.rejection();
    states_.emplace(root, std::move(*state));
    return {};
}

std::optional<EpochParticipation> ParticipationMeter::at(const node::Root& head) const {
    const auto found = states_.find(head);
    return found == states_.end() ? std::nullopt : participation_of(found->second, environment_);
}

std::optional<std::size_t> ParticipationMeter::slashed_at(const node::Root& head) const {
    const auto found = states_.find(head);
    if (found == states_.end()) return std::nullopt;
    const auto& validators = found->second.consensus().validators;
    std::size_t count = 0;
    for (std::size_t i = 0; i < validators.size(); ++i) {
        if (validators[i].slashed) ++count;
    }
    return count;
}

void ParticipationMeter::forget(node::Slot below, const node::Root& head) {
    std::erase_if(states_, [&](const auto& entry) { return entry.second.slot() < below && entry.first != head; });
}

}  // namespace touchstone::cli
