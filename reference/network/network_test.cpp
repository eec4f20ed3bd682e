#include <gtest/gtest.h>

#include "crypto/bls.h"
#include "reference/chain/test_chain.h"
#include "reference/duties/duties.h"
#include "reference/network/requests.h"
#include "reference/network/wire.h"
#include "reference/signatures/domains.h"
#include "reference/ssz/snappy.h"
#include "reference/transition/genesis.h"
#include "reference/validators/committees.h"

namespace touchstone::reference {
namespace {

/// A node at slot 10 of a chain with a block in every slot, given all of them but the last.
class Gossip : public testing::Test {
  protected:
    explicit Gossip(const Parameters& config = MINIMAL) : chain_(64, config, 3) {
        const ConsensusState genesis = chain_.state();
        view_.store = get_forkchoice_store(genesis, genesis_block(genesis)).value();
        chain_.extend_to(Slot{10});
        at(10);
        for (std::size_t i = 0; i + 1 < chain_.blocks().size(); ++i)
            EXPECT_TRUE(on_block(view_.store, chain_.blocks()[i]));
    }
    void at(std::uint64_t slot, std::int64_t ms = 0) {
        view_.time_ms =
            view_.store.genesis_time_ms + slot * view_.store.config.SLOT_DURATION_MS + static_cast<std::uint64_t>(ms);
        EXPECT_TRUE(on_tick(view_.store, std::max(view_.time_ms, view_.store.time_ms)));
    }
    static GossipResult verdict(Verdict verdict, Clause clause) { return {verdict, clause}; }
    /// The root of the block of a slot.
    Root block_at(std::uint64_t slot) const { return hash_tree_root(chain_.blocks().at(slot - 1).message, MINIMAL); }

    /// The vote of one member of a committee of the last block's slot.
    Attestation single_vote(std::size_t member) {
        std::size_t seen = 0;
        return test::attestations_of_slot(chain_.state(), Slot{10}, test::head_root(chain_.state()),
                                          [&](ValidatorIndex) { return seen++ == member; })
            .at(0);
    }
    std::uint64_t subnet_of(const Attestation& vote) const {
        return compute_subnet_for_attestation(get_committee_count_per_slot(chain_.state(), vote.data.target.epoch),
                                              vote.data.slot, vote.data.index, view_.store.config);
    }

    test::Chain chain_;
    GossipView view_;
};

TEST_F(Gossip, ABlockIsAcceptedOnceAndOthersByTheirConditions) {
    const SignedBlock block = chain_.blocks().back();
    const auto changed = [&](const auto& change) {
        SignedBlock other = block;
        change(other.message);
        return on_gossip_block(view_, other);
    };
    EXPECT_EQ(changed([](Block& b) { b.slot = Slot{11}; }), verdict(Verdict::Ignore, Clause::NET_14));
    EXPECT_EQ(changed([](Block& b) { b.slot = Slot{0}; }), verdict(Verdict::Ignore, Clause::NET_15));
    EXPECT_EQ(changed([](Block& b) { b.parent_root = Root{}; }), verdict(Verdict::Ignore, Clause::NET_18));
    EXPECT_EQ(changed([](Block& b) { b.slot = Slot{9}; }), verdict(Verdict::Reject, Clause::NET_19));
    EXPECT_EQ(changed([](Block& b) { ++b.proposer_index; }), verdict(Verdict::Reject, Clause::NET_21));
    EXPECT_EQ(changed([](Block& b) { b.state_root = Root{}; }), verdict(Verdict::Reject, Clause::NET_22));
    EXPECT_EQ(on_gossip_block(view_, block), ACCEPTED);
    EXPECT_EQ(on_gossip_block(view_, block), verdict(Verdict::Ignore, Clause::NET_16));
    view_.seen_blocks.clear();
    view_.invalid_blocks.insert(block.message.parent_root);
    EXPECT_EQ(on_gossip_block(view_, block), verdict(Verdict::Reject, Clause::NET_17));
}

/// [NET-09]
TEST_F(Gossip, ABlockMayComeHalfASecondBeforeItsSlot) {
    view_.time_ms -= 501;
    EXPECT_EQ(on_gossip_block(view_, chain_.blocks().back()), verdict(Verdict::Ignore, Clause::NET_14));
    view_.time_ms += 1;
    EXPECT_EQ(on_gossip_block(view_, chain_.blocks().back()), ACCEPTED);
}

/// [NET-20]
TEST_F(Gossip, ABlockOnABranchWithoutTheFinalizedBlockIsRejected) {
    view_.store.finalized_checkpoint = {Epoch{1}, block_at(7)};
    EXPECT_EQ(on_gossip_block(view_, chain_.blocks().back()), verdict(Verdict::Reject, Clause::NET_20));
    view_.store.finalized_checkpoint.root = block_at(8);
    EXPECT_EQ(on_gossip_block(view_, chain_.blocks().back()), ACCEPTED);
}

TEST_F(Gossip, AVoteIsAcceptedOnceOnItsSubnet) {
    const Attestation vote = single_vote(1);
    EXPECT_EQ(on_gossip_attestation(view_, vote, subnet_of(vote)), verdict(Verdict::Ignore, Clause::NET_28));
    ASSERT_TRUE(on_block(view_.store, chain_.blocks().back()));
    const auto changed = [&](const auto& change) {
        Attestation other = vote;
        change(other);
        return on_gossip_attestation(view_, other, subnet_of(vote));
    };
    EXPECT_EQ(changed([](auto& a) { a.data.target.epoch = Epoch{0}; }), verdict(Verdict::Reject, Clause::NET_24));
    EXPECT_EQ(changed([](auto& a) { a.data.slot = Slot{11}; }), verdict(Verdict::Ignore, Clause::NET_25));
    EXPECT_EQ(changed([](auto& a) { a.aggregation_bits.flip(); }), verdict(Verdict::Reject, Clause::NET_26));
    EXPECT_EQ(changed([](auto& a) { a.data.slot = Slot{9}; }), verdict(Verdict::Reject, Clause::NET_29));
    EXPECT_EQ(changed([](auto& a) { a.data.target.root = a.data.beacon_block_root; }),
              verdict(Verdict::Reject, Clause::NET_30));
    EXPECT_EQ(changed([](auto& a) { a.data.index = CommitteeIndex{9}; }), verdict(Verdict::Reject, Clause::NET_32));
    EXPECT_EQ(changed([](auto& a) { a.aggregation_bits.push_back(false); }), verdict(Verdict::Reject, Clause::NET_33));
    EXPECT_EQ(on_gossip_attestation(view_, vote, subnet_of(vote) ^ 1), verdict(Verdict::Reject, Clause::NET_34));
    EXPECT_EQ(changed([](auto& a) { a.signature = BLSSignature{}; }), verdict(Verdict::Reject, Clause::NET_36));
    EXPECT_EQ(on_gossip_attestation(view_, vote, subnet_of(vote)), ACCEPTED);
    EXPECT_EQ(on_gossip_attestation(view_, vote, subnet_of(vote)), verdict(Verdict::Ignore, Clause::NET_35));
}

/// [NET-31]
TEST_F(Gossip, AVoteAgainstWhatIsFinalIsIgnored) {
    ASSERT_TRUE(on_block(view_.store, chain_.blocks().back()));
    const Attestation vote = single_vote(1);
    Checkpoint& finalized = view_.store.finalized_checkpoint;
    finalized = {Epoch{1}, block_at(7)};
    EXPECT_EQ(on_gossip_attestation(view_, vote, subnet_of(vote)), verdict(Verdict::Ignore, Clause::NET_31));
    // The block's own branch, of which more is final than the vote's target.
    finalized = {Epoch{2}, vote.data.beacon_block_root};
    EXPECT_EQ(on_gossip_attestation(view_, vote, subnet_of(vote)), verdict(Verdict::Ignore, Clause::NET_31));
    finalized = vote.data.target;
    EXPECT_EQ(on_gossip_attestation(view_, vote, subnet_of(vote)), ACCEPTED);
}

TEST_F(Gossip, AnAggregateIsAcceptedOnceAndNotAfterOneThatCoversIt) {
    ASSERT_TRUE(on_block(view_.store, chain_.blocks().back()));
    const auto all = [](ValidatorIndex) { return true; };
    SignedAggregateAndProof signed_aggregate;
    AggregateAndProof& message = signed_aggregate.message;
    message.aggregate =
        test::attestations_of_slot(chain_.state(), Slot{10}, test::head_root(chain_.state()), all).at(0);
    const auto committee = get_beacon_committee(chain_.state(), Slot{10}, CommitteeIndex{0});
    const auto sign_all = [&](ValidatorIndex aggregator) {
        message.aggregator_index = aggregator;
        message.selection_proof = test::sign(aggregator, get_slot_signing_root(chain_.state(), Slot{10}));
        signed_aggregate.signature =
            test::sign(aggregator, get_aggregate_and_proof_signing_root(chain_.state(), message));
    };
    sign_all(committee[0]);
    const auto changed = [&](const auto& change) {
        SignedAggregateAndProof other = signed_aggregate;
        change(other);
        return on_gossip_aggregate(view_, other);
    };
    EXPECT_EQ(changed([](auto& a) { a.message.aggregate.aggregation_bits.assign(4, false); }),
              verdict(Verdict::Reject, Clause::NET_38));
    EXPECT_EQ(changed([](auto& a) { a.message.aggregator_index = ValidatorIndex{1000}; }),
              verdict(Verdict::Reject, Clause::NET_42));
    EXPECT_EQ(changed([](auto& a) { a.message.selection_proof = a.signature; }),
              verdict(Verdict::Reject, Clause::NET_44));
    EXPECT_EQ(changed([](auto& a) { a.signature = a.message.selection_proof; }),
              verdict(Verdict::Reject, Clause::NET_45));
    EXPECT_EQ(on_gossip_aggregate(view_, signed_aggregate), ACCEPTED);
    EXPECT_EQ(on_gossip_aggregate(view_, signed_aggregate), verdict(Verdict::Ignore, Clause::NET_39));
    message.aggregate.data.beacon_block_root = chain_.blocks()[8].message.parent_root;
    EXPECT_EQ(on_gossip_aggregate(view_, signed_aggregate), verdict(Verdict::Ignore, Clause::NET_40));
    sign_all(committee[1]);
    EXPECT_EQ(on_gossip_aggregate(view_, signed_aggregate), verdict(Verdict::Reject, Clause::NET_46));
}

/// Of the four members of a committee one in four is drawn.
class GossipOfFewAggregators : public Gossip {
  protected:
    GossipOfFewAggregators() : Gossip(few_aggregators()) {}
    static Parameters few_aggregators() {
        Parameters config = MINIMAL;
        config.TARGET_AGGREGATORS_PER_COMMITTEE = 1;
        return config;
    }
    SignedAggregateAndProof aggregate_of(ValidatorIndex aggregator, const Attestation& aggregate) {
        SignedAggregateAndProof made;
        made.message = {aggregator, aggregate,
                        test::sign(aggregator, get_slot_signing_root(chain_.state(), aggregate.data.slot))};
        made.signature = test::sign(aggregator, get_aggregate_and_proof_signing_root(chain_.state(), made.message));
        return made;
    }
};

/// [NET-43] [DUT-15]
TEST_F(GossipOfFewAggregators, AnAggregateOfAMemberThatIsNotDrawnIsRejected) {
    ASSERT_TRUE(on_block(view_.store, chain_.blocks().back()));
    const auto all = [](ValidatorIndex) { return true; };
    std::map<bool, std::size_t> count;
    for (const Attestation& aggregate :
         test::attestations_of_slot(chain_.state(), Slot{10}, test::head_root(chain_.state()), all)) {
        const auto committee = get_beacon_committee(chain_.state(), Slot{10}, aggregate.data.index);
        ASSERT_EQ(committee.size(), 4U);
        for (const ValidatorIndex member : committee) {
            const SignedAggregateAndProof message = aggregate_of(member, aggregate);
            // The first 8 bytes, little-endian, modulo 4.
            const bool drawn = hash(message.message.selection_proof.bytes).bytes[0] % 4 == 0;
            view_.seen_aggregates.clear();
            EXPECT_EQ(on_gossip_aggregate(view_, message), drawn ? ACCEPTED : verdict(Verdict::Reject, Clause::NET_43));
            ++count[drawn];
        }
    }
    EXPECT_GE(count[true], 1U);
    EXPECT_GE(count[false], 1U);
}

/// [NET-53]
TEST_F(Gossip, AnExitTooEarlyIsIgnoredAndOneOfNobodyIsRejected) {
    SignedVoluntaryExit exit{{Epoch{0}, ValidatorIndex{3}}, {}};
    EXPECT_EQ(on_gossip_voluntary_exit(view_, exit), verdict(Verdict::Ignore, Clause::EXI_05));
    exit.message.validator_index = ValidatorIndex{64};
    EXPECT_EQ(on_gossip_voluntary_exit(view_, exit), verdict(Verdict::Reject, Clause::EXI_01));
}

class GossipOfEarlyExits : public Gossip {
  protected:
    GossipOfEarlyExits() : Gossip(early_exits()) {}
    static Parameters early_exits() {
        Parameters config = MINIMAL;
        config.SHARD_COMMITTEE_PERIOD = 1;
        return config;
    }
    SignedVoluntaryExit exit_of(ValidatorIndex validator, Epoch epoch) const {
        const VoluntaryExit exit{epoch, validator};
        const Domain domain = get_domain(chain_.state(), DOMAIN_VOLUNTARY_EXIT, epoch);
        return {exit, test::sign(validator, compute_signing_root(exit, domain, chain_.state().config))};
    }
};

/// [NET-52]
TEST_F(GossipOfEarlyExits, ASecondExitOfAValidatorIsIgnored) {
    const SignedVoluntaryExit first = exit_of(ValidatorIndex{3}, Epoch{0});
    SignedVoluntaryExit spoiled = first;
    spoiled.signature = BLSSignature{};
    EXPECT_EQ(on_gossip_voluntary_exit(view_, spoiled), verdict(Verdict::Reject, Clause::EXI_06)) << "not seen by this";
    EXPECT_EQ(on_gossip_voluntary_exit(view_, first), ACCEPTED);
    EXPECT_EQ(on_gossip_voluntary_exit(view_, first), verdict(Verdict::Ignore, Clause::NET_52));
    EXPECT_EQ(on_gossip_voluntary_exit(view_, exit_of(ValidatorIndex{3}, Epoch{1})),
              verdict(Verdict::Ignore, Clause::NET_52));
    EXPECT_EQ(on_gossip_voluntary_exit(view_, spoiled), verdict(Verdict::Ignore, Clause::NET_52));
    EXPECT_EQ(on_gossip_voluntary_exit(view_, exit_of(ValidatorIndex{4}, Epoch{1})), ACCEPTED);
}

/// [NET-05] [NET-12]
/// [DUT-26] [NET-79]
TEST_F(Gossip, ABatchOfTransactionsIsAcceptedByItsConditions) {
    const ConsensusState& state = chain_.state();
    const auto transfer = [&](std::uint64_t account, std::uint64_t nonce, std::uint64_t max_fee) {
        const Transfer payment{test::development_address(2), Amount{5}};
        return test::sign_transaction(state, account, {{}, nonce, 50'000, max_fee, 1, payment});
    };
    const auto first = transfer(0, 0, 2000);
    EXPECT_EQ(on_gossip_transactions(view_, {}), verdict(Verdict::Reject, Clause::NET_75));
    EXPECT_EQ(on_gossip_transactions(view_, {{first, first}}), verdict(Verdict::Reject, Clause::NET_75));
    auto changed = first;
    changed.message.payload = ExitValidator{};
    EXPECT_EQ(on_gossip_transactions(view_, {{first, changed}}), verdict(Verdict::Reject, Clause::NET_75));
    EXPECT_EQ(on_gossip_transactions(view_, {{changed}}), verdict(Verdict::Reject, Clause::NET_76));
    changed = first;
    changed.message.tip = 2001;
    EXPECT_EQ(on_gossip_transactions(view_, {{changed}}), verdict(Verdict::Reject, Clause::NET_76));
    changed = first;
    changed.message.gas_limit = MINIMAL.BLOCK_GAS_LIMIT + 1;
    EXPECT_EQ(on_gossip_transactions(view_, {{changed}}), verdict(Verdict::Reject, Clause::NET_76));
    changed = first;
    changed.message.max_fee = 1999;
    EXPECT_EQ(on_gossip_transactions(view_, {{changed}}), verdict(Verdict::Reject, Clause::NET_78));
    EXPECT_EQ(on_gossip_transactions(view_, {{transfer(0, 65, 2000)}}), verdict(Verdict::Ignore, Clause::NET_77));
    EXPECT_EQ(on_gossip_transactions(view_, {{transfer(7, 0, 2000)}}), verdict(Verdict::Ignore, Clause::NET_77));
    EXPECT_EQ(on_gossip_transactions(view_, {{first}}), ACCEPTED);
    EXPECT_EQ(on_gossip_transactions(view_, {{first}}), verdict(Verdict::Ignore, Clause::NET_77));
    EXPECT_EQ(on_gossip_transactions(view_, {{transfer(1, 0, 9)}}), verdict(Verdict::Ignore, Clause::NET_77));
    EXPECT_EQ(on_gossip_transactions(view_, {{first, transfer(1, 0, 10)}}), ACCEPTED);
    EXPECT_EQ(view_.pool.size(), 2U);
}

/// [DUT-27]
TEST_F(Gossip, ATransactionIsReplacedByOneThatPaysATenthMore) {
    const ConsensusState& state = chain_.state();
    const auto offer = [&](std::uint64_t max_fee, std::uint64_t tip) {
        return test::sign_transaction(state, 0, {{}, 0, 50'000, max_fee, tip, Transfer{}});
    };
    EXPECT_EQ(on_gossip_transactions(view_, {{offer(1001, 11)}}), ACCEPTED);
    EXPECT_EQ(on_gossip_transactions(view_, {{offer(1101, 13)}}), verdict(Verdict::Ignore, Clause::NET_77));
    EXPECT_EQ(on_gossip_transactions(view_, {{offer(1102, 12)}}), verdict(Verdict::Ignore, Clause::NET_77));
    EXPECT_EQ(on_gossip_transactions(view_, {{offer(1102, 13)}}), ACCEPTED);
    EXPECT_EQ(view_.pool.size(), 1U);
}

/// [NET-17] [NET-23]
TEST_F(Gossip, ABlockWhoseTransitionFailsIsFoundInvalidWithWhatDescendsFromIt) {
    const auto root_of = [](const SignedBlock& block) { return hash_tree_root(block.message, MINIMAL); };
    SignedBlock unsigned_block = chain_.blocks().back();
    unsigned_block.signature = {};
    EXPECT_EQ(import_block(view_, unsigned_block).failure().clause, Clause::BLK_07);
    EXPECT_TRUE(view_.invalid_blocks.empty()) << "the root does not cover the signature";
    SignedBlock orphan = chain_.blocks().back();
    orphan.message.parent_root.bytes.fill(7);
    EXPECT_EQ(import_block(view_, orphan).failure().clause, Clause::FC_16);
    EXPECT_TRUE(view_.invalid_blocks.empty()) << "nothing is known of it";
    SignedBlock bad = chain_.blocks().back();
    ++bad.message.proposer_index;
    EXPECT_EQ(import_block(view_, bad).failure().clause, Clause::BLK_04);
    SignedBlock child = chain_.blocks().back();
    child.message.parent_root = root_of(bad);
    EXPECT_EQ(on_gossip_block(view_, child), verdict(Verdict::Reject, Clause::NET_17));
    SignedBlock grandchild = child;
    grandchild.message.parent_root = root_of(child);
    EXPECT_EQ(on_gossip_block(view_, grandchild), verdict(Verdict::Reject, Clause::NET_17));
    EXPECT_EQ(import_block(view_, grandchild).failure().clause, Clause::FC_16);
    EXPECT_EQ(view_.invalid_blocks, (std::set{root_of(bad), root_of(child), root_of(grandchild)}));
}

/// [NET-03]
TEST_F(Gossip, ATopicIsOneOfTheNodesOwnOrNone) {
    const Bytes payload = ssz::compress(ssz::serialize(chain_.blocks().back(), MINIMAL));
    const auto on = [&](const std::string& topic) { return on_gossip_message(view_, topic, payload); };
    const auto topic = [&](const std::string& name) { return gossip_topic(chain_.state(), Epoch{1}, name); };
    EXPECT_EQ(on(topic("block")), ACCEPTED);
    EXPECT_EQ(on(topic("attestation_3")).value().verdict, Verdict::Reject) << "a block does not decode as a vote";
    for (const char* name : {"blocks", "Block", "attestation_4", "attestation_03", "attestation_", ""})
        EXPECT_FALSE(on(topic(name))) << name;
    EXPECT_FALSE(on(topic("block") + "/"));
    EXPECT_FALSE(on(""));
}

TEST_F(Gossip, PayloadsAreBoundedAndNamedByTheirContent) {
    const Bytes data = ssz::serialize(chain_.blocks().back(), MINIMAL);
    EXPECT_TRUE(decode_gossip<SignedBlock>(ssz::compress(data), MINIMAL));
    EXPECT_EQ(decode_gossip<SignedBlock>(Bytes(5, 0xff), MINIMAL).failure().clause, Clause::ENC_24);
    EXPECT_EQ(decode_gossip<SignedBlock>(Bytes(MINIMAL.GOSSIP_MAX_SIZE * 2), MINIMAL).failure().clause, Clause::NET_11);
    const std::string topic = gossip_topic(chain_.state(), Epoch{0}, "block");
    EXPECT_EQ(gossip_message_id(topic, ssz::compress(data), MINIMAL).size(), 20U);
    EXPECT_NE(gossip_message_id(topic, ssz::compress(data), MINIMAL), gossip_message_id(topic, data, MINIMAL));
}

/// [NET-57] [NET-67] [NET-69] [NET-73]
TEST_F(Gossip, ResponsesAreCheckedAgainstTheirRequests) {
    BlocksResponse response;
    BlocksByRootRequest by_root;
    for (std::size_t i = 2; i < 6; ++i) {
        response.blocks.push_back({ssz::serialize(chain_.blocks()[i], MINIMAL)});
        by_root.roots.push_back(hash_tree_root(chain_.blocks()[i].message, MINIMAL));
    }
    EXPECT_TRUE(check_blocks_by_range_response({Slot{3}, 4}, response, MINIMAL));
    EXPECT_FALSE(check_blocks_by_range_response({Slot{3}, 3}, response, MINIMAL));
    EXPECT_FALSE(check_blocks_by_range_response({Slot{4}, 4}, response, MINIMAL));
    EXPECT_TRUE(check_blocks_by_root_response(by_root, response, MINIMAL));
    std::swap(response.blocks[1], response.blocks[2]);
    EXPECT_FALSE(check_blocks_by_range_response({Slot{3}, 4}, response, MINIMAL));
    EXPECT_FALSE(check_blocks_by_root_response(by_root, response, MINIMAL));
    EXPECT_FALSE(check_blocks_by_range_request({Slot{0}, 0}, MINIMAL));
    EXPECT_FALSE(check_blocks_by_range_request({Slot{0}, 129}, MINIMAL));
    EXPECT_FALSE(check_frame(MINIMAL.RESPONSE_MAX_SIZE * 2, 1, UINT64_MAX, MINIMAL));
    EXPECT_TRUE(check_frame(40, 8, 8, MINIMAL));
}

/// [DUT-03]
TEST(Duties, EveryActiveValidatorHasOneAssignmentAnEpoch) {
    const ConsensusState state = test::genesis_state(16);
    std::set<ValidatorIndex> assigned;
    for (std::uint64_t i = 0; i < 16; ++i) {
        const auto found = get_committee_assignment(state, Epoch{1}, ValidatorIndex{i}).value();
        ASSERT_TRUE(found);
        EXPECT_TRUE(assigned.insert(ValidatorIndex{i}).second);
    }
    EXPECT_FALSE(get_committee_assignment(state, Epoch{1}, ValidatorIndex{16}).value());
    EXPECT_FALSE(get_committee_assignment(state, Epoch{2}, ValidatorIndex{0}));
}

/// [DUT-19] [DUT-20]
TEST(Duties, AWatermarkLetsNothingSlashableBeSigned) {
    Watermark watermark;
    EXPECT_TRUE(raise_for_block(watermark, Slot{5}));
    EXPECT_FALSE(raise_for_block(watermark, Slot{5}));
    EXPECT_TRUE(raise_for_attestation(watermark, Epoch{1}, Epoch{2}));
    EXPECT_FALSE(raise_for_attestation(watermark, Epoch{1}, Epoch{2}));
    EXPECT_FALSE(raise_for_attestation(watermark, Epoch{0}, Epoch{3})) << "surrounds";
    EXPECT_FALSE(raise_for_attestation(watermark, Epoch{4}, Epoch{3}));
    EXPECT_TRUE(raise_for_attestation(watermark, Epoch{1}, Epoch{3}));
}

/// [WS-01]
TEST(WeakSubjectivity, ThePeriodIsThatOfStakeAndChurn) {
    test::Chain chain(16);
    chain.extend_to(Slot{2});
    const ConsensusState& state = chain.state();
    // 16 validators of 1024 TST, a churn of 16,384 TST an epoch, a decay of 10 percent.
    EXPECT_TRUE(compute_weak_subjectivity_period(state).value() == MINIMAL.UNBONDING_EPOCHS);
    const Checkpoint checkpoint{Epoch{1}, test::head_root(state)};
    EXPECT_TRUE(is_within_weak_subjectivity_period(Epoch{1 + MINIMAL.UNBONDING_EPOCHS}, state, checkpoint));
    EXPECT_EQ(
        is_within_weak_subjectivity_period(Epoch{2 + MINIMAL.UNBONDING_EPOCHS}, state, checkpoint).failure().clause,
        Clause::WS_03);
    EXPECT_EQ(is_within_weak_subjectivity_period(Epoch{1}, state, {Epoch{1}, Root{}}).failure().clause, Clause::WS_02);
}

}  // namespace
}  // namespace touchstone::reference
