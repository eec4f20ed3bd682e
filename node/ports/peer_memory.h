// What outlives the node of what it knows of peers: whom it may dial, and whom it has banned. [NET-107] [NET-109]
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/ports/network.h"

namespace touchstone::node {

/// Times are milliseconds since the Unix epoch; 0: never.
struct RememberedPeer {
    PeerId peer;
    std::vector<std::string> addresses;  // multiaddrs, the best first
    std::uint64_t heard_ms = 0;          // when it was last spoken of
    std::uint64_t connected_ms = 0;      // when the node last reached it at one of these addresses
    std::uint64_t not_before_ms = 0;     // it is not dialed before
    std::uint64_t failures = 0;          // in a row

    friend bool operator==(const RememberedPeer&, const RememberedPeer&) = default;
};

struct RememberedBan {
    PeerId peer;
    std::string ip;  // as text; empty if it is not known
    std::uint64_t until_ms = 0;
    std::uint64_t length_ms = 0;  // of which the next one is twice
    std::string reason = {};      // "operator", or the last offence; empty if it is not known

    friend bool operator==(const RememberedBan&, const RememberedBan&) = default;
};

struct PeerRecords {
    std::vector<RememberedPeer> peers;
    std::vector<RememberedBan> bans;

    friend bool operator==(const PeerRecords&, const PeerRecords&) = default;
};

/// Written whole or not at all. What is named replaces what is kept of the same peer.
struct PeerRecordChanges {
    PeerRecords kept;
    std::vector<PeerId> forgotten_peers;
    std::vector<PeerId> forgotten_bans;

    bool empty() const {
        return kept.peers.empty() && kept.bans.empty() && forgotten_peers.empty() && forgotten_bans.empty();
    }
};

/// Called on the writer thread. Nothing of it is needed to go on: a failure is logged by the implementation, and the
/// node knows then what it knows in memory.
class PeerMemory {
  public:
    virtual ~PeerMemory() = default;

    virtual PeerRecords load() = 0;
    virtual bool save(const PeerRecordChanges& changes) = 0;
};

}  // namespace touchstone::node
