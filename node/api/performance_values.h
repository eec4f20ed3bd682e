// How validators did, on the wire.
#pragma once

#include <vector>

#include "node/api/value_types.h"
#include "node/services/validator_performance.h"

namespace touchstone::node::api {

rpc::Type epoch_performance_type();
/// The same as an event of a subscription, whose `kind` is "performance".
rpc::Type performance_event_type();
/// Of these validators, without those that were not registered then.
Json performance_json(const EpochPerformance& performance, const std::vector<ValidatorIndex>& validators);

}  // namespace touchstone::node::api
