// Ex-ante re-org and sandwich: the adversary withholds a block and the votes for it, to displace the honest block of
// the next slot.
//
// Schwarz-Schilling, Neu, Monnot, Asgaonkar, Tas, Tse: Three Attacks on Proof-of-Stake Ethereum. Financial Cryptography
// 2022; the sandwich: Schwarz-Schilling, Proposer Boost Considerations, 2022. Models: MC_Attack_ExAnte.
#include <gtest/gtest.h>

#include "node/sim/attacks/arena.h"

namespace touchstone::node::sim::attacks {
namespace {

constexpr std::uint64_t kBoost = 40;  // of both presets

/// The adversary proposes in the slot of the strike, an honest node in the next. The block of the strike and its votes
/// are shown to all but that proposer just before it proposes, and to it when it has voted.
class Withholding {
  public:
    Withholding(std::uint64_t boost, const Wishes& wishes)
        : chain_(chain_of_tens(boost)), plan_(plan_strike(*chain_, wishes).value()), arena_(chain_, plan_) {}

    void play() {
        arena_.start();
        arena_.strike_at(slot());
        const Root base = arena_.head(kLeft);
        EXPECT_EQ(arena_.head(kRight), base);
        withheld_ = adversary().make_block(base, slot());
        const auto votes = adversary().make_votes(withheld_, slot());
        arena_.run_to(slot() + 1, -400);
        EXPECT_EQ(arena_.head(kLeft), base) << "the slot stays empty for the honest";
        show({kRight}, votes);
        arena_.run_to(slot() + 1, 500);
        honest_ = arena_.head(kLeft);
        EXPECT_EQ(arena_.chain(kLeft).fork_choice().parent_of(honest_), base);
        EXPECT_EQ(arena_.chain(kLeft).fork_choice().block_slot(honest_), slot() + 1);
        show({kLeft}, votes);
        // Those of the honest block's slot are for the rival too, and come as soon as they count.
        arena_.run_to(slot() + 1, 1700);
        adversary().show_votes(adversary().make_votes(withheld_, slot() + 1), adversary().everybody());
    }
    /// The other half of the sandwich: a block on the rival, in time, with its boost.
    void close() {
        arena_.run_to(slot() + 2, 0);
        top_ = adversary().make_block(withheld_, slot() + 2);
        adversary().show_block(top_, adversary().everybody());
    }

    Arena& arena() { return arena_; }
    Adversary& adversary() { return arena_.adversary(); }
    Slot slot() const { return plan_.strike; }
    const Root& top() const { return top_; }

    /// Whether the honest block was displaced, when those who propose and vote after the attack have done so.
    bool works(Slot judged) {
        arena_.run_to(judged, 1900);
        const bool stays = arena_.everybody_has(honest_) && arena_.nobody_has(withheld_);
        const bool displaced = arena_.everybody_has(withheld_) && arena_.nobody_has(honest_);
        EXPECT_NE(stays, displaced) << "the nodes do not agree";
        return displaced;
    }

  private:
    void show(const std::set<std::size_t>& nodes, const std::vector<Adversary::Vote>& votes) {
        Audience block;
        Audience vote;
        for (const std::size_t node : nodes) {
            block[node] = Adversary::kWireMs;
            vote[node] = 20 * Adversary::kWireMs;  // when the block is known
        }
        adversary().show_block(withheld_, block);
        adversary().show_votes(votes, vote);
    }

    std::shared_ptr<const SimulatedChain> chain_;
    Plan plan_;
    Arena arena_;
    Root withheld_;
    Root honest_;
    Root top_;
};

// ----------------------------------------------------------------------------------------------------- ex-ante re-org

bool ex_ante_works(Withholding& attack) {
    attack.play();
    return attack.works(attack.slot() + 2);
}

Wishes ex_ante_with(std::size_t share) { return {.share = share, .own = {0}, .honest = {1, 2}}; }

/// The boost of four in ten is more than the votes of three. [FC-25] [FC-29] [FC-31] [FC-42]
TEST(ExAnteReorg, FailsAgainstTheBoost) {
    Withholding attack(kBoost, ex_ante_with(3));
    EXPECT_FALSE(ex_ante_works(attack)) << "the attack works";
    EXPECT_EQ(attack.arena().complaint_in(Epoch(5), Epoch(3)), "");
    EXPECT_EQ(attack.arena().slashed(), 0U) << "nobody has offended";
}

TEST(ExAnteReorg, WorksWithoutTheBoost) {
    Withholding attack(0, ex_ante_with(3));
    EXPECT_TRUE(ex_ante_works(attack));
}

TEST(ExAnteReorg, WorksWithMoreThanTheBoost) {
    Withholding attack(kBoost, ex_ante_with(5));
    EXPECT_TRUE(ex_ante_works(attack));
}

/// [NET-74]
TEST(ExAnteReorg, IsTheSameToTheByteWheneverItIsPlayed) {
    const auto play = [] {
        Withholding attack(kBoost, ex_ante_with(5));
        EXPECT_TRUE(ex_ante_works(attack));
        return attack.arena().simulation().events().hash();
    };
    EXPECT_EQ(play(), play());
}

// ----------------------------------------------------------------------------------------------------------- sandwich

bool sandwich_works(Withholding& attack) {
    attack.play();
    attack.close();
    return attack.works(attack.slot() + 3);
}

Wishes sandwich_with(std::size_t share) { return {.share = share, .own = {0, 2}, .honest = {1, 3}}; }

/// The votes of one in ten of two slots and the boost are six, the honest of a slot nine. [FC-25] [FC-29] [FC-31]
TEST(Sandwich, FailsAgainstTheBoost) {
    Withholding attack(kBoost, sandwich_with(1));
    EXPECT_FALSE(sandwich_works(attack)) << "the attack works";
    EXPECT_EQ(attack.arena().complaint_in(Epoch(5), Epoch(3)), "");
    EXPECT_EQ(attack.arena().slashed(), 0U) << "nobody has offended";
}

TEST(Sandwich, WorksWithoutTheBoost) {
    Withholding attack(0, sandwich_with(1));
    EXPECT_TRUE(sandwich_works(attack));
}

/// The boost helps the adversary's second block too: what holds off the one re-org is not better for being more.
TEST(Sandwich, WorksWithTwiceTheBoost) {
    Withholding attack(2 * kBoost, sandwich_with(1));
    EXPECT_TRUE(sandwich_works(attack));
    EXPECT_TRUE(attack.arena().everybody_has(attack.top()));
}

TEST(Sandwich, WorksWithAThirdOfTheStake) {
    Withholding attack(kBoost, sandwich_with(3));
    EXPECT_TRUE(sandwich_works(attack));
}

}  // namespace
}  // namespace touchstone::node::sim::attacks
