#include <gtest/gtest.h>

#include "reference/chain/test_chain.h"
#include "reference/fork_choice/store.h"
#include "reference/signatures/domains.h"
#include "reference/transition/genesis.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {
namespace {

/// A store from genesis with 64 validators, and the means to grow branches in it.
class ForkChoice : public testing::Test {
  protected:
    ForkChoice()
        : genesis_(test::genesis_state(64)), store_(get_forkchoice_store(genesis_, genesis_block(genesis_)).value()) {}

    void tick(std::uint64_t slot, std::uint64_t ms_into_slot = 0) {
        ASSERT_TRUE(on_tick(store_, store_.genesis_time_ms + slot * store_.config.SLOT_DURATION_MS + ms_into_slot));
    }
    const ConsensusState& state_of(const Root& root) const { return *store_.block_states.at(root); }
    SignedBlock block_on(const Root& parent, std::uint64_t slot, std::uint8_t graffiti = 0) const {
        BlockBody body;
        body.graffiti.bytes[0] = graffiti;
        return test::make_block(state_of(parent), Slot{slot}, body);
    }
    Root add(const SignedBlock& block) {
        const auto accepted = on_block(store_, block);
        EXPECT_TRUE(accepted) << accepted.failure().reason;
        return hash_tree_root(block.message, store_.config);
    }
    Root add(const Root& parent, std::uint64_t slot, std::uint8_t graffiti = 0) {
        return add(block_on(parent, slot, graffiti));
    }
    std::vector<Attestation> votes_for(const Root& head, std::uint64_t slot) const {
        return test::attestations_of_slot(state_of(head), Slot{slot}, head, [](ValidatorIndex) { return true; });
    }
    void vote_for(const Root& head, std::uint64_t slot) {
        for (const Attestation& vote : votes_for(head, slot))
            ASSERT_TRUE(on_attestation(store_, vote));
    }
    Root head() const { return get_head(store_).value(); }
    template <class T>
    Clause rejection(const Result<T>& result) const {
        EXPECT_FALSE(result);
        return result ? Clause::ENC_01 : result.failure().clause;
    }

    ConsensusState genesis_;
    Store store_;
};

TEST_F(ForkChoice, ATickOfCenturiesIsTakenAtOnceAndRealizesWhatWasUnrealized) {
    tick(1);
    const Root block = add(store_.anchor_root, 1);
    store_.unrealized_justified_checkpoint = {Epoch{2}, block};
    ASSERT_TRUE(on_tick(store_, UINT64_MAX));
    EXPECT_EQ(store_.time_ms, UINT64_MAX);
    EXPECT_EQ(store_.justified_checkpoint, (Checkpoint{Epoch{2}, block}));
    EXPECT_EQ(store_.proposer_boost_root, Root{});
}

TEST_F(ForkChoice, AChainWithoutVotesIsFollowedToItsEnd) {
    EXPECT_EQ(head(), store_.anchor_root);
    tick(2);
    const Root first = add(store_.anchor_root, 1);
    EXPECT_EQ(head(), first);
    const Root second = add(first, 2);
    EXPECT_EQ(head(), second);
}

TEST_F(ForkChoice, ATieGoesToTheGreaterRootAndAVoteBreaksIt) {
    tick(2);
    const Root one = add(store_.anchor_root, 1, 1);
    const Root two = add(store_.anchor_root, 1, 2);
    EXPECT_EQ(head(), std::max(one, two));
    vote_for(std::min(one, two), 1);
    EXPECT_EQ(head(), std::min(one, two));
}

TEST_F(ForkChoice, OnlyTheFirstTimelyBlockOfASlotIsBoostedUntilTheNextTick) {
    tick(1, 600);
    const Root one = add(store_.anchor_root, 1, 1);
    EXPECT_EQ(store_.proposer_boost_root, one);
    add(store_.anchor_root, 1, 2);
    EXPECT_EQ(store_.proposer_boost_root, one);
    EXPECT_EQ(head(), one);
    tick(2);
    EXPECT_EQ(store_.proposer_boost_root, Root{});
    tick(2, 667);
    add(one, 2);
    EXPECT_EQ(store_.proposer_boost_root, Root{}) << "a late block has no boost";
}

TEST_F(ForkChoice, BlocksAreRejectedByTheirClause) {
    tick(2);
    const SignedBlock block = block_on(store_.anchor_root, 3);
    EXPECT_EQ(rejection(on_block(store_, block)), Clause::FC_17);
    SignedBlock orphan = block_on(store_.anchor_root, 1);
    orphan.message.parent_root = Root{};
    EXPECT_EQ(rejection(on_block(store_, orphan)), Clause::FC_16);
    SignedBlock unsigned_block = block_on(store_.anchor_root, 1);
    unsigned_block.signature = BLSSignature{};
    EXPECT_EQ(rejection(on_block(store_, unsigned_block)), Clause::BLK_07);
    EXPECT_EQ(store_.blocks.size(), 1U);
    add(store_.anchor_root, 1);
    EXPECT_TRUE(on_block(store_, block_on(store_.anchor_root, 1))) << "known already";
    EXPECT_EQ(rejection(on_tick(store_, store_.time_ms - 1)), Clause::FC_11);
}

TEST_F(ForkChoice, VotesAreRejectedByTheirClause) {
    tick(1);
    const Root block = add(store_.anchor_root, 1);
    const Attestation vote = votes_for(block, 1).at(0);
    EXPECT_EQ(rejection(on_attestation(store_, vote)), Clause::FC_42);
    tick(2);
    const auto changed = [&](const auto& change) {
        Attestation other = vote;
        change(other);
        return rejection(on_attestation(store_, other));
    };
    EXPECT_EQ(changed([](auto& a) { a.data.target.epoch = Epoch{1}; }), Clause::FC_36);
    EXPECT_EQ(changed([](auto& a) { a.data.slot = Slot{9}; }), Clause::FC_37);
    EXPECT_EQ(changed([](auto& a) { a.data.target.root = Root{}; }), Clause::FC_38);
    EXPECT_EQ(changed([](auto& a) { a.data.beacon_block_root = Root{}; }), Clause::FC_39);
    EXPECT_EQ(changed([](auto& a) { a.data.slot = Slot{0}; }), Clause::FC_40);
    EXPECT_EQ(changed([&](auto& a) { a.data.target.root = block; }), Clause::FC_41);
    EXPECT_EQ(changed([](auto& a) { a.data.index = CommitteeIndex{4}; }), Clause::FC_44);
    EXPECT_EQ(changed([](auto& a) { a.aggregation_bits.push_back(true); }), Clause::FC_44);
    EXPECT_EQ(changed([](auto& a) { a.aggregation_bits.assign(a.aggregation_bits.size(), false); }), Clause::ATT_09);
    EXPECT_EQ(changed([](auto& a) { a.signature = BLSSignature{}; }), Clause::ATT_12);
    EXPECT_TRUE(store_.latest_messages.empty());
    EXPECT_TRUE(on_attestation(store_, vote));
    EXPECT_FALSE(store_.latest_messages.empty());
}

TEST_F(ForkChoice, AnEquivocatorsVotesCountNoMore) {
    tick(2);
    const Root one = add(store_.anchor_root, 1, 1);
    const Root two = add(store_.anchor_root, 1, 2);
    vote_for(one, 1);
    ASSERT_GT(get_weight(store_, one).value(), Amount{0});
    for (std::size_t i = 0; i < votes_for(one, 1).size(); ++i) {
        const auto indexed = [&](const Attestation& vote) {
            IndexedAttestation result{{}, vote.data, vote.signature};
            result.attesting_indices = get_beacon_committee(state_of(one), vote.data.slot, vote.data.index);
            std::sort(result.attesting_indices.begin(), result.attesting_indices.end());
            return result;
        };
        AttesterSlashing slashing{indexed(votes_for(one, 1)[i]), indexed(votes_for(two, 1)[i])};
        ASSERT_TRUE(on_attester_slashing(store_, slashing));
        slashing.attestation_2 = slashing.attestation_1;
        EXPECT_EQ(rejection(on_attester_slashing(store_, slashing)), Clause::FC_48);
    }
    EXPECT_EQ(get_weight(store_, one).value(), Amount{0});
}

TEST_F(ForkChoice, AFullChainFinalizesAndForgottenStatesAreNotMissed) {
    test::Chain chain(64);
    chain.extend_to(Slot{40});
    Epoch finalized;
    for (const SignedBlock& block : chain.blocks()) {
        tick(block.message.slot.value);
        const Root root = add(block);
        EXPECT_EQ(head(), root);
        EXPECT_GE(store_.finalized_checkpoint.epoch, finalized);
        if (store_.finalized_checkpoint.epoch > finalized) forget_states(store_);
        finalized = store_.finalized_checkpoint.epoch;
    }
    EXPECT_GE(finalized, Epoch{3});
    EXPECT_LT(store_.block_states.size(), 25U);
}

TEST_F(ForkChoice, APulledUpTipIsRealizedByATickOverTheEpochsStart) {
    test::Chain chain(64);
    chain.extend_to(Slot{23});
    tick(23);
    for (const SignedBlock& block : chain.blocks())
        add(block);
    EXPECT_EQ(store_.justified_checkpoint.epoch, Epoch{0});
    EXPECT_EQ(store_.unrealized_justified_checkpoint.epoch, Epoch{2});
    tick(26);
    EXPECT_EQ(store_.justified_checkpoint.epoch, Epoch{2});
}

TEST_F(ForkChoice, ALateAndWeakHeadIsPassedOverByTheNextProposer) {
    tick(1);
    const Root parent = add(store_.anchor_root, 1);
    tick(2, 700);
    vote_for(parent, 1);
    tick(2, 1900);
    const Root late = add(parent, 2);
    tick(3);
    vote_for(parent, 2);
    EXPECT_EQ(head(), late);
    EXPECT_EQ(get_proposer_head(store_, late, Slot{3}).value(), parent);
    tick(3, 400);
    EXPECT_EQ(get_proposer_head(store_, late, Slot{3}).value(), late) << "too late to propose";
    EXPECT_EQ(get_proposer_head(store_, late, Slot{4}).value(), late) << "two slots deep";
    EXPECT_EQ(get_proposer_head(store_, parent, Slot{2}).value(), parent);
}

}  // namespace
}  // namespace touchstone::reference
