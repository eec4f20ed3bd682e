// How many signatures a peer's gossip may have this node verify. [NET-113]
//
// What is above is refused with IGNORE, and costs the peer nothing: it may be honest and only the quickest. Of the last
// kMaxPeers peers that have used any.
#pragma once

#include <cstdint>
#include <map>

#include "node/base/token_bucket.h"
#include "node/generated/parameters.h"
#include "node/ports/network.h"

namespace touchstone::node {

/// What a signature is verified for.
enum class SignatureUse : std::uint8_t {
    Judged,      // a verdict: a wrong one costs its sender score
    Kept,        // a message that was answered with IGNORE before: a wrong one costs nothing any more
    Evidence,    // DUT-23 alone: the message is ignored whatever comes of it
    Transaction  // of an account; a verdict
};

class SignatureQuota {
  public:
    static constexpr std::uint64_t kLeastOfSlot = 1024;
    static constexpr std::uint64_t kEvidence = 64;
    static constexpr std::uint64_t kTransactions = 4096;
    static constexpr std::uint64_t kTransactionsMs = 1000;
    static constexpr std::size_t kMaxPeers = 4096;

    explicit SignatureQuota(const Parameters& parameters) : parameters_(&parameters) {}

    /// What honest traffic brings in a slot depends on how many vote.
    void set_validators(std::uint64_t active, std::uint64_t committees_per_slot);
    /// What honest traffic brings in a slot, or more.
    std::uint64_t of_slot() const { return of_slot_; }

    /// Whether they may be verified: then they are taken from what the peer has left.
    bool take(const PeerId& peer, SignatureUse use, std::size_t signatures, std::uint64_t now_ms);

    /// Peers whose buckets are full again need not be remembered.
    void forget_idle(std::uint64_t now_ms);
    std::size_t peers() const { return peers_.size(); }

  private:
    struct Buckets {
        TokenBucket messages;
        TokenBucket evidence;
        TokenBucket transactions;
    };

    TokenBucket::Size messages() const { return {2 * of_slot_, parameters_->SLOT_DURATION_MS}; }
    TokenBucket::Size evidence() const { return {kEvidence, parameters_->SLOT_DURATION_MS}; }
    static TokenBucket::Size transactions() { return {kTransactions, kTransactionsMs}; }
    Buckets& buckets_of(const PeerId& peer, std::uint64_t now_ms);

    const Parameters* parameters_;
    std::uint64_t of_slot_ = kLeastOfSlot;
    std::map<PeerId, Buckets> peers_;
};

}  // namespace touchstone::node
