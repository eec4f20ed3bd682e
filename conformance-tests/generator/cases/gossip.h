// What cases of gossip have in common: blocks, votes and evidence, and what is wrong with them.
#pragma once

#include "conformance-tests/generator/gossip_scenario.h"

namespace touchstone::vectors {

/// Of 32 validators: a committee of four in each slot.
NodePointer gossip_genesis();
/// Genesis, and blocks of slots 15, 23 and 31. Once epoch 4 has begun, the first of them is final, as checkpoint of
/// epoch 2.
const std::vector<NodePointer>& sparse_chain();

Root root_of(const SignedBlock& block);
/// The block of a node with a change, signed again by the proposer that it then names.
SignedBlock changed_block(const NodePointer& parent, const NodePointer& node,
                          const std::function<void(Block&)>& change);
/// A block on one that has no post-state, signed as if it were on `like`.
SignedBlock block_on(const Root& parent, const NodePointer& like, std::uint64_t slot);
/// A block on `parent` whose state root is wrong: its proposer alone is what it should be.
SignedBlock bad_block(const NodePointer& parent, std::uint64_t slot);

using VoteChange = std::function<void(Attestation&)>;
std::vector<ValidatorIndex> committee_of(const NodePointer& node, std::uint64_t slot);
/// The vote of these members of the committee of `slot` for the block; signed after the change.
Attestation vote_by(const NodePointer& node, std::uint64_t slot, const std::vector<std::size_t>& members,
                    const VoteChange& change = {});

/// Two headers of a slot, signed by their proposer.
ProposerSlashing two_blocks_of(const ConsensusState& state, std::uint64_t proposer, std::uint64_t slot);
IndexedAttestation vote_of(const ConsensusState& state, const std::vector<std::uint64_t>& indices, std::uint64_t source,
                           std::uint64_t target, std::uint8_t head = 0);
AttesterSlashing two_votes_of(const ConsensusState& state, const std::vector<std::uint64_t>& indices,
                              std::uint64_t target);
reference::SignedVoluntaryExit exit_of(const ConsensusState& state, std::uint64_t index, std::uint64_t epoch);

}  // namespace touchstone::vectors
