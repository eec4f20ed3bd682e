// Watches signed headers and attestations for contradictions and makes evidence of them. [DUT-23] [DUT-25]
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "node/types/containers.h"

namespace touchstone::node {

/// Is given only what was verified: a header or a vote whose signature is bad is no evidence against anybody.
///
/// Kept: the first header of each proposer and slot, and for each validator one vote of each target epoch, back to the
/// epoch before the finalized one. When finality stays away, at most kMaxHeaders headers and kMaxTargets votes of a
/// validator; the oldest are forgotten first.
///
/// Of a validator against whom there is evidence already, an older offence is evidence again: it reaches stake that
/// left before the newer one. [STK-24]
class Slasher {
  public:
    static constexpr std::size_t kMaxHeaders = 1U << 16U;
    static constexpr std::size_t kMaxTargets = 256;

    /// Evidence, if another header of this proposer and slot was seen; once for each proposer and slot, whatever is
    /// reported of other slots.
    std::optional<ProposerSlashing> observe(const SignedBlockHeader& header);

    /// Evidence of the oldest offence of each validator of the attestation that it is a part of, one slashing for each
    /// earlier attestation that contradicts it; validators against whom there is evidence of an offence that is as old
    /// already are passed over. The indices are in ascending order.
    std::vector<AttesterSlashing> observe(const IndexedAttestation& attestation);

    /// Forgets what lies before the first slot of that epoch.
    void prune(Epoch oldest_epoch, std::uint64_t slots_per_epoch);

  private:
    using VotePointer = std::shared_ptr<const IndexedAttestation>;
    struct SeenHeader {
        SignedBlockHeader header;
        bool reported = false;
    };
    struct History {
        /// Of several votes for a target, the one with the smallest source: they are an offence of that epoch, which is
        /// reported; an older one is only what one of them surrounds, and that one surrounds the most.
        std::map<Epoch, VotePointer> by_target;
        std::optional<Epoch> reported;  // the oldest offence
    };

    static VotePointer oldest_offence(const History& history, const AttestationData& data);
    static void keep(History& history, const VotePointer& vote);

    std::map<std::pair<Slot, ValidatorIndex>, SeenHeader> headers_;
    std::unordered_map<ValidatorIndex, History> histories_;
};

}  // namespace touchstone::node
