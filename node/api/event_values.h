// Events of receipts on the wire; those of stake operations in words too. [STK-08]
#pragma once

#include <span>

#include "node/api/value_types.h"
#include "node/generated/parameters.h"
#include "node/types/containers.h"

namespace touchstone::node::api {

rpc::Type event_type();
Json events_json(std::span<const Event> events, const Parameters& parameters);

}  // namespace touchstone::node::api
