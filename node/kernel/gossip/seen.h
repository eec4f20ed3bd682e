// What has been accepted before, so that it is not passed on twice; bounded. [NET-54]
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/kernel/consensus/config.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// Of each validator, the oldest offence of which evidence has been accepted: what is no older tells nothing new.
class OldestOffences {
  public:
    explicit OldestOffences(std::size_t capacity) : capacity_(capacity) {}

    /// Whether one of this epoch or an earlier one is known.
    bool cover(ValidatorIndex validator, Epoch offence) const {
        const auto known = epochs_.find(validator);
        return known != epochs_.end() && known->second <= offence;
    }
    /// When it is full, the validator whose offence is the oldest goes.
    void add(ValidatorIndex validator, Epoch offence);
    void forget_before(Epoch epoch);

  private:
    std::size_t capacity_;
    std::unordered_map<ValidatorIndex, Epoch> epochs_;
    std::set<std::pair<Epoch, ValidatorIndex>> by_epoch_;  // the same
};

class SeenMessages {
  public:
    explicit SeenMessages(std::size_t capacity = 1U << 20U)
        : capacity_(capacity), proposer_offences_(capacity), attester_offences_(capacity) {}

    bool block(Slot slot, ValidatorIndex proposer) const { return blocks_.contains({slot, proposer}); }
    void add_block(Slot slot, ValidatorIndex proposer) { add(blocks_, {slot, proposer}); }
    bool attestation(Epoch target, ValidatorIndex validator) const {
        return attestations_.contains({target, validator});
    }
    void add_attestation(Epoch target, ValidatorIndex validator) { add(attestations_, {target, validator}); }
    bool aggregator(Epoch target, ValidatorIndex aggregator) const {
        return aggregators_.contains({target, aggregator});
    }
    void add_aggregator(Epoch target, ValidatorIndex aggregator) { add(aggregators_, {target, aggregator}); }
    /// Whether a valid aggregate of the same data had all these bits. [NET-39]
    bool covers(Epoch target, const Root& data_root, const Bits& bits) const;
    void add_aggregate(Epoch target, const Root& data_root, const Bits& bits);
    /// For an offence of this epoch or an earlier one. [NET-48] [NET-50]
    bool proposer_slashing(ValidatorIndex proposer, Epoch offence) const {
        return proposer_offences_.cover(proposer, offence);
    }
    void add_proposer_slashing(ValidatorIndex proposer, Epoch offence) { proposer_offences_.add(proposer, offence); }
    bool attester_slashing(ValidatorIndex attester, Epoch offence) const {
        return attester_offences_.cover(attester, offence);
    }
    void add_attester_slashing(ValidatorIndex attester, Epoch offence) { attester_offences_.add(attester, offence); }
    bool voluntary_exit(ValidatorIndex validator) const { return exits_.contains(validator); }
    void add_voluntary_exit(ValidatorIndex validator) { add(exits_, validator); }

    /// Blocks whose transition failed, and their descendants. [NET-23]
    bool invalid_block(const Root& root) const { return invalid_blocks_.contains(root); }
    void add_invalid_block(const Root& root);

    /// Drops what lies before the finalized epoch; of evidence, which is gossiped for longer, what has become too old.
    void prune(Epoch finalized, const Parameters& parameters);

  private:
    template <class Set>
    void add(Set& set, const typename Set::value_type& entry) {
        // The sets that are ordered by slot or epoch lose their oldest entry.
        if (set.size() >= capacity_) set.erase(set.begin());
        set.insert(entry);
    }

    std::size_t capacity_;
    std::set<std::pair<Slot, ValidatorIndex>> blocks_;
    std::set<std::pair<Epoch, ValidatorIndex>> attestations_;
    std::set<std::pair<Epoch, ValidatorIndex>> aggregators_;
    std::map<std::pair<Epoch, Root>, std::vector<Bits>> aggregates_;
    OldestOffences proposer_offences_;
    OldestOffences attester_offences_;
    std::set<ValidatorIndex> exits_;
    std::set<Root> invalid_blocks_;
    std::deque<Root> invalid_order_;
};

}  // namespace touchstone::node
