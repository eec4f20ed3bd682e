#include "node/services/block_responses.h"

#include <gtest/gtest.h>

#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

/// Blocks of the given slots, each the parent of the next.
std::vector<SignedBlock> linked(const std::vector<std::uint64_t>& slots) {
    std::vector<SignedBlock> blocks;
    for (const std::uint64_t slot : slots) {
        SignedBlock block;
        block.message.slot = Slot(slot);
        if (!blocks.empty()) block.message.parent_root = hash_tree_root(blocks.back().message, MINIMAL);
        blocks.push_back(block);
    }
    return blocks;
}

ByteVector response(const std::vector<SignedBlock>& blocks) {
    BlocksResponse answer;
    for (const SignedBlock& block : blocks)
        answer.blocks.push_back(encode(block));
    return encode(answer);
}

Clause clause_of(const Result<std::vector<SignedBlock>>& result) {
    return result.ok() ? Clause::ENC_01 : result.rejection().clause;
}

const BlocksByRangeRequest kFiveToNine{.start_slot = Slot(5), .count = 5};

TEST(RangeResponse, MayLeaveSlotsOut) {
    EXPECT_EQ(check_range_response(response(linked({5, 7, 9})), kFiveToNine, MINIMAL).value().size(), 3U);
    EXPECT_TRUE(check_range_response(response({}), kFiveToNine, MINIMAL).value().empty());
}

TEST(RangeResponse, IsRejectedForAnythingThatWasNotAskedFor) {
    EXPECT_EQ(clause_of(check_range_response(response(linked({4, 5})), kFiveToNine, MINIMAL)), Clause::NET_69);
    EXPECT_EQ(clause_of(check_range_response(response(linked({9, 10})), kFiveToNine, MINIMAL)), Clause::NET_69);
    EXPECT_EQ(clause_of(check_range_response(response(linked({7, 6})), kFiveToNine, MINIMAL)), Clause::NET_69);
    EXPECT_EQ(clause_of(check_range_response(response(linked({6, 6})), kFiveToNine, MINIMAL)), Clause::NET_69);
    const BlocksByRangeRequest two{.start_slot = Slot(5), .count = 2};
    EXPECT_EQ(clause_of(check_range_response(response(linked({5, 6, 7})), two, MINIMAL)), Clause::NET_69);
}

TEST(RangeResponse, IsRejectedIfItIsNoChain) {
    auto blocks = linked({5, 6, 7});
    blocks.erase(blocks.begin() + 1);
    EXPECT_EQ(clause_of(check_range_response(response(blocks), kFiveToNine, MINIMAL)), Clause::NET_69);
}

TEST(RangeResponse, IsRejectedIfABlockDoesNotDecode) {
    EXPECT_EQ(clause_of(check_range_response(encode(BlocksResponse{{{1, 2, 3}}}), kFiveToNine, MINIMAL)),
              Clause::NET_69);
    EXPECT_FALSE(check_range_response(ByteVector{1, 2, 3}, kFiveToNine, MINIMAL).ok());
}

TEST(RootsResponse, MayLeaveBlocksOutButKeepsTheOrder) {
    const auto blocks = linked({5, 6, 7});
    std::vector<Root> roots;
    for (const SignedBlock& block : blocks)
        roots.push_back(hash_tree_root(block.message, MINIMAL));
    EXPECT_EQ(check_roots_response(response(blocks), roots, MINIMAL).value().size(), 3U);
    EXPECT_EQ(check_roots_response(response({blocks[0], blocks[2]}), roots, MINIMAL).value().size(), 2U);
    EXPECT_EQ(clause_of(check_roots_response(response({blocks[2], blocks[0]}), roots, MINIMAL)), Clause::NET_73);
    EXPECT_EQ(clause_of(check_roots_response(response({blocks[0], blocks[0]}), roots, MINIMAL)), Clause::NET_73);
    EXPECT_EQ(clause_of(check_roots_response(response({blocks[0]}), {roots[1]}, MINIMAL)), Clause::NET_73);
}

}  // namespace
}  // namespace touchstone::node
