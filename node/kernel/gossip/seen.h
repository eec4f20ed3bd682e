// What has been accepted before, so that it is not passed on twice; bounded. [NET-54]
#pragma once

#include <algorithm>
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

/// A set that loses what came first when it is full.
template <class T>
class RecentSet {
  public:
    explicit RecentSet(std::size_t capacity) : capacity_(capacity) {}

    bool contains(const T& entry) const { return entries_.contains(entry); }
    void add(const T& entry) {
        if (!entries_.insert(entry).second) return;
        order_.push_back(entry);
        if (order_.size() <= capacity_) return;
        entries_.erase(order_.front());
        order_.pop_front();
    }
    std::size_t size() const { return entries_.size(); }

  private:
    std::size_t capacity_;
    std::set<T> entries_;
    std::deque<T> order_;
};

class SeenMessages {
  public:
    static constexpr std::size_t kCapacity = 1U << 20U;  // of each set
    static constexpr std::size_t kInvalidBlocks = 1U << 14U;

    explicit SeenMessages(std::size_t capacity = kCapacity)
        : capacity_(capacity),
          proposer_offences_(capacity),
          attester_offences_(capacity),
          exits_(capacity),
          invalid_blocks_(std::min(capacity, kInvalidBlocks)) {}

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
    void add_voluntary_exit(ValidatorIndex validator) { exits_.add(validator); }

    /// Blocks whose transition failed, and their descendants. [NET-23]
    bool invalid_block(const Root& root) const { return invalid_blocks_.contains(root); }
    void add_invalid_block(const Root& root) { invalid_blocks_.add(root); }

    struct Sizes {
        std::size_t blocks = 0;
        std::size_t attestations = 0;
        std::size_t aggregators = 0;
        std::size_t aggregates = 0;
        std::size_t exits = 0;
        std::size_t invalid_blocks = 0;
    };
    Sizes sizes() const {
        return {blocks_.size(),   attestations_.size(), aggregators_.size(),
                aggregate_count_, exits_.size(),        invalid_blocks_.size()};
    }

    /// Drops what lies before the finalized epoch; of evidence, which is gossiped for longer, what has become too old.
    void prune(Epoch finalized, const Parameters& parameters);

  private:
    template <class Set>
    void add(Set& set, const typename Set::value_type& entry) {
        // They are ordered by slot or epoch, and lose their oldest entry.
        set.insert(entry);
        if (set.size() > capacity_) set.erase(set.begin());
    }
    void forget(std::map<std::pair<Epoch, Root>, std::vector<Bits>>::iterator aggregates);

    std::size_t capacity_;
    std::set<std::pair<Slot, ValidatorIndex>> blocks_;
    std::set<std::pair<Epoch, ValidatorIndex>> attestations_;
    std::set<std::pair<Epoch, ValidatorIndex>> aggregators_;
    std::map<std::pair<Epoch, Root>, std::vector<Bits>> aggregates_;
    std::size_t aggregate_count_ = 0;  // of the lists together
    OldestOffences proposer_offences_;
    OldestOffences attester_offences_;
    RecentSet<ValidatorIndex> exits_;
    RecentSet<Root> invalid_blocks_;
};

}  // namespace touchstone::node
