#include "node/kernel/gossip/seen.h"

#include <algorithm>

namespace touchstone::node {

void OldestOffences::add(ValidatorIndex validator, Epoch offence) {
    if (cover(validator, offence)) return;
    const auto known = epochs_.find(validator);
    if (known != epochs_.end()) {
        by_epoch_.erase({known->second, validator});
    } else if (epochs_.size() >= capacity_) {
        epochs_.erase(by_epoch_.begin()->second);
        by_epoch_.erase(by_epoch_.begin());
    }
    epochs_[validator] = offence;
    by_epoch_.emplace(offence, validator);
}

void OldestOffences::forget_before(Epoch epoch) {
    while (!by_epoch_.empty() && by_epoch_.begin()->first < epoch) {
        epochs_.erase(by_epoch_.begin()->second);
        by_epoch_.erase(by_epoch_.begin());
    }
}

bool SeenMessages::covers(Epoch target, const Root& data_root, const Bits& bits) const {
    const auto found = aggregates_.find({target, data_root});
    if (found == aggregates_.end()) return false;
    return std::ranges::any_of(found->second,
                               [&](const Bits& seen) { return seen.size() == bits.size() && seen.contains(bits); });
}

void SeenMessages::add_aggregate(Epoch target, const Root& data_root, const Bits& bits) {
    std::vector<Bits>& seen = aggregates_[{target, data_root}];
    aggregate_count_ -=
        std::erase_if(seen, [&](const Bits& each) { return each.size() == bits.size() && bits.contains(each); });
    seen.push_back(bits);
    ++aggregate_count_;
    while (aggregate_count_ > capacity_ && aggregates_.size() > 1)
        forget(aggregates_.begin());
}

void SeenMessages::forget(std::map<std::pair<Epoch, Root>, std::vector<Bits>>::iterator aggregates) {
    aggregate_count_ -= aggregates->second.size();
    aggregates_.erase(aggregates);
}

void SeenMessages::prune(Epoch finalized, const Parameters& parameters) {
    std::erase_if(blocks_, [&](const auto& each) { return epoch_of(each.first, parameters) < finalized; });
    std::erase_if(attestations_, [&](const auto& each) { return each.first < finalized; });
    std::erase_if(aggregators_, [&](const auto& each) { return each.first < finalized; });
    while (!aggregates_.empty() && aggregates_.begin()->first.first < finalized)
        forget(aggregates_.begin());
    proposer_offences_.forget_before(finalized - parameters.MAX_EVIDENCE_AGE);
    attester_offences_.forget_before(finalized - parameters.MAX_EVIDENCE_AGE);
}

}  // namespace touchstone::node
