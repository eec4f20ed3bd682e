#include "node/services/slasher.h"

#include <algorithm>
#include <iterator>

namespace touchstone::node {

namespace {

bool surrounds(const AttestationData& outer, const AttestationData& inner) {
    return outer.source.epoch < inner.source.epoch && inner.target.epoch < outer.target.epoch;
}

}  // namespace

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

/// An earlier vote of the validator that is slashable together with this one. [ASL-01]
Slasher::VotePointer Slasher::contradiction(const History& history, const AttestationData& data) {
    const auto same_target = history.by_target.find(data.target.epoch);
    if (same_target != history.by_target.end()) {
        return same_target->second->data == data ? nullptr : same_target->second;
    }
    for (const auto& [target, vote] : history.by_target) {
        if (surrounds(vote->data, data) || surrounds(data, vote->data)) return vote;
    }
    return nullptr;
}

std::vector<AttesterSlashing> Slasher::observe(const IndexedAttestation& attestation) {
    const auto vote = std::make_shared<const IndexedAttestation>(attestation);
    std::vector<VotePointer> contradicted;
    for (const ValidatorIndex index : attestation.attesting_indices) {
        History& history = histories_[index];
        if (history.reported) continue;
        if (const VotePointer earlier = contradiction(history, attestation.data)) {
            history.reported = true;
            if (std::ranges::find(contradicted, earlier) == contradicted.end()) contradicted.push_back(earlier);
            continue;
        }
        history.by_target.try_emplace(attestation.data.target.epoch, vote);
        if (history.by_target.size() > kMaxTargets) history.by_target.erase(history.by_target.begin());
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
