// The part of a load that moves stake: accounts that delegate, take it back and withdraw it, operators that claim their
// commission. Only what has to succeed is sent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/wallet/stake_view.h"
#include "node/types/containers.h"

namespace touchstone::cli {

enum class StakeOperation : std::uint8_t { delegate, undelegate, withdraw, claim_commission };
inline constexpr std::array kStakeOperations{StakeOperation::delegate, StakeOperation::undelegate,
                                             StakeOperation::withdraw, StakeOperation::claim_commission};
std::string_view name_of(StakeOperation operation);

struct StakeStep {
    StakeOperation operation = StakeOperation::delegate;
    node::Payload payload;
};

/// One account with one validator, over and over: delegates, takes all of it back, and withdraws it when it is ripe.
class Staker {
  public:
    explicit Staker(node::ValidatorIndex validator) : validator_(validator) {}

    node::ValidatorIndex validator() const { return validator_; }
    /// By what the account has in the head's state, where all that it sent before is in; nothing if it has to wait.
    std::optional<StakeStep> next(const StakeView& stake);
    /// The step was not taken.
    void undo() { phase_ = before_; }

  private:
    enum class Phase : std::uint8_t { idle, joining };

    node::ValidatorIndex validator_;
    Phase phase_ = Phase::idle;
    Phase before_ = Phase::idle;
    std::optional<node::Epoch> joined_;  // when the shares were seen first
    std::optional<node::Epoch> gone_;    // when neither queue nor pool had them
};

/// The commission of one validator, claimed by its operator now and then.
class Claimer {
  public:
    explicit Claimer(node::ValidatorIndex validator) : validator_(validator) {}

    node::ValidatorIndex validator() const { return validator_; }
    std::optional<StakeStep> next(const ValidatorView& validator);

  private:
    node::ValidatorIndex validator_;
    node::Epoch claimed_;  // last; at first the genesis, when there was nothing
};

/// The stakers and operators among the accounts of one sender.
class StakeLoad {
  public:
    struct Order {
        std::size_t account = 0;  // place in the sender's list
        StakeStep step;
    };

    /// `numbers` are those of the sender's development accounts, in its order.
    StakeLoad(const std::vector<std::uint64_t>& numbers, const std::vector<node::Address>& addresses,
              std::uint64_t validators);

    /// The next of them that can do something; nothing if none of the few that are asked can. A fault where the node
    /// does not answer.
    Outcome<std::optional<Order>> next(RpcClient& client);
    /// The order's transaction was sent.
    void sent(const Order& order, const node::Root& id) { participants_[order.account].last = id; }
    /// The node did not take it.
    void refused(std::size_t account);

  private:
    /// What takes its turn.
    struct Turn {
        std::size_t account = 0;
        bool claims = false;
    };
    struct Participant {
        node::Address address;
        Staker staker;
        Claimer claimer;
        std::optional<node::Root> last;
    };

    Outcome<bool> is_waiting(RpcClient& client, Participant& participant);
    Outcome<std::optional<StakeStep>> step_of(RpcClient& client, const Turn& turn);

    std::vector<Participant> participants_;
    std::vector<Turn> turns_;
    std::size_t turn_ = 0;
};

}  // namespace touchstone::cli
