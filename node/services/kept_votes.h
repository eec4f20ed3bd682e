// Votes that wait for a block that is not known. [NET-28] [NET-54]
//
// Bounded: when it is full, the oldest of the peer that has most goes, so that nobody's flood drives out what others
// sent.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "node/base/bytes.h"
#include "node/ports/network.h"

namespace touchstone::node {

class KeptVotes {
  public:
    explicit KeptVotes(std::size_t capacity) : capacity_(capacity) {}

    void keep(const Root& missing, GossipMessage message);
    /// The block is known: what waited for it, in the order in which it came.
    std::vector<GossipMessage> take(const Root& block);
    /// The block cannot be had.
    void drop(const Root& block) { take(block); }
    std::size_t size() const { return entries_.size(); }

  private:
    using Number = std::uint64_t;  // the lower came first
    struct Entry {
        Root missing;
        GossipMessage message;
    };
    GossipMessage remove(Number number);
    Number least_deserving() const;

    std::size_t capacity_;
    Number next_ = 0;
    std::map<Number, Entry> entries_;
    std::map<Root, std::set<Number>> by_block_;
    std::map<PeerId, std::set<Number>> by_peer_;
};

}  // namespace touchstone::node
