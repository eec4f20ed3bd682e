// Operations of blocks from bytes: valid ones for the state at hand, and ones that are off by a field.
#pragma once

#include "fuzz/chain/development_chain.h"
#include "fuzz/input.h"

namespace touchstone::fuzz {

class OperationMaker {
  public:
    /// `state` stands at the slot of the block.
    OperationMaker(const reference::ConsensusState& state, Input& input) : state_(state), input_(input) {}

    /// Adds one operation to the body.
    void add_to(reference::BlockBody& body);
    /// A vote for what the state's chain has in that slot, by all members of the committee.
    std::optional<Vote> vote(reference::Slot slot, reference::CommitteeIndex index) const;

    reference::Attestation any_attestation();
    reference::ProposerSlashing any_proposer_slashing();
    reference::AttesterSlashing any_attester_slashing();
    reference::SignedVoluntaryExit any_exit();

  private:
    reference::SignedTransaction any_transaction(const reference::BlockBody& body);
    reference::Transfer any_transfer();
    reference::Payload any_stake_operation(std::uint64_t account);
    reference::RegisterValidator any_registration(std::uint64_t account);
    void change(reference::AttestationData& data);
    reference::ValidatorIndex any_validator();
    std::vector<reference::ValidatorIndex> any_validators();
    std::uint64_t near(std::uint64_t value);

    const reference::ConsensusState& state_;
    Input& input_;
};

}  // namespace touchstone::fuzz
