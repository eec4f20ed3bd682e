// A state whose stake a test moves by hand, as the stake operations of a block would.
#pragma once

#include <cstdint>

#include "node/kernel/stake/ledger.h"
#include "node/kernel/stake/pools.h"
#include "node/kernel/stake/slashing.h"
#include "node/kernel/stake/testing/books.h"
#include "node/kernel/test_chain.h"

namespace touchstone::node {

constexpr std::uint64_t kTst = GRAINS_PER_TST;

class StakeScene {
  public:
    explicit StakeScene(const TestChain& chain)
        : chain_(&chain), state_(chain.genesis_state()), supply_(genesis_supply_of(state_)) {}

    const TestChain& chain() const { return *chain_; }
    State& state() { return state_; }
    const State& state() const { return state_; }
    ConsensusState& consensus() { return state_.mutable_consensus(); }
    const Validator& validator(std::uint64_t i) const { return state_.consensus().validators[i]; }
    std::uint64_t balance(std::uint64_t i) const { return state_.consensus().balances[i].value(); }
    std::uint64_t account(const Address& address) const;
    std::uint64_t shares(std::uint64_t i, const Address& holder) const;
    std::uint64_t cohort_shares(std::uint64_t i, Epoch exit_epoch, const Address& holder) const;
    std::optional<Cohort> cohort(std::uint64_t i, Epoch exit_epoch) const;

    // As [STK-09], [STK-12], [STK-13] and [VAL-08] would, their conditions given.
    ValidatorIndex register_validator(std::uint8_t key, const Address& operator_address);
    void bond(std::uint64_t i, const Address& delegator, std::uint64_t amount);
    void unbond(std::uint64_t i, const Address& delegator, std::uint64_t shares);
    void exit(std::uint64_t i);
    void slash(std::uint64_t i, Epoch offence, std::uint64_t proposer = 0);

    /// To the first slot of the next epoch; what is `back` epochs before it is final.
    void end_epoch(std::uint64_t back = 1);
    Epoch epoch() const { return current_epoch(state_, chain_->environment()); }
    std::optional<std::string> imbalance() const { return find_imbalance(state_, supply_); }

  private:
    /// `change(entries)`, and what it changes made part of the state.
    template <class Change>
    void with_entries(const Change& change);

    const TestChain* chain_;
    State state_;
    Uint128 supply_;
};

}  // namespace touchstone::node
