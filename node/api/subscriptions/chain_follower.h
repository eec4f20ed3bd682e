// A reader's way along a chain whose head may turn away from what the reader has been told: what to tell it next.
//
// The same steps lead a reader that has seen everything to the next block, and one that comes back after days to the
// head: there is no other way for those who resume. Nothing is remembered but one block.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "node/base/bytes.h"
#include "node/base/quantity.h"

namespace touchstone::node::api {

struct ChainPoint {
    Root root;
    Slot slot;

    friend bool operator==(const ChainPoint&, const ChainPoint&) = default;
};

/// A chain with the branches that it has left.
class FollowedChain {
  public:
    virtual ~FollowedChain() = default;

    virtual ChainPoint head() const = 0;
    /// The block of the head's chain at the slot, or the last before it.
    virtual Root canonical_root_at(Slot slot) const = 0;
    /// Of a block of any branch. Nothing for the first, and for one that is not here.
    virtual std::optional<ChainPoint> parent_of(const Root& root) const = 0;
};

class ChainFollower {
  public:
    /// The reader has the chain of the head.
    struct AtHead {};
    /// There is more to do before there is something to tell.
    struct OnTheWay {};
    /// The reader has to take back so many blocks, to the last that it shares with the head's chain.
    struct Turned {
        ChainPoint from;
        ChainPoint common;
        std::uint64_t left = 0;
    };
    /// The block that follows on the last.
    struct Next {
        ChainPoint block;
    };
    /// What leads back to the head's chain is not here.
    struct Lost {};
    using Step = std::variant<AtHead, OnTheWay, Turned, Next, Lost>;

    /// The reader has the chain up to that block, which is known to the chain, on whichever branch.
    explicit ChainFollower(const ChainPoint& told) : told_(told), back_(told) {}

    /// One step; what it says counts as told. The chain may have another head each time. A step costs a few look-ups
    /// in the chain, of which the number grows with the logarithm of the empty slots before the next block.
    Step step(const FollowedChain& chain);
    /// Blocks up to this one, of the head's chain, are not to be told.
    void skip_to(const ChainPoint& block) { told_ = back_ = block; }

    /// Up to where the reader has been told.
    const ChainPoint& told() const { return told_; }

  private:
    ChainPoint told_;
    ChainPoint back_;  // from `told_` as far back as no block was found to be of the head's chain
    std::uint64_t left_ = 0;
};

}  // namespace touchstone::node::api
