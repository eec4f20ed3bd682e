// Pools that belong to accounts, and the operations on them, each executed as a transaction.
#pragma once

#include <functional>

#include "node/kernel/execution/execution.h"
#include "node/kernel/execution/stake_operations.h"
#include "node/kernel/execution/testing/scene.h"

namespace touchstone::node::execution_test {

using Status = TransactionStatus;

/// Of the pools that are operated by accounts: the operator's, which is the account with the pool's index, and that of
/// the account after it.
constexpr std::uint64_t kOwn = 20 * kTst;
constexpr std::uint64_t kOthers = kStake - kOwn;
constexpr std::uint64_t kOperated = 4;
constexpr Epoch kCohort{3};
/// Late enough for everything that the first validators may do.
constexpr Epoch kLate{kCohort.value() + MINIMAL.UNBONDING_EPOCHS + MINIMAL.SHARD_COMMITTEE_PERIOD};

void set_epoch(State& state, Epoch epoch);

/// In epoch kLate. Validators 0 to 3 belong to the accounts 0 to 3, with commissions to claim; of validator 0 a cohort
/// has left, which belongs to the accounts 5 and 6.
const State& first_state();

/// A registration with one of kKeys keys that no validator has, by an account.
constexpr std::size_t kKeys = 4;
const RegisterValidator& registration(std::size_t key, std::size_t by);

inline Undelegate undelegate(std::uint64_t index, std::uint64_t shares) { return {ValidatorIndex(index), shares}; }
inline Withdraw withdraw(std::uint64_t index, Epoch exit_epoch = kCohort) {
    return {ValidatorIndex(index), exit_epoch};
}

/// With the account's nonce in the state, and the gas that it uses.
SignedTransaction unsigned_operation(const State& state, std::size_t sender, const Payload& payload);
/// Of a unit of gas, for these transactions.
std::uint64_t price(const State& state);
/// Without a look at its signature.
Result<ProcessedTransaction> process_unsigned(State& state, const SignedTransaction& transaction);

/// Executes the operation as a transaction of the account; the receipt is what its status promises.
Status perform(State& state, std::size_t sender, const Payload& payload, StakeEvent* event = nullptr);
/// On a copy of the first state.
Status attempt(
    std::size_t sender, const Payload& payload,
    const std::function<void(ConsensusState&, EntryAccess&)>& how = [](auto&, auto&) {});
/// What the account has when it has paid for the operation.
std::uint64_t balance_after(const State& before, std::size_t who, const Payload& payload);

inline Validator& validator(ConsensusState& consensus, std::uint64_t index) {
    return consensus.validators.mutate(index);
}

}  // namespace touchstone::node::execution_test
