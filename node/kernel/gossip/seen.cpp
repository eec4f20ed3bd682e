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
    std::erase_if(seen, [&](const Bits& each) { return each.size() == bits.size() && bits.contains(each); });
    seen.push_back(bits);
    if (aggregates_.size() > capacity_) aggregates_.erase(aggregates_.begin());
}

void SeenMessages::add_invalid_block(const Root& root) {
    if (!invalid_blocks_.insert(root).second) return;
    invalid_order_.push_back(root);
    if (invalid_order_.size() <= capacity_) return;
    invalid_blocks_.erase(invalid_order_.front());
    invalid_order_.pop_front();
}

void SeenMessages::prune(Epoch finalized, const Parameters& parameters) {
    std::erase_if(blocks_, [&](const auto& each) { return epoch_of(each.first, parameters) < finalized; });
    std::erase_if(attestations_, [&](const auto& each) { return each.first < finalized; });
    std::erase_if(aggregators_, [&](const auto& each) { return each.first < finalized; });
    std::erase_if(aggregates_, [&](const auto& each) { return each.first.first < finalized; });
    proposer_offences_.forget_before(finalized - parameters.MAX_EVIDENCE_AGE);
    attester_offences_.forget_before(finalized - parameters.MAX_EVIDENCE_AGE);
}

}  // namespace touchstone::node
