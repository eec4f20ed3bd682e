#include "node/kernel/gossip/conditions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "crypto/sha256.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/test_chain.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

const TestChain& chain() {
    static const TestChain chain(MINIMAL, 64);
    return chain;
}

constexpr auto accepted = std::pair{Refusal::Ignore, Clause::ENC_01};
constexpr auto ignored(Clause clause) { return std::pair{Refusal::Ignore, clause}; }
constexpr auto rejected(Clause clause) { return std::pair{Refusal::Reject, clause}; }

template <class T>
std::pair<Refusal, Clause> refusal(const GossipResult<T>& result) {
    return result.ok() ? accepted : std::pair{result.refusal().kind, result.refusal().reason.clause};
}

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

// ------------------------------------------------------------------------------------------------------ other chains

/// Blocks with all votes up to slot 33, none in slot 16, by which epoch 2 is final with the block of slot 15; and a
/// block in slot 6 on that of slot 4.
class FinalizedChain {
  public:
    FinalizedChain() : store_(chain_.fork_choice()) {
        roots_[0] = store_.anchor_root();
        EXPECT_TRUE(store_.on_tick(chain_.slot_time_ms(Slot(kSlots + 1))).ok());
        std::uint64_t parent = 0;
        for (std::uint64_t slot = 1; slot <= kSlots; ++slot) {
            if (slot == kEmpty) continue;
            add(slot, parent);
            if (slot == kForkParent + 1) fork_ = add(kForkSlot, kForkParent);
            parent = slot;
        }
    }
    static constexpr std::uint64_t kSlots = 33;
    static constexpr std::uint64_t kEmpty = 16;
    static constexpr std::uint64_t kForkParent = 4;
    static constexpr std::uint64_t kForkSlot = 6;

    const TestChain& chain() const { return chain_; }
    ForkChoice& store() { return store_; }
    const State& state(const Root& root) { return *store_.block_state(root); }
    const Root& block(std::uint64_t slot) const { return roots_.at(slot); }
    const Root& fork() const { return fork_; }

    auto judge(const SignedBlock& block) {
        const GossipConditions conditions(store_, seen_, chain_.slot_time_ms(Slot(kSlots + 1)));
        return refusal(conditions.check_block(block, encode(block).size()));
    }
    /// Of an aggregate, so that the subnet does not matter: one member's vote, for the block, at the start of its slot.
    auto judge_vote(const Root& block, Slot slot) {
        AttestationData data = chain_.vote_data(state(block), slot);
        SignedAggregateAndProof message;
        const StatePointer target = store_.checkpoint_state(data.target.root, data.target.epoch);
        const auto shuffling = get_shuffling(*target, data.target.epoch, chain_.environment());
        message.message.aggregator_index = shuffling->committee(slot, data.index)[0];
        Bits bits(shuffling->committee(slot, data.index).size());
        bits.set(0);
        message.message.aggregate = chain_.attest(*target, data, bits);
        return refusal(GossipConditions(store_, seen_, chain_.slot_time_ms(slot)).check_aggregate(message));
    }

  private:
    Root add(std::uint64_t slot, std::uint64_t parent) {
        const State& state = this->state(roots_.at(parent));
        const auto votes = parent == 0 ? std::vector<Attestation>() : chain_.attest(state, Slot(slot - 1));
        const SignedBlock block = chain_.make_block(state, Slot(slot), {.attestations = votes});
        const Root root = store_.on_block(block, trust_all)->root;
        if (slot == parent + 1 || parent + 1 == kEmpty) roots_[slot] = root;
        return root;
    }

    TestChain chain_{MINIMAL, 16};
    ForkChoice store_;
    SeenMessages seen_;
    std::map<std::uint64_t, Root> roots_;
    Root fork_;
};

/// [NET-20]
TEST(GossipAfterFinality, ABlockOnABranchWithoutTheFinalizedBlockIsRejected) {
    FinalizedChain chain;
    ASSERT_EQ(chain.store().finalized(), (Checkpoint{Epoch(2), chain.block(15)}));
    ASSERT_EQ(chain.store().block_slot(chain.fork()), Slot(FinalizedChain::kForkSlot));
    const Slot next(FinalizedChain::kSlots + 1);
    const Root& head = chain.block(FinalizedChain::kSlots);
    EXPECT_EQ(chain.judge(chain.chain().make_block(chain.state(head), next)), accepted);
    for (const Root& parent : {chain.fork(), chain.block(14)})
        EXPECT_EQ(chain.judge(chain.chain().make_block(chain.state(parent), next)), rejected(Clause::NET_20));
}

/// [NET-31]
TEST(GossipAfterFinality, AVoteAgainstWhatIsFinalIsIgnored) {
    FinalizedChain chain;
    const Slot last(FinalizedChain::kSlots);
    EXPECT_EQ(chain.judge_vote(chain.block(FinalizedChain::kSlots), last), accepted);
    EXPECT_EQ(chain.judge_vote(chain.fork(), last), ignored(Clause::NET_31));
    // For the final block itself: in its own slot with a target before what is final, in a later epoch not.
    EXPECT_EQ(chain.judge_vote(chain.block(15), Slot(15)), ignored(Clause::NET_31));
    EXPECT_EQ(chain.judge_vote(chain.block(15), Slot(16)), accepted);
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

/// In the fourth epoch of a chain without blocks, where evidence of all four may be gossiped.
class GossipOfEvidence : public ::testing::Test {
  protected:
    static constexpr Slot kNow{3 * MINIMAL.SLOTS_PER_EPOCH};

    ProposerSlashing proposed_twice(std::uint64_t validator, std::uint64_t epoch, std::uint64_t slot = 1) const {
        const Slot in_epoch = start_slot_of(Epoch(epoch), MINIMAL) + slot;
        return chain().proposer_slashing(state_, ValidatorIndex(validator), in_epoch);
    }
    AttesterSlashing voted_twice(const std::vector<std::uint64_t>& validators, std::uint64_t epoch) const {
        std::vector<ValidatorIndex> indices;
        for (const std::uint64_t each : validators)
            indices.emplace_back(each);
        return chain().double_vote(state_, indices, Epoch(epoch));
    }
    auto check(const ProposerSlashing& slashing) { return conditions().check_proposer_slashing(slashing, state_); }
    auto check(const AttesterSlashing& slashing) { return conditions().check_attester_slashing(slashing, state_); }
    auto judge(const auto& slashing) { return refusal(check(slashing)); }
    /// Whether it was accepted.
    auto give(const auto& slashing) { return verify(check(slashing)); }
    template <class Content>
    bool verify(GossipResult<GossipChecked<Content>> checked) {
        if (!checked.ok()) return false;
        const auto verified = std::move(checked).value().with_signatures(verify_each);
        EXPECT_TRUE(verified.ok());
        return mark_seen(seen_, *verified);
    }

    State state_ = chain().advance(chain().genesis_state(), kNow);
    SeenMessages seen_;

  private:
    GossipConditions conditions() { return {store_, seen_, chain().slot_time_ms(kNow)}; }
    ForkChoice store_ = chain().fork_choice();
};

/// [NET-48]
TEST_F(GossipOfEvidence, AnOlderOffenceOfAProposerIsNewsANewerOneIsNot) {
    EXPECT_TRUE(give(proposed_twice(3, 2)));
    EXPECT_EQ(judge(proposed_twice(3, 2)), ignored(Clause::NET_48));
    EXPECT_EQ(judge(proposed_twice(3, 2, 0)), ignored(Clause::NET_48)) << "an earlier slot of the same epoch";
    EXPECT_EQ(judge(proposed_twice(3, 3)), ignored(Clause::NET_48));
    EXPECT_EQ(judge(proposed_twice(4, 3)), accepted) << "of somebody else";
    EXPECT_TRUE(give(proposed_twice(3, 1)));
    for (const std::uint64_t epoch : {1, 2, 3})
        EXPECT_EQ(judge(proposed_twice(3, epoch)), ignored(Clause::NET_48)) << epoch;
    EXPECT_TRUE(give(proposed_twice(3, 0)));
    EXPECT_EQ(judge(voted_twice({3}, 2)), accepted) << "of the other kind nothing is known";
}

/// [NET-50]
TEST_F(GossipOfEvidence, AnOlderOffenceOfAnAttesterIsNewsANewerOneIsNot) {
    EXPECT_TRUE(give(voted_twice({1}, 2)));
    EXPECT_EQ(judge(voted_twice({1}, 2)), ignored(Clause::NET_50));
    EXPECT_EQ(judge(voted_twice({1}, 3)), ignored(Clause::NET_50));
    EXPECT_TRUE(give(voted_twice({1}, 1)));
    for (const std::uint64_t epoch : {1, 2, 3})
        EXPECT_EQ(judge(voted_twice({1}, epoch)), ignored(Clause::NET_50)) << epoch;
    EXPECT_EQ(judge(voted_twice({1}, 0)), accepted);
}

/// [NET-50]
TEST_F(GossipOfEvidence, OfASurroundVoteTheSmallerTargetIsItsEpoch) {
    AttesterSlashing surround = voted_twice({1}, 3);
    surround.attestation_1.data.target.epoch = Epoch(1);
    surround.attestation_1.data.source.epoch = Epoch(1);
    surround.attestation_1.signature = chain().sign(
        ValidatorIndex(1), attestation_signing_root(chain().environment(), state_, surround.attestation_1.data));
    seen_.add_attester_slashing(ValidatorIndex(1), Epoch(2));
    EXPECT_TRUE(give(surround));
    EXPECT_TRUE(seen_.attester_slashing(ValidatorIndex(1), Epoch(1)));
    EXPECT_FALSE(seen_.attester_slashing(ValidatorIndex(1), Epoch(0)));
}

/// [NET-50]
TEST_F(GossipOfEvidence, OneIndexOfSeveralThatIsNewIsEnough) {
    EXPECT_TRUE(give(voted_twice({1, 2}, 1)));
    EXPECT_TRUE(give(voted_twice({2, 5}, 2))) << "nothing is known of 5";
    EXPECT_EQ(judge(voted_twice({1, 2, 5}, 2)), ignored(Clause::NET_50));
    EXPECT_TRUE(give(voted_twice({1, 2, 5}, 1))) << "older for 5";
    EXPECT_EQ(judge(voted_twice({5}, 1)), ignored(Clause::NET_50));
    // What was known of 1 and 2 stays as old as it was.
    EXPECT_TRUE(give(voted_twice({2}, 0)));
    EXPECT_TRUE(give(voted_twice({2, 7}, 3)));
    EXPECT_EQ(judge(voted_twice({2}, 0)), ignored(Clause::NET_50));
    EXPECT_EQ(judge(voted_twice({1}, 1)), ignored(Clause::NET_50));
}

/// [NET-50] [ATT-10]
TEST_F(GossipOfEvidence, WhoIsInBothIsAQuestionOfSets) {
    AttesterSlashing slashing = voted_twice({1, 2, 3}, 1);
    std::ranges::reverse(slashing.attestation_1.attesting_indices);
    EXPECT_EQ(judge(slashing), rejected(Clause::ATT_10));
    AttesterSlashing nobody = voted_twice({1, 2}, 1);
    nobody.attestation_2.attesting_indices = {ValidatorIndex(3), ValidatorIndex(4)};
    EXPECT_EQ(judge(nobody), ignored(Clause::NET_50));
    EXPECT_TRUE(give(voted_twice({1, 2, 3}, 1)));
    EXPECT_EQ(judge(slashing), ignored(Clause::NET_50));
}

/// An index of one attestation only is nobody's offence. [NET-50]
TEST_F(GossipOfEvidence, OnlyWhoIsInBothAttestationsCounts) {
    AttesterSlashing slashing = voted_twice({1, 2}, 1);
    const std::vector<ValidatorIndex> both{ValidatorIndex(2), ValidatorIndex(4)};
    slashing.attestation_2.attesting_indices = both;
    slashing.attestation_2.signature = chain().sign_together(
        both, attestation_signing_root(chain().environment(), state_, slashing.attestation_2.data));
    EXPECT_TRUE(give(slashing));
    EXPECT_EQ(judge(voted_twice({2}, 1)), ignored(Clause::NET_50));
    EXPECT_EQ(judge(voted_twice({1}, 1)), accepted);
    EXPECT_EQ(judge(voted_twice({4}, 1)), accepted);
}

/// [NET-48] [NET-50]
TEST_F(GossipOfEvidence, OfTwoThatWereVerifiedAtTheSameTimeTheOlderOffenceMayComeLast) {
    const auto verified = [&](const auto& slashing) {
        return std::move(check(slashing)).value().with_signatures(verify_each);
    };
    const auto newer = verified(proposed_twice(3, 2));
    const auto older = verified(proposed_twice(3, 1));
    EXPECT_TRUE(mark_seen(seen_, *newer));
    EXPECT_TRUE(mark_seen(seen_, *older));
    EXPECT_FALSE(mark_seen(seen_, *older));
    EXPECT_FALSE(mark_seen(seen_, *newer));
    const auto newer_votes = verified(voted_twice({3, 4}, 2));
    const auto older_votes = verified(voted_twice({4}, 1));
    EXPECT_TRUE(mark_seen(seen_, *older_votes));
    EXPECT_TRUE(mark_seen(seen_, *newer_votes)) << "3 is new";
    EXPECT_FALSE(mark_seen(seen_, *newer_votes));
    EXPECT_TRUE(seen_.attester_slashing(ValidatorIndex(4), Epoch(1)));
}

/// [NET-09]
TEST(ClockDisparity, NeverReachesBehindGenesis) {
    EXPECT_EQ(earliest_current_slot(1000, 1000, MINIMAL), Slot(0));
    EXPECT_EQ(earliest_current_slot(3499, 1000, MINIMAL), Slot(0));
    EXPECT_EQ(earliest_current_slot(3500, 1000, MINIMAL), Slot(1));
    EXPECT_EQ(latest_current_slot(2500, 1000, MINIMAL), Slot(1));
    EXPECT_EQ(latest_current_slot(2499, 1000, MINIMAL), Slot(0));
}

/// [NET-54]
TEST(SeenMessages, AreBoundedAndForgetWhatIsFinal) {
    SeenMessages seen(4);
    for (std::uint64_t slot = 0; slot < 9; ++slot)
        seen.add_block(Slot(slot), ValidatorIndex(0));
    EXPECT_FALSE(seen.block(Slot(0), ValidatorIndex(0)));
    EXPECT_TRUE(seen.block(Slot(8), ValidatorIndex(0)));
    seen.prune(Epoch(2), MINIMAL);
    EXPECT_FALSE(seen.block(Slot(8), ValidatorIndex(0)));
}

Bits bits_of(std::size_t size, std::initializer_list<std::size_t> set) {
    Bits bits(size);
    for (const std::size_t each : set)
        bits.set(each);
    return bits;
}

/// Whatever many validators send, what has just come is known, and no set is larger than it may be. [NET-54]
TEST(SeenMessages, KeepWhatIsNewUnderAFlood) {
    constexpr std::size_t kCapacity = 100;
    SeenMessages seen(kCapacity);
    const Epoch now(1000);
    for (std::uint64_t i = 0; i < 20 * kCapacity; ++i) {
        const ValidatorIndex validator(i);
        const Epoch old(i % 1000);
        Root root;
        root.bytes[0] = static_cast<std::uint8_t>(i);
        root.bytes[1] = static_cast<std::uint8_t>(i >> 8U);
        seen.add_attestation(old, validator);
        seen.add_aggregator(old, validator);
        seen.add_aggregate(old, root, bits_of(8, {i % 8}));
        seen.add_block(Slot(i), validator);
        seen.add_voluntary_exit(validator);
        seen.add_invalid_block(root);
        EXPECT_TRUE(seen.block(Slot(i), validator));
        EXPECT_TRUE(seen.voluntary_exit(validator));
        EXPECT_TRUE(seen.invalid_block(root));
    }
    seen.add_attestation(now, ValidatorIndex(7));
    seen.add_aggregator(now, ValidatorIndex(7));
    seen.add_aggregate(now, Root{}, bits_of(8, {1, 2}));
    EXPECT_TRUE(seen.attestation(now, ValidatorIndex(7)));
    EXPECT_TRUE(seen.aggregator(now, ValidatorIndex(7)));
    EXPECT_TRUE(seen.covers(now, Root{}, bits_of(8, {2})));
    const SeenMessages::Sizes sizes = seen.sizes();
    for (const std::size_t size :
         {sizes.blocks, sizes.attestations, sizes.aggregators, sizes.aggregates, sizes.exits, sizes.invalid_blocks}) {
        EXPECT_EQ(size, kCapacity);
    }
}

/// [NET-54]
TEST(SeenMessages, LoseTheExitThatCameFirst) {
    SeenMessages seen(3);
    for (const std::uint64_t validator : {9, 1, 5, 1, 3})
        seen.add_voluntary_exit(ValidatorIndex(validator));
    EXPECT_FALSE(seen.voluntary_exit(ValidatorIndex(9)));
    for (const std::uint64_t validator : {1, 5, 3})
        EXPECT_TRUE(seen.voluntary_exit(ValidatorIndex(validator))) << validator;
}

/// Many aggregates of one vote count as many. [NET-39] [NET-54]
TEST(SeenMessages, CountEveryAggregate) {
    SeenMessages seen(4);
    seen.add_aggregate(Epoch(1), Root{}, bits_of(8, {0}));
    for (std::size_t i = 1; i < 6; ++i)
        seen.add_aggregate(Epoch(2), Root{}, bits_of(8, {i}));
    EXPECT_FALSE(seen.covers(Epoch(1), Root{}, bits_of(8, {0})));
    EXPECT_TRUE(seen.covers(Epoch(2), Root{}, bits_of(8, {5})));
    EXPECT_EQ(seen.sizes().aggregates, 5U) << "of one vote no more than there are aggregators";
    seen.add_aggregate(Epoch(2), Root{}, bits_of(8, {1, 2, 3, 4, 5}));
    EXPECT_EQ(seen.sizes().aggregates, 1U) << "it stands for all of them";
    seen.prune(Epoch(3), MINIMAL);
    EXPECT_EQ(seen.sizes().aggregates, 0U);
}

/// [NET-54]
TEST(SeenMessages, KeepTheNewestOffencesWhenTheyAreFull) {
    SeenMessages seen(4);
    for (std::uint64_t validator = 0; validator < 6; ++validator)
        seen.add_attester_slashing(ValidatorIndex(validator), Epoch(20 - validator));
    const auto known = [&](std::uint64_t validator) {
        return seen.attester_slashing(ValidatorIndex(validator), kFarFutureEpoch);
    };
    EXPECT_TRUE(known(0) && known(1) && known(2) && known(5));
    EXPECT_FALSE(known(3) || known(4)) << "the oldest, but for the one that has just come";
    // Who is known needs no room of his own.
    seen.add_attester_slashing(ValidatorIndex(0), Epoch(2));
    EXPECT_TRUE(known(0) && known(1) && known(2) && known(5));
    seen.add_attester_slashing(ValidatorIndex(7), Epoch(30));
    EXPECT_FALSE(known(0)) << "now the oldest";
    EXPECT_TRUE(known(1) && known(2) && known(5) && known(7));
}

/// [NET-54]
TEST(SeenMessages, ForgetOffencesThatAreTooOldToBeGossiped) {
    SeenMessages seen;
    const ValidatorIndex validator(1);
    seen.add_proposer_slashing(validator, Epoch(5));
    seen.add_attester_slashing(validator, Epoch(5));
    seen.prune(Epoch(5 + MINIMAL.MAX_EVIDENCE_AGE), MINIMAL);
    EXPECT_TRUE(seen.proposer_slashing(validator, Epoch(5)));
    EXPECT_TRUE(seen.attester_slashing(validator, Epoch(5)));
    seen.prune(Epoch(6 + MINIMAL.MAX_EVIDENCE_AGE), MINIMAL);
    EXPECT_FALSE(seen.proposer_slashing(validator, Epoch(5)));
    EXPECT_FALSE(seen.attester_slashing(validator, Epoch(5)));
}

}  // namespace
}  // namespace touchstone::node
