// Headers of blocks on the wire.
#pragma once

#include "node/api/value_types.h"
#include "node/services/chain.h"

namespace touchstone::node::api {

inline const rpc::Type kHeader =
    rpc::object("Header", "what the root of a block is the root of, and how this node sees it",
                {{"root", kRoot, "of the header, and so of the block"},
                 {"slot", kUint64},
                 {"proposer_index", kUint64, "the validator that made it"},
                 {"parent_root", kRoot},
                 {"state_root", kRoot, "of the state after it"},
                 {"body_root", kRoot},
                 {"canonical", kBoolean, "whether it is on the head's chain"},
                 {"finalized", kBoolean}});

Json header_json(const Chain& chain, const BlockHeader& header, const Root& root);

/// Of the block that the state is the post-state of.
BlockHeader header_of_state(const State& state, const Environment& environment);

}  // namespace touchstone::node::api
