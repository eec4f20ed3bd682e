#include "reference/sync/checkpoint_sync.h"

#include "reference/duties/duties.h"
#include "reference/transition/block.h"

namespace touchstone::reference {

// [SYN-28]
Result<void> check_state_list(const StateList& list) {
    for (std::size_t i = 1; i < list.checkpoints.size(); ++i)
        REQUIRE(list.checkpoints[i].epoch < list.checkpoints[i - 1].epoch, Clause::SYN_28);
    return {};
}

namespace {

// [SYN-03]
Result<void> check_links(const Checkpoint& trusted, const Block& anchor_block, const std::vector<SignedBlock>& blocks,
                         const Parameters& config) {
    Root last = hash_tree_root(anchor_block, config);
    for (const SignedBlock& block : blocks) {
        REQUIRE(block.message.parent_root == last, Clause::SYN_03);
        last = hash_tree_root(block.message, config);
    }
    REQUIRE(last == trusted.root, Clause::SYN_03);
    return {};
}

}  // namespace

// [SYN-27]
Result<Store> begin_from_checkpoint(const ConsensusState& genesis_state, std::uint64_t time_ms,
                                    const Checkpoint& trusted, const Anchor& anchor,
                                    const std::vector<SignedBlock>& blocks) {
    CHECK(check_links(trusted, anchor.block, blocks, genesis_state.config));
    CHECK(check_network(genesis_state, anchor.state));
    CHECK(check_state_of_checkpoint(anchor.state, anchor.checkpoint));
    TRY(Store store, get_forkchoice_store(anchor.state, anchor.block));
    CHECK(on_tick(store, time_ms));
    for (const SignedBlock& block : blocks)
        CHECK(on_block(store, block));
    const ConsensusState& trusted_state = *store.block_states.at(trusted.root);
    CHECK(is_within_weak_subjectivity_period(get_current_store_epoch(store), trusted_state, trusted));
    return store;
}

// [SYN-24]
Result<void> check_older_blocks(const ConsensusState& anchor_state, const Block& earliest,
                                const std::vector<SignedBlock>& blocks) {
    if (blocks.empty()) return {};
    const Root last = hash_tree_root(blocks.back().message, anchor_state.config);
    REQUIRE(last == earliest.parent_root, Clause::SYN_24);
    ConsensusState at_block = anchor_state;
    for (const SignedBlock& block : blocks) {
        at_block.slot = block.message.slot;  // the fork of its epoch
        REQUIRE(static_cast<bool>(verify_block_signature(at_block, block)), Clause::SYN_24);
    }
    return {};
}

}  // namespace touchstone::reference
