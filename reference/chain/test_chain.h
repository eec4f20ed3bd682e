// For tests: a chain whose validators have the development keys, made by the reference's own rules.
#pragma once

#include <functional>
#include <vector>

#include "crypto/bls.h"
#include "reference/transition/state_transition.h"
#include "reference/types/containers.h"

namespace touchstone::reference::test {

/// The public key and its proof of possession of development validators, computed once.
std::vector<GenesisValidator> development_validators(std::size_t count, Amount stake, const Parameters& config);

/// The public key of a development account.
Bytes32 development_sender(std::uint64_t account);
Address development_address(std::uint64_t account);

/// With as many development accounts, of a million TST each.
Genesis development_genesis(std::size_t validators, const Parameters& config = MINIMAL, std::size_t accounts = 0);
ConsensusState genesis_state(std::size_t validators, const Parameters& config = MINIMAL, std::size_t accounts = 0);

/// Signs for a development account, which becomes the sender; on the chain and in the fork of the state.
SignedTransaction sign_transaction(const ConsensusState& state, std::uint64_t account, Transaction message);

BLSSignature sign(ValidatorIndex validator, const Root& signing_root);
/// The aggregate of their signatures.
BLSSignature sign_together(const std::vector<ValidatorIndex>& validators, const Root& signing_root);

/// The attestations of whole committees of a slot, for the given head; of those validators that `votes` lets vote.
std::vector<Attestation> attestations_of_slot(const ConsensusState& head_state, Slot slot, const Root& head,
                                              const std::function<bool(ValidatorIndex)>& votes);

/// A signed block on a state (that of its parent), with a body whose operations are given.
SignedBlock make_block(const ConsensusState& parent, Slot slot, BlockBody body = {});

/// Evidence of an offence: two headers of a slot.
ProposerSlashing two_blocks_of(const ConsensusState& state, ValidatorIndex proposer, Slot slot);

/// The root of the block that a state is the post-state of.
Root head_root(const ConsensusState& state);

/// A state that blocks with the votes of the slot before them are put on, one in every slot.
class Chain {
  public:
    explicit Chain(std::size_t validators, const Parameters& config = MINIMAL, std::size_t accounts = 0)
        : state_(genesis_state(validators, config, accounts)) {}

    /// Adds blocks up to the slot; only those for whom `votes` is true attest.
    void extend_to(Slot slot, const std::function<bool(ValidatorIndex)>& votes = [](ValidatorIndex) { return true; });

    const ConsensusState& state() const { return state_; }
    ConsensusState& state() { return state_; }
    const std::vector<SignedBlock>& blocks() const { return blocks_; }

  private:
    ConsensusState state_;
    std::vector<SignedBlock> blocks_;
};

}  // namespace touchstone::reference::test
