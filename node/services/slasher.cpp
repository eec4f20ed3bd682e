#include "node/services/slasher.h"

#include <algorithm>
#include <iterator>

#include "node/kernel/consensus/operations.h"

namespace touchstone::node {

std::optional<ProposerSlashing> Slasher::observe(const SignedBlockHeader& header) {
    const auto [entry, added] =
        headers_.try_emplace({header.message.slot, header.message.proposer_index}, SeenHeader{header});
    if (added) {
        if (headers_.size() > kMaxHeaders) headers_.erase(headers_.begin());
        return std::nullopt;
    }
    SeenHeader& seen = entry->second;
    if (seen.reported || seen.header.message == header.message) return std::nullopt;
    seen.reported = true;
    return ProposerSlashing{seen.header, header};
}

/// The earlier vote of the validator with which this one is the oldest offence, if that is older than what is
/// reported; null if there is none.
Slasher::VotePointer Slasher::oldest_offence(const History& history, const AttestationData& data) {
    const auto same_target = history.by_target.find(data.target.epoch);
    if (same_target != history.by_target.end() && same_target->second->data == data) return nullptr;
    // In the order of their targets: the first contradiction has the smaller target of all.
    for (const auto& [target, vote] : history.by_target) {
        const Epoch offence = std::min(target, data.target.epoch);
        if (history.reported && *history.reported <= offence) return nullptr;
        if (is_slashable_attestation_data(vote->data, data)) return vote;
    }
    return nullptr;
}

void Slasher::keep(History& history, const VotePointer& vote) {
    const auto [entry, added] = history.by_target.try_emplace(vote->data.target.epoch, vote);
    if (!added && vote->data.source.epoch < entry->second->data.source.epoch) entry->second = vote;
    if (history.by_target.size() > kMaxTargets) history.by_target.erase(history.by_target.begin());
}

std::vector<AttesterSlashing> Slasher::observe(const IndexedAttestation& attestation) {
    const auto vote = std::make_shared<const IndexedAttestation>(attestation);
    std::vector<VotePointer> contradicted;
    for (const ValidatorIndex index : attestation.attesting_indices) {
        History& history = histories_[index];
        const VotePointer earlier = oldest_offence(history, attestation.data);
        keep(history, vote);
        if (!earlier) continue;
        history.reported = std::min(earlier->data.target.epoch, attestation.data.target.epoch);
        if (std::ranges::find(contradicted, earlier) == contradicted.end()) contradicted.push_back(earlier);
    }
    std::vector<AttesterSlashing> evidence;
    for (const VotePointer& earlier : contradicted)
        evidence.push_back({*earlier, attestation});
    return evidence;
}

void Slasher::prune(Epoch oldest_epoch, std::uint64_t slots_per_epoch) {
    const Slot oldest_slot(oldest_epoch.value() * slots_per_epoch);
    std::erase_if(headers_, [&](const auto& entry) { return entry.first.first < oldest_slot; });
    for (auto& [index, history] : histories_) {
        history.by_target.erase(history.by_target.begin(), history.by_target.lower_bound(oldest_epoch));
    }
}

}  // namespace touchstone::node
