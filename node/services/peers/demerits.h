// What is held against peers. [NET-105] [NET-106]
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include "node/ports/network.h"

namespace touchstone::node {

/// What a peer did wrong with requests and answers; of gossip the network below keeps the score.
enum class Offence : std::uint8_t {
    Unresponsive,    // no answer in time, or a broken stream
    ServerError,     // an answer with status 2
    AboveQuota,      // a request for which there were no tokens
    EmptyPromise,    // a head or finality claimed in `status`, of which it then brought nothing
    BadSignature,    // a block in a response whose own signature is wrong
    BrokenProtocol,  // what no honest node sends
    InvalidBlock     // a block in a response that fails in the transition
};

/// In small letters, with underscores: for metrics and bans.
std::string_view name_of(Offence offence);
unsigned demerits_of(Offence offence);

/// By peer, connected or not, for the last `kMostPeers` that have some.
class Demerits {
  public:
    static constexpr std::size_t kMostPeers = 1024;
    static constexpr unsigned kLastResort = 50;  // from here on it is asked only if no other can be
    static constexpr unsigned kBan = 100;
    /// No one has more, trusted peers neither.
    static constexpr unsigned kMost = 1000;

    /// How many it has now.
    unsigned add(const PeerId& peer, Offence offence);
    unsigned of(const PeerId& peer) const;
    /// At the beginning of an epoch. Rounded so that a single one does not stay for ever.
    void forgive_half();
    void forget(const PeerId& peer) { entries_.erase(peer); }
    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        unsigned demerits = 0;
        std::uint64_t number = 0;  // of the last offence of all
    };
    std::map<PeerId, Entry> entries_;
    std::uint64_t offences_ = 0;
};

}  // namespace touchstone::node
