#include "node/kernel/gossip/conditions.h"

#include <gtest/gtest.h>

#include <map>

#include "crypto/sha256.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/gossip/testing/judgement.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

/// A chain of five blocks, at the start of slot 6.
class GossipTest : public ::testing::Test {
  protected:
    ForkChoice store = chain().fork_choice();
    SeenMessages seen;
    Root head = store.anchor_root();
    std::uint64_t now = chain().slot_time_ms(Slot(6));

    void SetUp() override {
        ASSERT_TRUE(store.on_tick(now).ok());
        for (std::uint64_t slot = 1; slot <= 5; ++slot) {
            head = store.on_block(chain().make_block(*store.block_state(head), Slot(slot)), verify_each)->root;
        }
    }
    GossipConditions conditions() { return {store, seen, now}; }
    const State& head_state() { return *store.block_state(head); }

    auto judge(const SignedBlock& block) { return refusal(conditions().check_block(block, encode(block).size())); }
    auto judge(const Attestation& vote, std::uint64_t subnet) {
        return refusal(conditions().check_attestation(vote, subnet));
    }
    auto judge(const SignedAggregateAndProof& aggregate) { return refusal(conditions().check_aggregate(aggregate)); }

    /// The vote of the committee's member at `position` for the head in slot 5.
    Attestation single_vote(std::size_t position = 0) {
        const AttestationData data = chain().vote_data(head_state(), Slot(5));
        Bits bits(head_state().context().current->committee(Slot(5), CommitteeIndex(0)).size());
        bits.set(position);
        return chain().attest(head_state(), data, bits);
    }
    std::uint64_t subnet_of(const Attestation& vote) {
        return compute_subnet_for_attestation(head_state().context().current->committees_per_slot(), vote.data.slot,
                                              vote.data.index, MINIMAL);
    }
    SignedAggregateAndProof aggregate() {
        const auto& environment = chain().environment();
        const auto members = head_state().context().current->committee(Slot(5), CommitteeIndex(0));
        SignedAggregateAndProof message;
        message.message.aggregator_index = members[0];
        message.message.aggregate = chain().attest(head_state(), Slot(5)).front();
        message.message.selection_proof =
            chain().sign(members[0], selection_signing_root(environment, head_state(), Slot(5)));
        message.signature =
            chain().sign(members[0], aggregate_signing_root(environment, head_state(), message.message));
        return message;
    }
};

TEST_F(GossipTest, BlocksByTheirConditions) {
    const SignedBlock good = chain().make_block(head_state(), Slot(6));
    EXPECT_EQ(judge(good), accepted);
    EXPECT_EQ(refusal(conditions().check_block(good, MINIMAL.MAX_BLOCK_BYTES + 1)), rejected(Clause::NET_13));
    SignedBlock block = good;
    block.message.slot = Slot(7);
    EXPECT_EQ(judge(block), ignored(Clause::NET_14));
    block.message.slot = Slot(0);
    EXPECT_EQ(judge(block), ignored(Clause::NET_15));
    block = good;
    block.message.parent_root = Root{};
    EXPECT_EQ(judge(block), ignored(Clause::NET_18));
    EXPECT_EQ(conditions().check_block(block, 1).refusal().missing_block, Root{});
    seen.add_invalid_block(Root{});
    EXPECT_EQ(judge(block), rejected(Clause::NET_17));
    block = good;
    block.message.slot = Slot(5);
    EXPECT_EQ(judge(block), rejected(Clause::NET_19));
    block = good;
    block.message.proposer_index = ValidatorIndex((good.message.proposer_index.value() + 1) % 64);
    EXPECT_EQ(judge(block), rejected(Clause::NET_21));
}

TEST_F(GossipTest, ASecondBlockOfTheProposerIsIgnored) {
    const SignedBlock good = chain().make_block(head_state(), Slot(6));
    auto checked = conditions().check_block(good, encode(good).size());
    ASSERT_TRUE(checked.ok());
    const auto verified = std::move(checked).value().with_signatures(verify_each);
    ASSERT_TRUE(verified.ok());
    EXPECT_TRUE(mark_seen(seen, *verified));
    EXPECT_FALSE(mark_seen(seen, *verified));
    EXPECT_EQ(judge(good), ignored(Clause::NET_16));
}

/// [NET-17] [NET-23] [NET-27]
TEST_F(GossipTest, WhatDescendsFromAnInvalidBlockIsInvalid) {
    const SignedBlock invalid = chain().make_block(head_state(), Slot(6));
    seen.add_invalid_block(hash_tree_root(invalid.message, MINIMAL));
    now = chain().slot_time_ms(Slot(9));
    SignedBlock child = invalid;
    for (std::uint64_t slot = 7; slot <= 9; ++slot) {
        child.message.parent_root = hash_tree_root(child.message, MINIMAL);
        child.message.slot = Slot(slot);
        EXPECT_EQ(judge(child), rejected(Clause::NET_17)) << slot;
        Attestation vote = single_vote();
        vote.data.beacon_block_root = hash_tree_root(child.message, MINIMAL);
        EXPECT_EQ(judge(vote, subnet_of(vote)), rejected(Clause::NET_27)) << slot;
    }
    child.message.parent_root.bytes[0] ^= 1U;
    EXPECT_EQ(judge(child), ignored(Clause::NET_18));
}

/// The store alone, and the one signature that the root does not cover, say nothing of a block. [NET-23]
TEST(InvalidBlocks, AreThoseWhoseContentIsWrong) {
    for (const Clause reason :
         {Clause::FC_15, Clause::FC_16, Clause::FC_17, Clause::FC_18, Clause::FC_19, Clause::BLK_07}) {
        EXPECT_FALSE(is_found_invalid(reason)) << to_string(reason);
    }
    for (const Clause reason : {Clause::BLK_01, Clause::TXN_09, Clause::ATT_12, Clause::SLO_05})
        EXPECT_TRUE(is_found_invalid(reason)) << to_string(reason);
}

/// [NET-07] [NET-16] [NET-22]
TEST_F(GossipTest, AMessageIsSettledOnce) {
    const SignedBlock good = chain().make_block(head_state(), Slot(6));
    const auto check = [&] { return conditions().check_block(good, encode(good).size()).value(); };
    const auto forged = settle(seen, check(), {false});
    EXPECT_FALSE(forged.verified);
    EXPECT_EQ(forged.refusal->kind, Refusal::Reject);
    EXPECT_EQ(forged.refusal->reason.clause, Clause::NET_22);
    auto meanwhile = check();
    const auto first = settle(seen, check(), {true});
    EXPECT_TRUE(first.verified && !first.refusal);
    const auto second = settle(seen, std::move(meanwhile), {true});
    EXPECT_TRUE(second.verified.has_value()) << "it may be evidence";
    EXPECT_EQ(second.refusal->kind, Refusal::Ignore);
    EXPECT_EQ(second.refusal->reason.clause, Clause::NET_16);
}

/// [NET-12]
TEST(ReceivedGossip, IsRefusedByTheClauseOfTheEncoding) {
    const auto received = receive<SignedVoluntaryExit>(ByteVector(3), MINIMAL);
    EXPECT_EQ(received.refusal().kind, Refusal::Reject);
    EXPECT_EQ(received.refusal().reason.clause, decode<SignedVoluntaryExit>(ByteVector(3), MINIMAL).rejection().clause);
    EXPECT_TRUE(receive<SignedVoluntaryExit>(encode(SignedVoluntaryExit{}), MINIMAL).ok());
}

TEST_F(GossipTest, AWrongSignatureIsRejectedByItsClause) {
    SignedBlock block = chain().make_block(head_state(), Slot(6));
    block.signature.bytes[20] ^= 1;
    auto checked = conditions().check_block(block, encode(block).size());
    ASSERT_TRUE(checked.ok());
    EXPECT_EQ(std::move(checked).value().with_signatures(verify_each).rejection().clause, Clause::NET_22);
    Attestation vote = single_vote();
    vote.signature = block.signature;
    auto checked_vote = conditions().check_attestation(vote, subnet_of(vote));
    ASSERT_TRUE(checked_vote.ok());
    EXPECT_EQ(std::move(checked_vote).value().with_signatures(verify_each).rejection().clause, Clause::NET_36);
}

TEST_F(GossipTest, ABlockForThreeEpochsLaterFindsItsProposer) {
    now = chain().slot_time_ms(Slot(30));
    EXPECT_EQ(judge(chain().make_block(head_state(), Slot(30))), accepted);
}

TEST_F(GossipTest, VotesByTheirConditions) {
    const Attestation good = single_vote();
    const std::uint64_t subnet = subnet_of(good);
    EXPECT_EQ(judge(good, subnet), accepted);
    EXPECT_EQ(judge(good, (subnet + 1) % MINIMAL.ATTESTATION_SUBNET_COUNT), rejected(Clause::NET_34));
    Attestation vote = good;
    vote.data.target.epoch = Epoch(1);
    EXPECT_EQ(judge(vote, subnet), rejected(Clause::NET_24));
    vote = good;
    vote.data.slot = Slot(7);
    EXPECT_EQ(judge(vote, subnet), ignored(Clause::NET_25));
    vote = good;
    vote.aggregation_bits.set(1);
    EXPECT_EQ(judge(vote, subnet), rejected(Clause::NET_26));
    vote = good;
    vote.data.beacon_block_root = Root{};
    EXPECT_EQ(judge(vote, subnet), ignored(Clause::NET_28));
    seen.add_invalid_block(Root{});
    EXPECT_EQ(judge(vote, subnet), rejected(Clause::NET_27));
    vote = good;
    vote.data.slot = Slot(4);
    EXPECT_EQ(judge(vote, subnet), rejected(Clause::NET_29));
    vote = good;
    vote.data.target.root = head;
    EXPECT_EQ(judge(vote, subnet), rejected(Clause::NET_30));
    vote = good;
    vote.data.index = CommitteeIndex(9);
    EXPECT_EQ(judge(vote, subnet), rejected(Clause::NET_32));
    vote = good;
    vote.aggregation_bits = Bits(3);
    vote.aggregation_bits.set(0);
    EXPECT_EQ(judge(vote, subnet), rejected(Clause::NET_33));
    seen.add_attestation(Epoch(0), conditions().check_attestation(good, subnet).value().content().validator);
    EXPECT_EQ(judge(good, subnet), ignored(Clause::NET_35));
}

TEST_F(GossipTest, AggregatesByTheirConditions) {
    const SignedAggregateAndProof good = aggregate();
    auto checked = conditions().check_aggregate(good);
    ASSERT_TRUE(checked.ok());
    EXPECT_EQ(checked.value().sets().size(), 3U);
    const auto verified = std::move(checked).value().with_signatures(verify_each);
    ASSERT_TRUE(verified.ok());

    SignedAggregateAndProof message = good;
    message.message.aggregate.aggregation_bits = Bits(good.message.aggregate.aggregation_bits.size());
    EXPECT_EQ(judge(message), rejected(Clause::NET_38));
    message = good;
    message.message.aggregator_index = ValidatorIndex(1000);
    EXPECT_EQ(judge(message), rejected(Clause::NET_42));
    EXPECT_TRUE(mark_seen(seen, *verified));
    EXPECT_EQ(judge(good), ignored(Clause::NET_39));
    message = good;
    message.message.aggregate.data.index = CommitteeIndex(1);
    EXPECT_EQ(judge(message), ignored(Clause::NET_40));
}

TEST_F(GossipTest, OperationsThatDependOnTheHeadCostNothing) {
    const State& state = head_state();
    const auto slashing = chain().proposer_slashing(state, ValidatorIndex(3), Slot(2));
    EXPECT_EQ(refusal(conditions().check_proposer_slashing(slashing, state)), accepted);
    ProposerSlashing broken = slashing;
    broken.signed_header_2.message.slot = Slot(3);
    EXPECT_EQ(refusal(conditions().check_proposer_slashing(broken, state)), rejected(Clause::PSL_01));
    seen.add_proposer_slashing(ValidatorIndex(3), Epoch(0));
    EXPECT_EQ(refusal(conditions().check_proposer_slashing(slashing, state)), ignored(Clause::NET_48));

    const auto exit = chain().voluntary_exit(state, ValidatorIndex(5), Epoch(0));
    EXPECT_EQ(refusal(conditions().check_voluntary_exit(exit, state)), ignored(Clause::EXI_05));
    const auto nobody = chain().double_vote(state, {ValidatorIndex(1)}, Epoch(0));
    EXPECT_EQ(refusal(conditions().check_attester_slashing(nobody, state)), accepted);
    seen.add_attester_slashing(ValidatorIndex(1), Epoch(0));
    EXPECT_EQ(refusal(conditions().check_attester_slashing(nobody, state)), ignored(Clause::NET_50));
}

/// Of the four members of a committee one in four is drawn. [NET-43]
TEST(GossipOfFewAggregators, AnAggregateOfAMemberThatIsNotDrawnIsRejected) {
    Parameters parameters = MINIMAL;
    parameters.TARGET_AGGREGATORS_PER_COMMITTEE = 1;
    const TestChain chain(parameters, 64);
    ForkChoice store = chain.fork_choice();
    const Slot slot(3);
    ASSERT_TRUE(store.on_tick(chain.slot_time_ms(slot)).ok());
    const State state = chain.advance(chain.genesis_state(), slot);
    SeenMessages seen;
    const GossipConditions conditions(store, seen, chain.slot_time_ms(slot));
    std::map<bool, std::size_t> count;
    for (const Attestation& aggregate : chain.attest(chain.genesis_state(), slot)) {
        const auto members = state.context().current->committee(slot, aggregate.data.index);
        ASSERT_EQ(members.size(), 4U);
        for (const ValidatorIndex member : members) {
            SignedAggregateAndProof message;
            message.message = {
                .aggregator_index = member,
                .aggregate = aggregate,
                .selection_proof = chain.sign(member, selection_signing_root(chain.environment(), state, slot))};
            // The first 8 bytes, little-endian, modulo 4.
            const bool drawn = crypto::sha256(message.message.selection_proof.view())[0] % 4 == 0;
            EXPECT_EQ(refusal(conditions.check_aggregate(message)), drawn ? accepted : rejected(Clause::NET_43));
            ++count[drawn];
        }
    }
    EXPECT_GE(count[true], 1U);
    EXPECT_GE(count[false], 1U);
}

/// [NET-52]
TEST(GossipOfEarlyExits, ASecondExitOfAValidatorIsIgnored) {
    Parameters parameters = MINIMAL;
    parameters.SHARD_COMMITTEE_PERIOD = 1;
    const TestChain chain(parameters, 16);
    ForkChoice store = chain.fork_choice();
    const State state = chain.advance(chain.genesis_state(), Slot(8));
    SeenMessages seen;
    const auto judge = [&](const SignedVoluntaryExit& exit) {
        return refusal(GossipConditions(store, seen, chain.slot_time_ms(Slot(8))).check_voluntary_exit(exit, state));
    };
    const auto exit_of = [&](std::uint64_t validator, std::uint64_t epoch) {
        return chain.voluntary_exit(state, ValidatorIndex(validator), Epoch(epoch));
    };
    const SignedVoluntaryExit first = exit_of(3, 0);
    EXPECT_EQ(judge(first), accepted);
    auto checked = GossipConditions(store, seen, chain.slot_time_ms(Slot(8))).check_voluntary_exit(first, state);
    const auto verified = std::move(checked).value().with_signatures(verify_each);
    ASSERT_TRUE(verified.ok());
    EXPECT_TRUE(mark_seen(seen, *verified));
    EXPECT_FALSE(mark_seen(seen, *verified)) << "two that were verified at the same time";
    EXPECT_EQ(judge(first), ignored(Clause::NET_52));
    EXPECT_EQ(judge(exit_of(3, 1)), ignored(Clause::NET_52));
    EXPECT_EQ(judge(exit_of(4, 0)), accepted);
}

/// [NET-09]
TEST(ClockDisparity, NeverReachesBehindGenesis) {
    EXPECT_EQ(earliest_current_slot(1000, 1000, MINIMAL), Slot(0));
    EXPECT_EQ(earliest_current_slot(3499, 1000, MINIMAL), Slot(0));
    EXPECT_EQ(earliest_current_slot(3500, 1000, MINIMAL), Slot(1));
    EXPECT_EQ(latest_current_slot(2500, 1000, MINIMAL), Slot(1));
    EXPECT_EQ(latest_current_slot(2499, 1000, MINIMAL), Slot(0));
}

}  // namespace
}  // namespace touchstone::node
