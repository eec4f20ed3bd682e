// Users who move stake: they delegate, take back and withdraw, operate validators, register new ones and let them exit.
#pragma once

#include <vector>

#include "node/sim/transaction_load.h"

namespace touchstone::node::sim {

class StakeLoad final : public TransactionLoad {
  public:
    StakeLoad(Simulation& simulation, Rate rate) : TransactionLoad(simulation, "stake", rate) {}

  private:
    /// What a user sees of the head's state.
    struct Sight {
        Address user;
        StatePointer state;
        Epoch epoch;
    };

    /// Mostly what can succeed, by the state of the node's head; now and then what cannot.
    std::optional<Order> next_order(std::size_t user, const Node& node) override;

    ValidatorIndex any_validator(const Sight& sight);
    std::optional<Payload> delegate(const Sight& sight);
    std::optional<Payload> undelegate(const Sight& sight);
    std::optional<Payload> withdraw(const Sight& sight);
    std::optional<Payload> register_spare_key(const Sight& sight);
    std::optional<Payload> operate(const Sight& sight);

    std::size_t used_keys_ = 0;
};

}  // namespace touchstone::node::sim
