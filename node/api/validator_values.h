// Validators on the wire.
#pragma once

#include "node/api/state_view.h"
#include "node/api/validator_status.h"

namespace touchstone::node::api {

rpc::Type validator_status_type();

/// All that the registry says of one.
rpc::Type validator_type();
Json validator_json(const StateView& view, ValidatorIndex index);

}  // namespace touchstone::node::api
