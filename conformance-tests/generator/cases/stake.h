// What the cases of stake share: a state with pools, and transactions whose ending is said beforehand.
#pragma once

#include "conformance-tests/generator/cases/execution.h"
#include "conformance-tests/generator/stake.h"

namespace touchstone::vectors {

/// [TXN-13], [STK-07]
enum Status : std::uint8_t {
    kSuccess = 0,
    kInsufficientBalance = 2,
    kUnknownValidator = 3,
    kNotOperator = 4,
    kKeyRegistered = 5,
    kBadProof = 6,
    kBadCommission = 7,
    kTooSmall = 8,
    kLeaving = 9,
    kNotEnoughShares = 10,
    kLocked = 11,
    kNotWithdrawable = 12,
    kNothingThere = 13,
    kNotActive = 14
};

/// The development accounts of `stake_state`: 0 to 7 operate the validators of the same index; the holders have 100 and
/// 50 TST of shares of pool 3; who is poor has 20 TST, which are all that it has.
inline constexpr std::uint64_t kOperator = 3;
inline constexpr std::uint64_t kHolder = 8;
inline constexpr std::uint64_t kOther = 9;
inline constexpr std::uint64_t kPoor = 10;

/// In epoch 300: eight validators of 1,024 TST. Pool 3 has 1,174 TST of shares, and 1,200 TST and 7 grains in tokens.
const ConsensusState& stake_state();
using Change = std::function<void(ConsensusState&)>;
/// The same with a change, and the root of its entries.
ConsensusState stake_state_with(const Change& change);

/// A transaction of stake by a development account with its nonce, exactly the gas that it needs, and no tip.
SignedTransaction stake_transaction(const ConsensusState& state, std::uint64_t from, const Payload& payload,
                                    std::uint64_t nonces_ahead = 0);
/// What its gas costs at the base fee.
std::uint64_t cost_of(const ConsensusState& state, const SignedTransaction& transaction);

/// A registration of the development validator's key by an account, with a valid proof.
reference::RegisterValidator registration(const ConsensusState& state, std::uint64_t validator, std::uint64_t account,
                                          std::uint64_t stake, std::uint64_t commission = 500);

/// What the case's maker says of a transaction's end: the status, and where it succeeds the content of its event, the
/// change of the sender's balance besides gas, and whatever else holds of the state afterwards.
struct Ending {
    Status status = kSuccess;
    reference::StakeEvent event = {};
    std::int64_t received = 0;
    std::function<bool(const ConsensusState&)> holds = {};
};

/// A case of execution/transaction.
void add_stake_case(Suite& suite, const Title& title, const ConsensusState& pre, std::uint64_t from,
                    const Payload& payload, const Ending& ending);

}  // namespace touchstone::vectors
