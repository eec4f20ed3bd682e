// Page 18: what a node begins from that was given a checkpoint, and the blocks before that.
#pragma once

#include "reference/fork_choice/store.h"
#include "reference/types/state_sync.h"

namespace touchstone::reference {

/// [SYN-28]
Result<void> check_state_list(const StateList& list);

/// [SYN-01] A checkpoint with its state, entries included, and its block.
struct Anchor {
    Checkpoint checkpoint;
    ConsensusState state;
    Block block;
};
/// [SYN-03], [SYN-27] The store with which the node goes on; `blocks` are those after the anchor's, up to `trusted`.
Result<Store> begin_from_checkpoint(const ConsensusState& genesis_state, std::uint64_t time_ms,
                                    const Checkpoint& trusted, const Anchor& anchor,
                                    const std::vector<SignedBlock>& blocks);

/// [SYN-24] Of the blocks of a response that fulfils NET-69, before the earliest that the node has.
Result<void> check_older_blocks(const ConsensusState& anchor_state, const Block& earliest,
                                const std::vector<SignedBlock>& blocks);

}  // namespace touchstone::reference
