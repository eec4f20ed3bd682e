// Making blocks, attestations and aggregates. [DUT-05] to [DUT-16]
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "node/base/result.h"
#include "node/kernel/consensus/state.h"
#include "node/kernel/duties/operation_pool.h"
#include "node/kernel/fork_choice/fork_choice.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// What a block may be made of. Operations are the oldest first, transactions in the order of DUT-28 at the state's
/// base fee. All signatures have been verified before they came into a pool: those of attestations with the committees
/// of the block's branch (is_of_branch), those of other operations with its keys (operations_of_branch).
struct BlockCandidates {
    std::span<const ProposerSlashing> proposer_slashings{};
    std::span<const AttesterSlashing> attester_slashings{};
    std::span<const Attestation> attestations{};
    std::span<const SignedVoluntaryExit> voluntary_exits{};
    std::span<const SignedTransaction> transactions{};
};

struct ProducedBlock {
    Block block;        // with its state and receipts roots
    Root signing_root;  // what the proposer signs
};

/// A block on the parent whose post-state was taken to the slot (`pre_state`); invalid candidates are left out, the
/// rest is packed as DUT-09 says: of a sender whose next transaction cannot be in the block the others are left out
/// too, and the transactions end where the next one would not fit. The proposer is the one of the state.
Result<ProducedBlock> produce_block(const Environment& environment, const State& pre_state,
                                    const BlsSignature& randao_reveal, const Graffiti& graffiti,
                                    const BlockCandidates& candidates);

/// Whether the attestation's committee is known to be that of the branch of `parent`: if not, it was verified on
/// another, where its bits may stand for other validators. [DUT-08]
bool is_of_branch(const ForkChoice& fork_choice, const Root& parent, const Attestation& attestation);

/// Whether the attestation is valid in a block on this state, and somebody is rewarded for its inclusion. Its signature
/// is not looked at. [DUT-09]
bool brings_something(const Environment& environment, const State& state, const Attestation& attestation);

/// The pool's slashings and exits, but those whose signatures are not valid under the keys of `state`, of the branch
/// that is built on: they were verified in another branch's, where a validator that is not in the finalized state yet
/// may be another one. Who is in that has the same key everywhere, so there nothing is verified again. Of each kind no
/// more are verified than a block may have, and the others of that sort wait. [DUT-08]
struct BranchOperations {
    std::vector<ProposerSlashing> proposer_slashings;
    std::vector<AttesterSlashing> attester_slashings;
    std::vector<SignedVoluntaryExit> voluntary_exits;
};
BranchOperations operations_of_branch(const Environment& environment, const State& finalized, const State& state,
                                      const OperationPool& pool);

/// [DUT-12]; the same for all committees of the slot but for `index`, which is left 0. Nothing if the slot is before
/// the head's.
std::optional<AttestationData> produce_attestation_data(ForkChoice& fork_choice, Slot slot);

/// The data with the committee's index, one bit set. [DUT-13]
Attestation make_attestation(AttestationData data, CommitteeIndex committee, std::size_t position,
                             std::size_t committee_size, const BlsSignature& signature);

}  // namespace touchstone::node
