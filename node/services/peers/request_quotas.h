// How often a peer may ask, and this node may ask a peer. [NET-110] [NET-112]
#pragma once

#include <cstdint>
#include <map>

#include "node/generated/parameters.h"
#include "node/ports/network.h"
#include "node/services/peers/fixed_token_bucket.h"

namespace touchstone::node {

/// For each peer and method a bucket. They outlive the connection until they are full again, so nobody gains by
/// connecting anew; of more than kMostPeers that which was not used for longest goes.
class RequestQuotas {
  public:
    static constexpr std::size_t kMostPeers = 1024;

    /// All that the peer may take from this node.
    static RequestQuotas of_server(const Parameters& parameters) { return {parameters, 1}; }
    /// Half of that, for what this node asks of others.
    static RequestQuotas of_client(const Parameters& parameters) { return {parameters, 2}; }

    bool take(const PeerId& peer, Method method, std::uint64_t cost, std::uint64_t now_ms);
    /// When so much, or all that there can be, is there.
    std::uint64_t ready_at(const PeerId& peer, Method method, std::uint64_t cost, std::uint64_t now_ms);
    /// Forgets whose buckets are all full.
    void forget_full(std::uint64_t now_ms);
    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        std::map<Method, FixedTokenBucket> buckets;  // that are not full
        std::uint64_t number = 0;                    // of the last use of all
    };
    RequestQuotas(const Parameters& parameters, std::uint64_t divisor)
        : most_blocks_(parameters.MAX_REQUEST_BLOCKS), divisor_(divisor) {}
    FixedTokenBucket full_bucket(Method method) const;
    FixedTokenBucket& bucket(const PeerId& peer, Method method);

    std::uint64_t most_blocks_;
    std::uint64_t divisor_;
    std::map<PeerId, Entry> entries_;
    std::uint64_t uses_ = 0;
};

/// What a request costs, read off its payload without decoding it: slots or roots, and 1 for all else.
std::uint64_t cost_of_request(Method method, Bytes payload, const Parameters& parameters);

}  // namespace touchstone::node
