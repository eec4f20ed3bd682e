// Subscription to how validators did, epoch by epoch.
#pragma once

#include <optional>
#include <vector>

#include "node/api/subscriptions/subscription.h"

namespace touchstone::node::api {

class PerformanceSubscription final : public Subscription {
  public:
    /// `told`: the last epoch that the reader has; nothing: it has none.
    PerformanceSubscription(std::vector<ValidatorIndex> validators, std::optional<Epoch> told)
        : validators_(std::move(validators)), told_(told) {}
    bool go_on(Turn& turn, Telling& telling) override;

  private:
    std::vector<ValidatorIndex> validators_;
    std::optional<Epoch> told_;
    std::optional<Epoch> looked_at_;  // until when was recorded at the last look that found nothing new
};

}  // namespace touchstone::node::api
