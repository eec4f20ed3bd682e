#include "node/api/subscriptions/chain_follower.h"

namespace touchstone::node::api {

namespace {

bool is_canonical(const FollowedChain& chain, const ChainPoint& block) {
    return chain.canonical_root_at(block.slot) == block.root;
}

/// Precondition: the block is of the head's chain, and not the head. So at the head's slot at the latest there is
/// another.
ChainPoint first_after(const FollowedChain& chain, const ChainPoint& block) {
    const auto is_empty_until = [&](std::uint64_t slots) {
        return chain.canonical_root_at(block.slot + slots) == block.root;
    };
    std::uint64_t reached = 1;
    while (is_empty_until(reached))
        reached *= 2;
    std::uint64_t empty = reached / 2;
    while (reached - empty > 1) {
        const std::uint64_t middle = empty + (reached - empty) / 2;
        (is_empty_until(middle) ? empty : reached) = middle;
    }
    return {chain.canonical_root_at(block.slot + reached), block.slot + reached};
}

}  // namespace

ChainFollower::Step ChainFollower::step(const FollowedChain& chain) {
    if (told_ == chain.head()) {
        skip_to(told_);
        left_ = 0;
        return AtHead{};
    }
    if (back_ != told_ && is_canonical(chain, told_)) {  // the head has turned back
        back_ = told_;
        left_ = 0;
    }
    if (!is_canonical(chain, back_)) {
        const auto parent = chain.parent_of(back_.root);
        if (!parent) return Lost{};
        back_ = *parent;
        ++left_;
        return OnTheWay{};
    }
    if (back_ != told_) {
        const Turned turned{told_, back_, left_};
        told_ = back_;
        left_ = 0;
        return turned;
    }
    skip_to(first_after(chain, told_));
    return Next{told_};
}

}  // namespace touchstone::node::api
