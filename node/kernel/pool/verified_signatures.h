// Signatures of transactions that were found valid, so that a block with them is not verified again.
#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "node/base/bytes.h"

namespace touchstone::node {

/// Bounded: the oldest goes first. A signing root names the message with its sender's key, and the domain; so what was
/// valid under one fork of the specification is unknown under another. [TXN-09]
class VerifiedSignatures {
  public:
    /// Twice what the pool holds: what went into a block stays known for a while, for its siblings.
    explicit VerifiedSignatures(std::size_t capacity = std::size_t{1} << 17U) : capacity_(capacity) {}

    bool contains(const Root& signing_root, const Ed25519Signature& signature) const {
        const auto found = known_.find(signing_root);
        return found != known_.end() && found->second == signature;
    }
    /// Of several signatures of one message the first is remembered.
    void add(const Root& signing_root, const Ed25519Signature& signature) {
        if (capacity_ == 0 || !known_.try_emplace(signing_root, signature).second) return;
        order_.push_back(signing_root);
        if (order_.size() <= capacity_) return;
        known_.erase(order_.front());
        order_.pop_front();
    }
    std::size_t size() const { return known_.size(); }

  private:
    std::size_t capacity_;
    std::map<Root, Ed25519Signature> known_;
    std::deque<Root> order_;
};

}  // namespace touchstone::node
