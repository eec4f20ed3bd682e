// Transactions on the wire.
#pragma once

#include "node/api/value_types.h"

namespace touchstone::node::api {

/// What a sender signs, in words.
rpc::Type transaction_type();
Json transaction_json(const Transaction& transaction);

}  // namespace touchstone::node::api
