#include "reference/transition/state_transition.h"

#include "reference/transition/block.h"
#include "reference/transition/epoch.h"

namespace touchstone::reference {

// [SLO-04]
Result<void> state_transition(ConsensusState& state, const SignedBlock& signed_block, bool validate_result) {
    const Block& block = signed_block.message;
    REQUIRE(ssz::serialize(signed_block, state.config).size() <= state.config.MAX_BLOCK_BYTES, Clause::BLK_01);
    ConsensusState post = state;
    CHECK(process_slots(post, block.slot));
    CHECK(process_block(post, signed_block, validate_result));
    REQUIRE(!validate_result || block.state_root == hash_tree_root(post, post.config), Clause::BLK_08);
    state = std::move(post);
    return {};
}

Result<void> process_slots(ConsensusState& state, Slot slot) {
    REQUIRE(state.slot < slot, Clause::SLO_05);
    ConsensusState advanced = state;
    while (advanced.slot < slot) {  // [SLO-06]
        process_slot(advanced);
        if ((advanced.slot + 1) % state.config.SLOTS_PER_EPOCH == 0) CHECK(process_epoch(advanced));
        ++advanced.slot;
    }
    state = std::move(advanced);
    return {};
}

// [SLO-07]
void process_slot(ConsensusState& state) {
    const std::uint64_t position = state.slot % state.config.SLOTS_PER_HISTORICAL_ROOT;
    const Root previous_state_root = hash_tree_root(state, state.config);
    state.state_roots[position] = previous_state_root;
    if (state.latest_block_header.state_root == Root{}) state.latest_block_header.state_root = previous_state_root;
    state.block_roots[position] = hash_tree_root(state.latest_block_header, state.config);
}

}  // namespace touchstone::reference
