// The blocks before the anchor of a node that began from a checkpoint, from the later to the earlier, when nothing else
// is being fetched. [SYN-23] [SYN-24] [SYN-25]
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "node/ports/log.h"
#include "node/ports/verifier.h"
#include "node/services/backward_blocks.h"
#include "node/services/chain.h"
#include "node/services/peers.h"
#include "node/services/sync_speed.h"

namespace touchstone::node {

class Backfill {
  public:
    static constexpr std::uint64_t kSpeedWindowMs = 60'000;

    struct Ports {
        Network& network;
        Verifier& verifier;
        Clock& clock;
        Timers& timers;
        Log& log;
    };

    /// With `all` the node asks for every block, else for those of the last MAX_EVIDENCE_AGE epochs. Nothing is asked
    /// for while `may_work` says no.
    Backfill(Chain& chain, Peers& peers, const Ports& ports, bool all, std::function<bool()> may_work);

    /// Begins, if blocks are missing.
    void start();
    void on_slot() { backward_.work(); }
    void on_status() { backward_.work(); }

    struct Progress {
        std::uint64_t distance = 0;  // slots to the earliest that is asked for
        double speed = 0;            // slots per second
        std::optional<std::uint64_t> seconds_left;
    };
    /// Nothing when no block is missing.
    std::optional<Progress> progress() const;

  private:
    /// The earliest slot whose block is asked for.
    Slot goal() const;
    void take(BackwardBlocks::Delivery delivery);
    void verified(const std::vector<SignedBlock>& blocks, const std::vector<bool>& valid);

    Chain& chain_;
    Ports ports_;
    bool all_;
    Slot began_at_;
    SyncSpeed speed_{kSpeedWindowMs};
    BackwardBlocks backward_;
};

}  // namespace touchstone::node
