// Attacks on the justified checkpoint: the re-org by unrealized justification, and bouncing.
#include <gtest/gtest.h>

#include "node/sim/attacks/arena.h"

namespace touchstone::node::sim::attacks {
namespace {

std::shared_ptr<const SimulatedChain> chain() { return chain_of_tens(MINIMAL.PROPOSER_SCORE_BOOST); }

Slot first_of(std::uint64_t epoch) { return start_slot_of(Epoch(epoch), chain()->environment.parameters()); }

// ------------------------------------------------------------------------------------------ unrealized justification

/// Two fifths of the stake are away until epoch 1 is over, so that nothing is justified before epoch 2 and the two
/// epochs of grace of FC-32 do not help. The votes of epoch 2 are in its last blocks; a block of the adversary's across
/// the boundary, on the last but one, has in its state realized what the last block only has votes for.
///
/// Asgaonkar, Unrealized Justification Reorgs, 2022. Model: MC_Attack_Unrealized.
class UnrealizedJustification : public ::testing::Test {
  protected:
    /// Such that the first slot of epoch 3 is the adversary's.
    static Plan plan() {
        for (std::uint64_t offset = 0; offset < 5; ++offset) {
            Plan made = two_fifths(offset);
            const State state = foresee(*chain(), made.adversary, Epoch(2));
            const auto proposer = get_proposer(state.consensus(), first_of(3), chain()->environment.parameters());
            if (proposer && made.adversary.contains(*proposer)) return made;
        }
        throw std::logic_error("the first slot of epoch 3 is honest for each choice of the adversary's validators");
    }

    bool works() {
        const Slot across = first_of(3);
        arena_.start(false);
        arena_.run_to(first_of(2) - 1, 1500);
        arena_.simulation().start(kOwn);
        arena_.strike_at(across);
        const Root last = arena_.head(kLeft);
        const Root parent = arena_.ancestor(kLeft, across - 2);
        EXPECT_EQ(arena_.chain(kLeft).fork_choice().parent_of(last), parent);
        const ForkChoice& store = arena_.chain(kLeft).fork_choice();
        EXPECT_EQ(store.justified().epoch, Epoch(0));
        EXPECT_EQ(store.unrealized_justification(parent)->epoch, Epoch(2));
        arena_.run_to(across, 0);
        const Root rival = arena_.adversary().make_block(parent, across);
        arena_.adversary().show_block(rival, arena_.adversary().everybody());
        EXPECT_EQ(arena_.adversary().state_of(rival)->consensus().current_justified_checkpoint.epoch, Epoch(2));
        arena_.run_to(across + 1, 1900);
        EXPECT_NE(arena_.everybody_has(last), arena_.everybody_has(rival)) << "the nodes do not agree";
        return arena_.everybody_has(rival);
    }

    Plan plan_ = plan();
    Arena arena_{chain(), plan_};
};

/// [FC-10] [FC-26] [FC-32]
TEST_F(UnrealizedJustification, FailsAgainstThePullUp) {
    EXPECT_FALSE(works()) << "the attack works";
    EXPECT_EQ(arena_.complaint_in(Epoch(7), Epoch(5)), "");
    EXPECT_EQ(arena_.slashed(), 0U) << "nobody has offended";
}

// ----------------------------------------------------------------------------------------------------------- bouncing

/// The honest are cut in halves in epochs 2 and 3. In epoch 2 the adversary votes with the right half, whose branch is
/// justified; in epoch 3 for that of the left half, and keeps these votes to itself. When all see each other again, all
/// go on on the right branch. In the middle of epoch 4 the adversary shows the block that justifies epoch 3 on the
/// left. It offends in nothing: no vote surrounds another.
///
/// Nakamura, Analysis of Bouncing Attack on FFG, 2019. Model: MC_Attack_Bouncing. Two fifths of the stake are more than
/// the third below which finality is safe; here they make up for the cut through the middle of the honest.
class Bouncing : public ::testing::Test {
  protected:
    void divide() {
        arena_.start();
        arena_.strike_at(first_of(2));
        arena_.simulation().network().partition({0, 1, 0});
        for (Slot slot = first_of(2); slot < first_of(3); slot = slot + 1) {
            arena_.run_to(slot, 1000);
            const auto votes = adversary().make_votes(arena_.head(kRight), slot);
            adversary().show_votes(votes, {{kRight, Adversary::kWireMs}});
        }
        for (Slot slot = first_of(3); slot < first_of(4); slot = slot + 1) {
            arena_.run_to(slot, 1000);
            const auto votes = adversary().make_votes(arena_.head(kLeft), slot);
            withheld_.insert(withheld_.end(), votes.begin(), votes.end());
        }
        left_ = arena_.head(kLeft);
        right_ = arena_.head(kRight);
        arena_.simulation().network().heal();
    }

    /// A slot of the adversary's on the left branch, when the honest have come together.
    std::optional<Slot> own_slot() {
        for (Slot slot = first_of(4) + 3; slot + 1 < first_of(5); slot = slot + 1) {
            const auto proposer = adversary().proposer_of(left_, slot);
            if (proposer && adversary().owns(*proposer)) return slot;
        }
        return std::nullopt;
    }

    /// Whether a block of the epoch moves the justified checkpoint, or the votes of the honest, before it is over.
    bool works() {
        divide();
        const auto slot = own_slot();
        if (!slot) throw std::logic_error("the adversary has no slot in epoch 4: give it other validators");
        arena_.run_to(*slot, 0);
        const Checkpoint before = arena_.chain(kLeft).fork_choice().justified();
        EXPECT_EQ(before.epoch, Epoch(2));
        EXPECT_EQ(arena_.chain(kRight).fork_choice().justified(), before);
        EXPECT_TRUE(arena_.everybody_has(right_));
        std::vector<Attestation> votes = adversary().heard_votes(*slot);
        for (const Adversary::Vote& vote : withheld_)
            votes.push_back(vote.attestation);
        bounced_ = adversary().make_block(left_, *slot, votes);
        adversary().show_block(bounced_, adversary().everybody());
        arena_.run_to(first_of(5) - 1, 1900);
        EXPECT_EQ(arena_.chain(kLeft).fork_choice().unrealized_justification(bounced_)->epoch, Epoch(3));
        const bool stays = arena_.chain(kLeft).fork_choice().justified() == before &&
                           arena_.chain(kRight).fork_choice().justified() == before && arena_.everybody_has(right_);
        return !stays;
    }

    Adversary& adversary() { return arena_.adversary(); }

    Plan plan_ = two_fifths(0);
    Arena arena_{chain(), plan_};
    std::vector<Adversary::Vote> withheld_;
    Root left_;
    Root right_;
    Root bounced_;
};

/// The epoch is voted through on one branch, and at its end all go over together. [FC-10] [FC-26] [FC-32]
TEST_F(Bouncing, WaitsForTheEndOfTheEpoch) {
    EXPECT_FALSE(works()) << "the attack works";
    arena_.run_to(first_of(5), 1900);
    EXPECT_EQ(arena_.chain(kLeft).fork_choice().justified().epoch, Epoch(3));
    EXPECT_TRUE(arena_.everybody_has(bounced_));
    EXPECT_EQ(arena_.complaint_in(Epoch(9), Epoch(7)), "");
    EXPECT_EQ(arena_.slashed(), 0U) << "nobody has offended";
}

}  // namespace
}  // namespace touchstone::node::sim::attacks
