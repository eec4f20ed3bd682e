// Balancing, and an avalanche of equivocations: the adversary proposes two blocks in one slot, shows one to each half
// of the honest, and uses its votes to keep them apart.
#include <gtest/gtest.h>

#include "node/sim/attacks/arena.h"

namespace touchstone::node::sim::attacks {
namespace {

constexpr std::uint64_t kBoost = 40;  // of both presets

/// Each half has voted for the block that it was shown; of equal weights the right one wins.
class Halves {
  public:
    Halves(std::uint64_t boost, const Wishes& wishes)
        : chain_(chain_of_tens(boost)), plan_(plan_strike(*chain_, wishes).value()), arena_(chain_, plan_) {}

    void divide() {
        arena_.start();
        arena_.strike_at(slot());
        const Root base = arena_.head(kLeft);
        EXPECT_EQ(arena_.head(kRight), base);
        left_ = adversary().make_block(base, slot());
        for (std::uint8_t variant = 1; right_ <= left_; ++variant)
            right_ = adversary().make_block(base, slot(), {}, variant);
        arena_.run_to(slot(), 0);
        adversary().show_block(left_, {{kLeft, Adversary::kWireMs}});
        adversary().show_block(right_, {{kRight, Adversary::kWireMs}});
        // Each votes at once; a little later the votes of the other half tell it of the other block.
        arena_.run_to(slot(), 20);
        EXPECT_EQ(arena_.head(kLeft), left_);
        EXPECT_EQ(arena_.head(kRight), right_);
    }

    Arena& arena() { return arena_; }
    Adversary& adversary() { return arena_.adversary(); }
    Slot slot() const { return plan_.strike; }
    const Root& left() const { return left_; }
    const Root& right() const { return right_; }
    bool are_apart() { return arena_.descends(kLeft, left_) && arena_.descends(kRight, right_); }

  private:
    std::shared_ptr<const SimulatedChain> chain_;
    Plan plan_;
    Arena arena_;
    Root left_;
    Root right_;
};

// ---------------------------------------------------------------------------------------------------------- balancing

constexpr std::uint64_t kHeld = 3;  // slots

/// Two votes a slot, one for each half's branch: each half hears that for its own branch before it votes, and the other
/// when it has. For how many of the next three slots, with an honest proposer each, do the halves vote apart?
///
/// Neu, Tas, Tse: Ebb-and-Flow Protocols, IEEE S&P 2021; with LMD: Two More Attacks on Proof-of-Stake GHOST/Ethereum,
/// ConsensusDay 2022. Model: MC_Attack_Balancing.
std::uint64_t slots_apart(Halves& attack) {
    Adversary& adversary = attack.adversary();
    attack.divide();
    Root left = attack.left();  // the tips of the two branches
    Root right = attack.right();
    std::uint64_t apart = 0;
    for (std::uint64_t i = 0; i < kHeld; ++i) {
        const Slot slot = attack.slot() + i;
        const std::vector<AttesterDuty> seats = adversary.duties_at(attack.left(), slot);
        attack.arena().run_to(slot, 1800);
        const auto for_left = adversary.make_vote(seats.at(0), left);
        const auto for_right = adversary.make_vote(seats.at(1), right);
        constexpr std::uint64_t kAfterTheVotesMs = 1200;
        adversary.show_vote(for_left, {{kLeft, Adversary::kWireMs}, {kRight, kAfterTheVotesMs}});
        adversary.show_vote(for_right, {{kRight, Adversary::kWireMs}, {kLeft, kAfterTheVotesMs}});
        attack.arena().run_to(slot + 1, 900);
        if (!attack.are_apart()) continue;
        ++apart;
        left = attack.arena().head(kLeft);
        right = attack.arena().head(kRight);
    }
    return apart;
}

Wishes balancing() { return {.share = 2, .own = {0}, .honest = {1, 2, 3}}; }

/// The boost of the first honest block is more than what two votes can hold in balance. [FC-25] [FC-31] [FC-47]
TEST(Balancing, FailsAgainstTheBoost) {
    Halves attack(kBoost, balancing());
    EXPECT_EQ(slots_apart(attack), 0U) << "the attack works";
    EXPECT_EQ(attack.arena().complaint_in(Epoch(5), Epoch(3)), "");
    EXPECT_EQ(attack.arena().slashed(), 1U) << "who proposed two blocks";
}

TEST(Balancing, WorksWithoutTheBoost) {
    Halves attack(0, balancing());
    EXPECT_EQ(slots_apart(attack), kHeld);
}

// ---------------------------------------------------------------------------------------------------------- avalanche

/// In a slot in which the adversary proposes nothing, it votes to and fro before the honest vote: once as gossip allows
/// it to each validator, then in aggregates, of which each of its validators may send one. How often does the head
/// move?
///
/// Neu, Tas, Tse: Two More Attacks on Proof-of-Stake GHOST/Ethereum, ConsensusDay 2022. Model: MC_Attack_Avalanche.
std::size_t moves_of_the_head(Halves& attack) {
    Adversary& adversary = attack.adversary();
    attack.divide();
    const std::vector<AttesterDuty> seats = adversary.duties_at(attack.left(), attack.slot());
    const auto votes_for = [&](const Root& block, std::size_t count) {
        std::vector<Adversary::Vote> votes;
        for (std::size_t i = 0; i < count; ++i)
            votes.push_back(adversary.make_vote(seats.at(i), block));
        return votes;
    };
    constexpr std::int64_t kStepMs = 100;
    std::int64_t at_ms = 50;
    attack.arena().run_to(attack.slot() + 1, at_ms);
    Root head = attack.arena().head(kLeft);
    EXPECT_EQ(head, attack.right()) << "three honest votes for each";
    std::size_t moves = 0;
    const auto watch = [&] {
        attack.arena().run_to(attack.slot() + 1, at_ms += kStepMs);
        EXPECT_EQ(attack.arena().head(kRight), attack.arena().head(kLeft));
        if (attack.arena().head(kLeft) != head) ++moves;
        head = attack.arena().head(kLeft);
    };
    adversary.show_votes(votes_for(attack.left(), 1), adversary.everybody());
    watch();
    // What is in an aggregate already is not taken a second time, so they grow.
    for (std::size_t i = 0; i < seats.size(); ++i) {
        const auto votes = votes_for(i % 2 == 0 ? attack.right() : attack.left(), 1 + i / 2);
        adversary.show_aggregate(adversary.make_aggregate(seats[i], votes), adversary.everybody());
        watch();
    }
    return moves;
}

Wishes avalanche() { return {.share = 4, .own = {0, 1}, .honest = {}}; }

/// The first vote moves the head, and the evidence moves it back to where the honest have it; that is all. [FC-30]
/// [FC-47] [FC-51] [DUT-23]
TEST(Avalanche, FailsAgainstFirstVotesAndEvidence) {
    Halves attack(kBoost, avalanche());
    EXPECT_LE(moves_of_the_head(attack), 2U) << "the attack works";
    EXPECT_EQ(attack.arena().complaint_in(Epoch(5), Epoch(3)), "");
    EXPECT_GE(attack.arena().slashed(), 2U) << "who voted to and fro";
}

}  // namespace
}  // namespace touchstone::node::sim::attacks
