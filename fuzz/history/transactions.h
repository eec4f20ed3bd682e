// Transactions of histories from bytes: those that do something on the state at hand, and ones that are off.
#pragma once

#include "fuzz/chain/development_chain.h"
#include "fuzz/input.h"

namespace touchstone::fuzz {

class TransactionMaker {
  public:
    /// `state` stands at the slot of the block.
    TransactionMaker(const reference::ConsensusState& state, Input& input) : state_(state), input_(input) {}

    /// After those of the body.
    reference::SignedTransaction any_transaction(const reference::BlockBody& body);

  private:
    reference::Payload any_payload(std::uint64_t sender);
    reference::Transfer any_transfer();
    reference::RegisterValidator any_registration(std::uint64_t sender);
    reference::Undelegate any_undelegation(std::uint64_t sender);
    reference::Withdraw any_withdrawal(std::uint64_t sender);
    void spoil(reference::Transaction& message);

    reference::ValidatorIndex any_validator(std::uint64_t sender);
    reference::Amount any_amount();
    std::uint64_t any_commission();
    std::uint64_t near(std::uint64_t value) { return value + input_.below(5) - 2; }

    const reference::ConsensusState& state_;
    Input& input_;
};

}  // namespace touchstone::fuzz
