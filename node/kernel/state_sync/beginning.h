// How a chain begins from a checkpoint, and what of the blocks before it is taken. [SYN-03] [SYN-24] [SYN-27]
#pragma once

#include <cstdint>
#include <span>

#include "node/base/result.h"
#include "node/kernel/consensus/signatures.h"
#include "node/kernel/fork_choice/fork_choice.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// What an operator vouches for, and from whose state the chain begins.
struct TrustedBeginning {
    Checkpoint trusted;
    Checkpoint anchor;
};

/// The whole at once: store, ticks and blocks. [SYN-03] [SYN-27]
struct BeginningInput {
    Root genesis_root;
    std::uint64_t time_ms = 0;
    TrustedBeginning checkpoints;
    State anchor_state;
    Block anchor_block;
    std::span<const SignedBlock> blocks;
    bool ordered_outside = false;  // waives WS-03 [WS-05]
};
Result<ForkChoice> begin_from_checkpoint(const Environment& environment, BeginningInput input,
                                         const VerifySignatures& verify);

// The same in steps, for a node that does not stand still meanwhile.

/// [SYN-03]
Result<void> check_links(const Root& anchor_block, std::span<const SignedBlock> blocks, const Root& trusted_block,
                         const Parameters& parameters);
/// The store with nothing but the anchor. [WS-04] without WS-03.
Result<ForkChoice> begin_at_anchor(const Environment& environment, const Root& genesis_root, Epoch current_epoch,
                                   const Checkpoint& anchor, State state, const Block& block);
/// Once the trusted block is executed: whether what the operator vouches for is not too old. [WS-02] [WS-03]
Result<void> check_age(const Environment& environment, const ForkChoice& store, const Checkpoint& trusted,
                       bool ordered_outside);

/// Rejected with SYN-24 if there are blocks that do not end where `earliest` begins; else their signatures, which have
/// to be valid, under the keys of a state that is no earlier than they.
Result<SignatureSets> check_older_blocks(const Environment& environment, const State& state,
                                         const Root& earliest_parent, std::span<const SignedBlock> blocks);
/// The signature of a block under the keys of a state that is no earlier.
SignatureSet older_block_signature(const Environment& environment, const State& state, const SignedBlock& block,
                                   const Root& root);

}  // namespace touchstone::node
