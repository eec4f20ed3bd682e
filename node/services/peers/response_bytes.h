// How many bytes of blocks peers get. [NET-111]
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>

#include "node/ports/network.h"
#include "node/services/peers/fixed_token_bucket.h"

namespace touchstone::node {

/// A bucket that all peers share; one for each peer, so that one alone never empties that; and for each peer its share
/// of it, from which it is served when others have emptied it. What is sent is taken from all three.
class ResponseBytes {
  public:
    static constexpr std::uint64_t kCapacity = 64ULL << 20U;
    static constexpr std::uint64_t kFillMs = 4'000;
    static constexpr std::size_t kMostPeers = 1024;

    /// `peers`: as many can be connected.
    explicit ResponseBytes(std::uint64_t peers)
        : all_(kCapacity, kFillMs), share_(kCapacity / std::max<std::uint64_t>(1, peers)) {}

    bool may_serve(const PeerId& peer, std::uint64_t now_ms);
    void sent(const PeerId& peer, std::uint64_t bytes, std::uint64_t now_ms);
    /// Forgets whose buckets are full.
    void forget_full(std::uint64_t now_ms);
    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        FixedTokenBucket own;
        FixedTokenBucket share;
        std::uint64_t number = 0;  // of the last use of all
    };

    FixedTokenBucket all_;
    std::uint64_t share_;
    std::map<PeerId, Entry> entries_;
    std::uint64_t uses_ = 0;
};

}  // namespace touchstone::node
