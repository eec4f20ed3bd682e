// For tests of stake: a state that operations are put on without transactions, and epochs without blocks.
#pragma once

#include "reference/execution/stake_operations.h"
#include "reference/types/containers.h"

namespace touchstone::reference::test {

inline constexpr Amount tst(std::uint64_t tokens) { return Amount{tokens * GRAINS_PER_TST}; }

/// Short times and little churn, so that few epochs show all that befalls stake.
Parameters stage_config();

/// The validator of genesis whose pool most tests are about.
constexpr ValidatorIndex POOL{3};

/// An account of a million TST on the stage that operates no validator of genesis.
Address saver(std::uint64_t number);

/// A registration by `saver(number)`, of a key of its own.
RegisterValidator registration(std::uint64_t number, Amount stake, std::uint64_t commission = 0);

class Stage {
  public:
    static constexpr std::size_t VALIDATORS = 10;
    static constexpr std::size_t SAVERS = 6;

    explicit Stage(const Parameters& config = stage_config());

    ConsensusState& state() { return state_; }
    const ConsensusState& state() const { return state_; }
    Validator& validator(std::uint64_t index) { return state_.validators[index]; }
    Address operator_of(std::uint64_t index) const { return state_.validators[index].operator_address; }
    Epoch epoch() const;

    /// The status of an operation, and its event. One that is rejected as a whole is a broken test.
    StakeOutcome operate(const Address& sender, const Payload& payload);
    std::uint8_t status_of(const Address& sender, const Payload& payload) { return operate(sender, payload).status; }

    /// Ends the epoch: who is active, and `votes`, has all flags.
    void end_epoch(bool votes = true);
    void end_epochs(std::uint64_t count, bool votes = true);
    /// Ends epochs until the shares of the address in the pool change.
    void end_epochs_until_shares_change(std::uint64_t index, const Address& address);

    /// [VAL-03] Whether the validator is slashable for an offence of the epoch.
    bool may_slash(std::uint64_t index, Epoch offence) const;
    /// The validator is slashed for an offence of the epoch, in a block of another.
    void slash(std::uint64_t index, Epoch offence, std::uint64_t proposer = 0);

    std::uint64_t shares(std::uint64_t index, const Address& address) const;
    /// What the address has: its account, bonds that wait, and its part of pools (with what waits to leave) and
    /// cohorts.
    Wide wealth(const Address& address) const;

  private:
    ConsensusState state_;
};

}  // namespace touchstone::reference::test
