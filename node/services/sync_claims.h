// What peers claim to have beyond this node's chain, and how far each is still believed. [NET-66] [DUT-01]
//
// Whose claim comes to nothing is left alone for a time that doubles with each failure, and holds no duty back before
// it has delivered a block.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "node/ports/clock.h"
#include "node/services/chain.h"
#include "node/services/peers.h"

namespace touchstone::node {

/// The end of a chain that is asked for, and who claims to have it.
struct SyncTarget {
    Checkpoint finalized;
    Root head_root;
    Slot head_slot;
    std::set<PeerId> claimers;
};

class SyncClaims {
  public:
    static constexpr std::uint64_t kFirstPauseMs = 2'000;
    static constexpr unsigned kMaxDoublings = 8;
    static constexpr unsigned kRefusalsOfBusy = 3;
    /// Failures of so many peers are remembered; the one whose pause is over first is forgotten first.
    static constexpr std::size_t kMaxRecords = 1024;

    SyncClaims(const Chain& chain, const Peers& peers, const Clock& clock)
        : chain_(chain), peers_(peers), clock_(clock) {}

    /// The peer's head is none of ours, and not of a time that is final here: it is later than ours, or ends another
    /// branch. [NET-66]
    bool knows_more(const Status& status) const;
    /// So far that this node must not act on its own head. [DUT-01]
    bool is_far_ahead(Epoch finalized, Slot head) const;
    /// The head that most peers claim on the finalized chain that most peers claim; where nobody's finality is later
    /// than ours, the head that most peers claim. Nothing if no peer that may be asked knows more.
    std::optional<SyncTarget> most_claimed(const std::set<PeerId>& except) const;
    /// What this one peer claims, and all who claim the same.
    SyncTarget target_of(const Status& status) const;

    bool is_left_alone(const PeerId& peer) const;
    bool is_believed(const PeerId& peer) const;
    bool by_root_failed(const PeerId& peer) const;

    /// Leaves the peer alone, and returns until when.
    std::uint64_t pause(const PeerId& peer);
    /// The same, of a refusal: that is no failure, and counts only until the next block comes from the peer. [NET-98]
    std::uint64_t pause_refused(const PeerId& peer);
    /// Left alone since it refused, but not so often that nothing is to be expected of it.
    bool is_busy(const PeerId& peer) const;
    /// It delivered a block.
    void believe(const PeerId& peer);
    void disbelieve(const PeerId& peer) { record_of(peer).believed = false; }
    void note_by_root_failed(const PeerId& peer);
    /// A run has ended well that it helped: earlier failures count no more.
    void forgive(const PeerId& peer);

  private:
    struct Record {
        unsigned failures = 0;
        unsigned refusals = 0;  // since its last block
        std::uint64_t not_before_ms = 0;
        bool refused = false;  // the last time
        bool believed = false;
        bool by_root_failed = false;  // asked by range then, until a run has ended well
    };

    const Record* find(const PeerId& peer) const;
    Record& record_of(const PeerId& peer);
    std::uint64_t pause(Record& record, unsigned doublings) const;

    const Chain& chain_;
    const Peers& peers_;
    const Clock& clock_;
    std::map<PeerId, Record> records_;
};

}  // namespace touchstone::node
