// Proofs of entries of the key-value tree against the root of a state, on the wire. [KVT-09] [ENC-21]
#pragma once

#include "node/api/value_types.h"
#include "node/base/result.h"
#include "node/kernel/consensus/state.h"

namespace touchstone::node::api {

rpc::Type entry_proof_type();

/// That the key has its value, or none. Rejected as get_kv_proof is.
Result<Json> entry_proof_json(const State& state, const ByteVector& key, const Parameters& parameters);

}  // namespace touchstone::node::api
