// Users who send transfers.
#pragma once

#include "node/sim/transaction_load.h"

namespace touchstone::node::sim {

class TransferLoad final : public TransactionLoad {
  public:
    TransferLoad(Simulation& simulation, Rate rate) : TransactionLoad(simulation, "transfers", rate) {}

  private:
    std::optional<Order> next_order(std::size_t user, const Node& node) override;
};

}  // namespace touchstone::node::sim
