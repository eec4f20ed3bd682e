// How much of what peers sent is being worked on, in all and of each peer: bounded, so that no burst fills memory.
// [NET-114]
#pragma once

#include <cstddef>
#include <map>

#include "node/ports/network.h"

namespace touchstone::node {

class UnderWay {
  public:
    UnderWay(std::size_t most, std::size_t most_of_peer) : most_(most), most_of_peer_(most_of_peer) {}

    /// Whether more may begin; what begins may itself be more than one.
    bool has_room(const PeerId& peer) const { return count_ < most_ && count_of(peer) < most_of_peer_; }
    void begin(const PeerId& peer, std::size_t count = 1) {
        if (count == 0) return;
        count_ += count;
        of_peer_[peer] += count;
    }
    /// Of what began.
    void end(const PeerId& peer, std::size_t count = 1) {
        const auto found = of_peer_.find(peer);
        if (found == of_peer_.end()) return;
        count_ -= count;
        found->second -= count;
        if (found->second == 0) of_peer_.erase(found);
    }
    std::size_t count() const { return count_; }
    std::size_t count_of(const PeerId& peer) const {
        const auto found = of_peer_.find(peer);
        return found == of_peer_.end() ? 0 : found->second;
    }

  private:
    std::size_t most_;
    std::size_t most_of_peer_;
    std::size_t count_ = 0;
    std::map<PeerId, std::size_t> of_peer_;
};

}  // namespace touchstone::node
