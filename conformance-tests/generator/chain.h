// Chains of development validators, made by the reference's rules: genesis states, votes, evidence and blocks, signed.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "conformance-tests/generator/need.h"
#include "reference/signatures/domains.h"
#include "reference/types/containers.h"

namespace touchstone::vectors {

using reference::Amount;
using reference::Attestation;
using reference::AttestationData;
using reference::AttesterSlashing;
using reference::Block;
using reference::BlockBody;
using reference::BLSSignature;
using reference::Checkpoint;
using reference::CommitteeIndex;
using reference::ConsensusState;
using reference::Epoch;
using reference::IndexedAttestation;
using reference::Parameters;
using reference::ProposerSlashing;
using reference::Root;
using reference::SignedBlock;
using reference::Slot;
using reference::ValidatorIndex;

using DomainType = std::array<std::uint8_t, 4>;
using Voters = std::function<bool(ValidatorIndex)>;

constexpr Amount tst(std::uint64_t amount) { return Amount{amount * reference::GRAINS_PER_TST}; }
inline Epoch far_future() { return Epoch{reference::FAR_FUTURE_EPOCH}; }
bool everybody(ValidatorIndex index);

/// The minimal preset with some parameters changed.
Parameters minimal_with(const std::function<void(Parameters&)>& change);

/// What differs from the minimal preset, as meta.json has it.
std::map<std::string, std::string> config_of(const Parameters& config);

struct Plan {
    std::size_t validators = 32;
    Parameters config = reference::MINIMAL;
    std::vector<Amount> stakes = {};              // 1024 TST each if empty
    std::vector<Amount> accounts = {};            // of the development accounts from the first on
    std::vector<std::uint64_t> commissions = {};  // of the validators, in basis points; none if empty
    bool accounts_operate = false;                // validator i is operated by the development account i
};

reference::Genesis make_genesis(const Plan& plan);
ConsensusState genesis_state(const Plan& plan = {});

BLSSignature sign(ValidatorIndex validator, const Root& signing_root);
/// By the sum of the keys: the bytes are those of the aggregate. Of nobody: infinity.
BLSSignature sign_together(const std::vector<ValidatorIndex>& validators, const Root& signing_root);
BLSSignature infinity_signature();

template <class T>
Root signing_root(const ConsensusState& state, const T& object, const DomainType& type, Epoch epoch) {
    return reference::compute_signing_root(object, reference::get_domain(state, type, epoch), state.config);
}

ConsensusState advanced(const ConsensusState& state, Slot slot);
Slot start_slot(Epoch epoch, const Parameters& config = reference::MINIMAL);
Epoch epoch_of(const ConsensusState& state);
Root head_root(const ConsensusState& state);

/// The vote of a slot and committee as an honest validator casts it on the chain of `state`, which has reached the
/// slot.
AttestationData vote_data(const ConsensusState& state, Slot slot, CommitteeIndex index = {});
Attestation signed_attestation(const ConsensusState& state, const AttestationData& data,
                               const Voters& voters = everybody);
/// Signs again what was changed.
void resign(const ConsensusState& state, Attestation& attestation);
/// All votes of a slot.
std::vector<Attestation> attestations_of_slot(const ConsensusState& state, Slot slot, const Voters& voters = everybody);
IndexedAttestation indexed_attestation(const ConsensusState& state, const std::vector<ValidatorIndex>& indices,
                                       const AttestationData& data);

/// The state, in the block's slot, that the transactions of a body begin with: those of its other operations that are
/// valid have been applied.
ConsensusState after_operations(ConsensusState at_slot, const BlockBody& body);

/// A valid block on `parent`. The body's own operations stand; RANDAO and roots are filled in.
SignedBlock make_block(const ConsensusState& parent, Slot slot, BlockBody body = {});
/// The same without a look at its validity: the state root stays zero. `parent` is taken to the slot by empty slots.
SignedBlock make_invalid_block(const ConsensusState& parent, Slot slot, BlockBody body = {});
/// Signs the block again by the proposer that it names.
void resign(const ConsensusState& parent, SignedBlock& block);
/// The root of an empty list of receipts.
Root empty_receipts_root(const Parameters& config);

/// A state that blocks are put on.
struct Chain {
    ConsensusState state;
    std::vector<SignedBlock> blocks = {};

    /// Adds a block in every slot up to this one, each with the votes of the slot before it.
    void extend_to(Slot slot, const Voters& voters = everybody);
    /// Adds one block; votes are those that are given.
    const SignedBlock& add(Slot slot, BlockBody body = {});
};

/// A chain with a block and all votes in every slot, from genesis to this slot. Made once for each number of
/// validators.
const ConsensusState& busy_state(std::uint64_t slot, std::size_t validators = 32);

}  // namespace touchstone::vectors
