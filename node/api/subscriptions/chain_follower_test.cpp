#include "node/api/subscriptions/chain_follower.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace touchstone::node::api {
namespace {

Root root_of(std::uint64_t number) {
    Root root;
    for (std::size_t i = 0; i < sizeof(number); ++i)
        root.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return root;
}

/// Blocks that are named by their place; the first is the first of all.
class Tree final : public FollowedChain {
  public:
    Tree() { blocks_.push_back({0, Slot(0)}); }

    std::size_t add(std::size_t parent, std::uint64_t slots) {
        blocks_.push_back({parent, blocks_[parent].slot + slots});
        return blocks_.size() - 1;
    }
    void set_head(std::size_t block) { head_ = block; }
    std::size_t size() const { return blocks_.size(); }
    ChainPoint point(std::size_t block) const { return {root_of(block), blocks_[block].slot}; }
    void forget(std::size_t block) { forgotten_.push_back(root_of(block)); }
    /// From the first to the head.
    std::vector<Root> chain() const {
        std::vector<Root> roots;
        for (std::size_t block = head_; block != 0; block = blocks_[block].parent)
            roots.push_back(root_of(block));
        roots.push_back(root_of(0));
        std::ranges::reverse(roots);
        return roots;
    }

    ChainPoint head() const override { return point(head_); }
    Root canonical_root_at(Slot slot) const override {
        std::size_t block = head_;
        while (blocks_[block].slot > slot)
            block = blocks_[block].parent;
        return root_of(block);
    }
    std::optional<ChainPoint> parent_of(const Root& root) const override {
        if (std::ranges::find(forgotten_, root) != forgotten_.end()) return std::nullopt;
        for (std::size_t block = 1; block < blocks_.size(); ++block) {
            if (root_of(block) == root) return point(blocks_[block].parent);
        }
        return std::nullopt;
    }

  private:
    struct Block {
        std::size_t parent = 0;
        Slot slot;
    };
    std::vector<Block> blocks_;
    std::vector<Root> forgotten_;
    std::size_t head_ = 0;
};

/// Does what it is told.
class Reader {
  public:
    /// False: there was nothing to tell.
    bool apply(const ChainFollower::Step& step) {
        if (const auto* next = std::get_if<ChainFollower::Next>(&step)) {
            blocks.push_back(next->block.root);
        } else if (const auto* turned = std::get_if<ChainFollower::Turned>(&step)) {
            EXPECT_EQ(blocks.back(), turned->from.root);
            EXPECT_GT(turned->left, 0U);
            EXPECT_LT(turned->left, blocks.size());
            blocks.resize(blocks.size() - turned->left);
            EXPECT_EQ(blocks.back(), turned->common.root);
        } else {
            EXPECT_FALSE(std::holds_alternative<ChainFollower::Lost>(step));
        }
        return !std::holds_alternative<ChainFollower::AtHead>(step);
    }
    void follow(ChainFollower& follower, const Tree& tree) {
        while (apply(follower.step(tree))) {
        }
    }

    std::vector<Root> blocks{root_of(0)};
};

TEST(ChainFollower, TellsEveryBlockOnceAndNothingAtTheHead) {
    Tree tree;
    ChainFollower follower(tree.point(0));
    EXPECT_TRUE(std::holds_alternative<ChainFollower::AtHead>(follower.step(tree)));
    tree.set_head(tree.add(tree.add(0, 1), 5));
    Reader reader;
    reader.follow(follower, tree);
    EXPECT_EQ(reader.blocks, tree.chain());
    EXPECT_EQ(follower.told(), tree.head());
}

TEST(ChainFollower, ATurnSaysHowManyBlocksAreToBeTakenBack) {
    Tree tree;
    const std::size_t common = tree.add(0, 1);
    const std::size_t old_head = tree.add(tree.add(common, 1), 1);
    tree.set_head(old_head);
    Reader reader;
    ChainFollower follower(tree.point(0));
    reader.follow(follower, tree);
    tree.set_head(tree.add(common, 7));
    EXPECT_TRUE(std::holds_alternative<ChainFollower::OnTheWay>(follower.step(tree)));
    EXPECT_TRUE(std::holds_alternative<ChainFollower::OnTheWay>(follower.step(tree)));
    const auto step = follower.step(tree);
    const auto* turned = std::get_if<ChainFollower::Turned>(&step);
    ASSERT_NE(turned, nullptr);
    EXPECT_EQ(turned->from, tree.point(old_head));
    EXPECT_EQ(turned->common, tree.point(common));
    EXPECT_EQ(turned->left, 2U);
}

TEST(ChainFollower, AHeadThatTurnsBackOnTheWayIsNoTurn) {
    Tree tree;
    const std::size_t first = tree.add(0, 1);
    tree.set_head(first);
    ChainFollower follower(tree.point(first));
    tree.set_head(tree.add(0, 2));
    EXPECT_TRUE(std::holds_alternative<ChainFollower::OnTheWay>(follower.step(tree)));
    tree.set_head(first);
    EXPECT_TRUE(std::holds_alternative<ChainFollower::AtHead>(follower.step(tree)));
    tree.set_head(tree.add(first, 3));
    EXPECT_TRUE(std::holds_alternative<ChainFollower::Next>(follower.step(tree)));
}

TEST(ChainFollower, AHeadThatIsAnAncestorIsATurnWithoutBlocksAfterIt) {
    Tree tree;
    const std::size_t first = tree.add(0, 1);
    const std::size_t second = tree.add(first, 1);
    tree.set_head(second);
    Reader reader;
    ChainFollower follower(tree.point(0));
    reader.follow(follower, tree);
    tree.set_head(first);
    reader.follow(follower, tree);
    EXPECT_EQ(reader.blocks, tree.chain());
}

TEST(ChainFollower, AWayBackThatIsNotHereIsLost) {
    Tree tree;
    const std::size_t first = tree.add(0, 1);
    tree.set_head(tree.add(0, 2));
    tree.forget(first);
    ChainFollower follower(tree.point(first));
    EXPECT_TRUE(std::holds_alternative<ChainFollower::Lost>(follower.step(tree)));
}

/// Whatever the head does between any two steps, and wherever the reader is cut off and comes back with no more than
/// the block that it was told last.
RC_GTEST_PROP(ChainFollower, WhoDoesWhatItIsToldHasTheChainOfTheHead, ()) {
    Tree tree;
    Reader reader;
    ChainFollower follower(tree.point(0));
    const auto rounds = *rc::gen::inRange<std::size_t>(1, 30);
    for (std::size_t round = 0; round < rounds; ++round) {
        for (auto blocks = *rc::gen::inRange<int>(0, 5); blocks > 0; --blocks) {
            const auto parent = *rc::gen::inRange<std::size_t>(0, tree.size());
            tree.add(parent, *rc::gen::inRange<std::uint64_t>(1, 40));
        }
        tree.set_head(*rc::gen::inRange<std::size_t>(0, tree.size()));
        for (auto steps = *rc::gen::inRange<int>(0, 6); steps > 0; --steps)
            reader.apply(follower.step(tree));
        if (*rc::gen::arbitrary<bool>()) follower = ChainFollower(follower.told());
        RC_ASSERT(reader.blocks.back() == follower.told().root);
    }
    reader.follow(follower, tree);
    RC_ASSERT(reader.blocks == tree.chain());
}

}  // namespace
}  // namespace touchstone::node::api
