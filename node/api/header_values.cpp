#include "node/api/header_values.h"

namespace touchstone::node::api {

Json header_json(const Chain& chain, const BlockHeader& header, const Root& root) {
    const bool canonical = root == chain.genesis_block_root() || chain.is_canonical(root, header.slot);
    return {{"root", to_json(root)},
            {"slot", to_json(header.slot)},
            {"proposer_index", to_json(header.proposer_index.value())},
            {"parent_root", to_json(header.parent_root)},
            {"state_root", to_json(header.state_root)},
            {"body_root", to_json(header.body_root)},
            {"canonical", canonical},
            {"finalized", canonical && header.slot <= chain.finalized_slot()}};
}

BlockHeader header_of_state(const State& state, const Environment& environment) {
    BlockHeader header = state.consensus().latest_block_header;
    if (header.state_root.is_zero()) header.state_root = state.root(environment);
    return header;
}

}  // namespace touchstone::node::api
