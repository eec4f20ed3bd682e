// Blocks, votes and evidence of development validators, really signed, made by the reference's rules. Unlike the
// reference's own test chain it keeps secret keys and votes at hand, for thousands of inputs are made from it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "crypto/bls.h"
#include "fuzz/random.h"
#include "reference/types/containers.h"

namespace touchstone::fuzz {

using StatePointer = std::shared_ptr<const reference::ConsensusState>;

/// The stake of each validator, in whole tokens.
using Stakes = std::vector<std::uint64_t>;

/// With as many development accounts, of a thousand TST each, which operate the validators with their indices.
reference::Genesis development_genesis(const Stakes& stakes, const reference::Parameters& config,
                                       std::uint64_t accounts = 0);

/// Keys of those who register are at most so many numbers after the last of the registry.
constexpr std::uint64_t kMostNewKeys = 8;
/// By the development key that the validator has; by the one with its number, if that is none of them, or if nobody has
/// the index.
reference::BLSSignature sign(const reference::ConsensusState& state, reference::ValidatorIndex validator,
                             const reference::Root& signing_root);
/// By the sum of the keys: the bytes are those of the aggregate.
reference::BLSSignature sign_together(const reference::ConsensusState& state,
                                      const std::vector<reference::ValidatorIndex>& validators,
                                      const reference::Root& signing_root);

/// The state taken to the slot, if it is behind it.
reference::ConsensusState at_slot(const reference::ConsensusState& state, reference::Slot slot);

/// An attestation and who signed it.
struct Vote {
    reference::Attestation attestation;
    std::vector<reference::ValidatorIndex> signers;
};

/// The votes of a slot's committees for the head whose post-state this is; of those whom `votes` lets vote.
std::vector<Vote> votes_of_slot(const reference::ConsensusState& head_state, reference::Slot slot,
                                const std::function<bool(reference::ValidatorIndex)>& votes);
/// Signs what was changed.
void sign_again(const reference::ConsensusState& state, Vote& vote);

/// Evidence signed by these validators, whatever the data say.
reference::IndexedAttestation indexed_attestation(const reference::ConsensusState& state,
                                                  const std::vector<reference::ValidatorIndex>& indices,
                                                  const reference::AttestationData& data);

reference::SignedVoluntaryExit signed_exit(const reference::ConsensusState& state, std::uint64_t validator,
                                           std::uint64_t epoch);

/// From a development account, with fees that pay the state's base fee and gas for an account that is new.
reference::SignedTransaction signed_transfer(const reference::ConsensusState& state, std::uint64_t account,
                                             std::uint64_t nonce, const reference::Transfer& transfer);

/// Of the development key with this number, by an operator; with little stake.
reference::RegisterValidator signed_registration(const reference::Parameters& config, std::uint64_t key,
                                                 const reference::Address& operator_address);
/// From a development account with its next nonce, with fees that pay the state's base fee.
reference::SignedTransaction signed_operation(const reference::ConsensusState& state, std::uint64_t account,
                                              const reference::Payload& payload);

/// A block on the post-state of its parent; invalid operations make it invalid, which is not looked at.
struct Built {
    reference::SignedBlock block;
    StatePointer post_state;  // null if it is not valid
};
Built build_block(const reference::ConsensusState& parent, reference::Slot slot, reference::BlockBody body);
/// Signs the block by the proposer that it names, as of its slot, after it was changed.
void sign_again(const reference::ConsensusState& state, reference::SignedBlock& block);

/// The root of the block that a state is the post-state of.
reference::Root head_root(const reference::ConsensusState& state);

}  // namespace touchstone::fuzz
