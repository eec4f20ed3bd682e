#include "node/kernel/duties/production.h"

#include <gtest/gtest.h>

#include <array>

#include "node/base/arithmetic.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/test_chain.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

const TestChain& chain() {
    static const TestChain chain(MINIMAL, 64);
    return chain;
}

Bits bits_of(std::size_t size, std::initializer_list<std::size_t> set) {
    Bits bits(size);
    for (const std::size_t i : set)
        bits.set(i);
    return bits;
}

/// [DUT-16]
TEST(AttestationPool, JoinsDisjointVotesToWhatVerifies) {
    const State state = chain().advance(chain().genesis_state(), Slot(1));
    const AttestationData data = chain().vote_data(chain().genesis_state(), Slot(1));
    const std::size_t size = state.context().current->committee(Slot(1), CommitteeIndex(0)).size();
    ASSERT_GE(size, 4U);
    AttestationPool pool(MINIMAL);
    EXPECT_TRUE(pool.add(chain().attest(state, data, bits_of(size, {0}))));
    EXPECT_TRUE(pool.add(chain().attest(state, data, bits_of(size, {2}))));
    EXPECT_FALSE(pool.add(chain().attest(state, data, bits_of(size, {2}))));
    EXPECT_TRUE(pool.add(chain().attest(state, data, bits_of(size, {1, 2}))));  // overlaps: stands beside
    EXPECT_EQ(pool.size(), 2U);
    const auto joined = pool.aggregate_of(data);
    ASSERT_TRUE(joined.has_value());
    EXPECT_EQ(joined->aggregation_bits.count(), 2U);
    EXPECT_EQ(joined->signature, chain().attest(state, data, joined->aggregation_bits).signature);
    EXPECT_TRUE(pool.candidates(Slot(1)).empty());
    EXPECT_EQ(pool.candidates(Slot(2)).size(), 2U);
    pool.prune(Slot(15));
    EXPECT_EQ(pool.size(), 2U);
    pool.prune(Slot(16));
    EXPECT_EQ(pool.size(), 0U);
}

/// [DUT-16]
TEST(AttestationPool, WhatComesAfterASumWasAskedForIsInTheNext) {
    const State state = chain().advance(chain().genesis_state(), Slot(1));
    const AttestationData data = chain().vote_data(chain().genesis_state(), Slot(1));
    const std::size_t size = state.context().current->committee(Slot(1), CommitteeIndex(0)).size();
    AttestationPool pool(MINIMAL);
    Bits voted(size);
    for (std::size_t member = 0; member < 4; ++member) {
        voted.set(member);
        EXPECT_TRUE(pool.add(chain().attest(state, data, bits_of(size, {member}))));
        const Attestation expected = chain().attest(state, data, voted);
        EXPECT_EQ(pool.aggregate_of(data), std::optional(expected)) << member;
        EXPECT_EQ(pool.aggregate_of(data), std::optional(expected)) << "asked again";
        EXPECT_EQ(pool.candidates(Slot(2)), std::vector{expected});
    }
    EXPECT_EQ(pool.size(), 1U);
}

/// The sum of so many of the same signature.
BlsSignature sum_of(const BlsSignature& signature, std::size_t count) {
    const auto point = crypto::bls::Signature::parse(signature.view());
    const std::vector<crypto::bls::Signature> points(count, point.value());
    return BlsSignature(crypto::bls::aggregate_signatures(points).value().to_bytes());
}

TEST(AttestationPool, NoMoreThanTheMostWaitToBeSummed) {
    const State state = chain().advance(chain().genesis_state(), Slot(1));
    const AttestationData data = chain().vote_data(chain().genesis_state(), Slot(1));
    const std::size_t size = state.context().current->committee(Slot(1), CommitteeIndex(0)).size();
    const BlsSignature signature = chain().attest(state, data, bits_of(size, {0})).signature;
    AttestationPool pool(MINIMAL);
    BlsSignature present;
    const auto look = [&](const Attestation& votes) {
        present = votes.signature;
        return false;
    };
    constexpr std::size_t kVotes = 1 + AttestationPool::kMostUnsummed;
    for (std::size_t member = 0; member < kVotes; ++member) {
        EXPECT_TRUE(pool.candidates(Slot(2), look).empty());
        if (member > 0) {
            EXPECT_EQ(present, signature) << "fewer wait until somebody asks for the sum";
        }
        EXPECT_TRUE(pool.add({bits_of(kVotes, {member}), data, signature}));
    }
    EXPECT_TRUE(pool.candidates(Slot(2), look).empty());
    EXPECT_EQ(present, sum_of(signature, kVotes));
    EXPECT_EQ(pool.size(), 1U);
}

/// [DUT-09]
TEST(AttestationPool, WhatBringsNothingToABlockIsNotSummed) {
    const State& genesis = chain().genesis_state();
    const State at_one = chain().advance(genesis, Slot(1));
    const AttestationData data = chain().vote_data(genesis, Slot(1));
    const std::size_t size = at_one.context().current->committee(Slot(1), CommitteeIndex(0)).size();
    const auto vote = [&](std::initializer_list<std::size_t> members) {
        return chain().attest(at_one, data, bits_of(size, members));
    };
    AttestationPool pool(MINIMAL);
    EXPECT_TRUE(pool.add(vote({0})));
    EXPECT_TRUE(pool.add(vote({1})));
    const std::vector<Attestation> included{vote({0, 1})};
    const SignedBlock block = chain().make_block(genesis, Slot(2), {{}, {}, included, {}});
    ASSERT_EQ(block.message.body.attestations, included);
    const auto post = state_transition(chain().environment(), genesis, block, verify_each);
    ASSERT_TRUE(post.ok());
    const State at_three = chain().advance(*post, Slot(3));

    std::vector<Attestation> asked_about;
    const auto select = [&] {
        asked_about.clear();
        return pool.candidates(Slot(3), [&](const Attestation& votes) {
            asked_about.push_back(votes);
            return brings_something(chain().environment(), at_three, votes);
        });
    };
    Attestation unsummed = vote({0});
    unsummed.aggregation_bits.set(1);
    for (int time = 0; time < 2; ++time) {
        EXPECT_TRUE(select().empty()) << "the chain has both votes";
        EXPECT_EQ(asked_about, std::vector{unsummed});
    }
    EXPECT_TRUE(pool.add(vote({2})));
    EXPECT_EQ(select(), std::vector{vote({0, 1, 2})});
}

/// [DUT-08] [DUT-09]
TEST(Production, PacksTheBestVotesFirstAndNothingUseless) {
    const State& genesis = chain().genesis_state();
    const State at_one = chain().advance(genesis, Slot(1));
    const AttestationData data = chain().vote_data(genesis, Slot(1));
    const std::size_t size = at_one.context().current->committee(Slot(1), CommitteeIndex(0)).size();
    const Attestation one = chain().attest(at_one, data, bits_of(size, {0}));
    const Attestation two = chain().attest(at_one, data, bits_of(size, {0, 1}));
    const Attestation other = chain().attest(at_one, data, bits_of(size, {2}));
    AttestationData wrong_source = data;
    wrong_source.source.epoch = Epoch(3);
    const Attestation invalid = chain().attest(at_one, wrong_source, bits_of(size, {3}));
    const std::vector<Attestation> candidates{one, invalid, two, other};
    const SignedBlock block = chain().make_block(genesis, Slot(2), {{}, {}, candidates, {}});
    EXPECT_EQ(block.message.body.attestations, (std::vector{two, other}));
    EXPECT_TRUE(state_transition(chain().environment(), genesis, block, verify_each).ok());
}

/// [DUT-08]
TEST(Production, IncludesVotesOfAnotherBranchWhereTheCommitteesAreTheSame) {
    ForkChoice store = chain().fork_choice();
    ASSERT_TRUE(store.on_tick(chain().slot_time_ms(Slot(18))).ok());
    const auto add = [&](const State& parent, Slot slot) {
        return store.on_block(chain().make_block(parent, slot), verify_each)->root;
    };
    // What epoch 0 reveals differs, and so do the committees from epoch 2 on.
    const Root first = add(chain().genesis_state(), Slot(1));
    const Root second = add(chain().genesis_state(), Slot(2));
    const Root parent = add(*store.block_state(first), Slot(16));
    const Root other = add(*store.block_state(second), Slot(16));
    const std::vector<Attestation> own = chain().attest(*store.block_state(parent), Slot(17));
    const std::vector<Attestation> foreign = chain().attest(*store.block_state(other), Slot(17));
    const std::vector<Attestation> early = chain().attest(*store.block_state(second), Slot(15));
    std::vector<Attestation> votes = foreign;
    votes.insert(votes.end(), own.begin(), own.end());
    votes.insert(votes.end(), early.begin(), early.end());
    std::vector<Attestation> unknown = own;
    unknown.resize(1);
    unknown[0].data.target.root = Root{};
    votes.push_back(unknown[0]);

    const auto is_accepted = [&](std::span<const Attestation> candidates) {
        const State& state = *store.block_state(parent);
        const SignedBlock block = chain().make_block(state, Slot(18), {{}, {}, candidates, {}});
        EXPECT_FALSE(block.message.body.attestations.empty());
        return state_transition(chain().environment(), state, block, verify_each).ok();
    };
    EXPECT_FALSE(is_accepted(foreign)) << "their bits stand for others here";
    std::erase_if(votes, [&](const Attestation& vote) { return !is_of_branch(store, parent, vote); });
    std::vector<Attestation> expected = own;
    expected.insert(expected.end(), early.begin(), early.end());
    EXPECT_EQ(votes, expected);
    EXPECT_TRUE(is_accepted(votes));
}

/// [DUT-09]
TEST(Production, IncludesSlashingsOfSomebodyNewOnly) {
    const State& genesis = chain().genesis_state();
    const std::vector<ProposerSlashing> proposers{chain().proposer_slashing(genesis, ValidatorIndex(3), Slot(1)),
                                                  chain().proposer_slashing(genesis, ValidatorIndex(3), Slot(2))};
    const std::vector<AttesterSlashing> attesters{
        chain().double_vote(genesis, {ValidatorIndex(3)}, Epoch(0)),
        chain().double_vote(genesis, {ValidatorIndex(3), ValidatorIndex(4)}, Epoch(0))};
    const SignedBlock block = chain().make_block(genesis, Slot(1), {proposers, attesters, {}, {}});
    EXPECT_EQ(block.message.body.proposer_slashings.size(), 1U);
    EXPECT_EQ(block.message.body.attester_slashings.size(), 1U);
    const auto post = state_transition(chain().environment(), genesis, block, verify_each);
    ASSERT_TRUE(post.ok());
    EXPECT_TRUE(post->consensus().validators[3].slashed);
    EXPECT_TRUE(post->consensus().validators[4].slashed);
}

/// Validators that are not final yet may be others on another branch. [DUT-08]
TEST(Production, LeavesOutWhatTheBranchsOwnValidatorDidNotSign) {
    using Kept = std::array<std::size_t, 3>;
    const Environment& environment = chain().environment();
    const ValidatorIndex last(63);
    const Epoch old_enough(MINIMAL.SHARD_COMMITTEE_PERIOD);
    State head = chain().genesis_state();
    head.mutable_consensus().slot = start_slot_of(old_enough, MINIMAL);
    head.refresh(environment);
    OperationPool pool;
    pool.add(chain().proposer_slashing(head, ValidatorIndex(7), head.slot()));
    pool.add(chain().proposer_slashing(head, last, head.slot()));
    pool.add(chain().double_vote(head, {ValidatorIndex(5), ValidatorIndex(6)}, old_enough));
    pool.add(chain().double_vote(head, {ValidatorIndex(5), last}, old_enough));
    pool.add(chain().voluntary_exit(head, last, old_enough));
    pool.add(chain().voluntary_exit(head, ValidatorIndex(8), old_enough));
    const auto kept = [&](const State& finalized, const State& state) {
        const BranchOperations operations = operations_of_branch(environment, finalized, state, pool);
        return Kept{operations.proposer_slashings.size(), operations.attester_slashings.size(),
                    operations.voluntary_exits.size()};
    };
    ConsensusState consensus = head.consensus();
    consensus.validators.mutate(last.value()).pubkey = head.consensus().validators[1].pubkey;
    const State branch = State::of(environment, std::move(consensus));
    const State before_the_last = TestChain(MINIMAL, last.value()).genesis_state();
    EXPECT_EQ(kept(before_the_last, head), (Kept{2, 2, 2}));
    EXPECT_EQ(kept(before_the_last, branch), (Kept{1, 1, 1}));
    EXPECT_EQ(kept(head, branch), (Kept{2, 2, 2})) << "who is final has the same key everywhere";
}

/// [DUT-24] [STK-24]
TEST(Production, IncludesAnOlderOffenceOfWhoIsSlashedAlready) {
    const Environment& environment = chain().environment();
    const State fourth = chain().advance(chain().genesis_state(), Slot(25));
    const auto slashed_from = [&](const State& state, std::size_t i) {
        return state.consensus().validators[i].slashed_from;
    };
    OperationPool pool;
    pool.add(chain().proposer_slashing(fourth, ValidatorIndex(3), Slot(17)));
    pool.add(chain().double_vote(fourth, {ValidatorIndex(4)}, Epoch(2)));
    const auto next = [&](const State& state) {
        const BlockCandidates candidates{.proposer_slashings = pool.proposer_slashings(),
                                         .attester_slashings = pool.attester_slashings()};
        const SignedBlock block = chain().make_block(state, state.slot() + 1, candidates);
        auto post = state_transition(environment, state, block, verify_each);
        EXPECT_TRUE(post.ok());
        const std::size_t included =
            block.message.body.proposer_slashings.size() + block.message.body.attester_slashings.size();
        return std::pair{included, *std::move(post)};
    };
    const auto [first, slashed] = next(fourth);
    EXPECT_EQ(first, 2U);
    EXPECT_EQ(slashed_from(slashed, 3), Epoch(2));
    pool.prune(environment, fourth);
    ASSERT_EQ(pool.size(), 2U) << "not final yet";

    pool.add(chain().proposer_slashing(fourth, ValidatorIndex(3), Slot(9)));
    pool.add(chain().proposer_slashing(fourth, ValidatorIndex(3), Slot(18)));
    pool.add(chain().double_vote(fourth, {ValidatorIndex(4)}, Epoch(1)));
    pool.prune(environment, slashed);
    EXPECT_EQ(pool.proposer_slashings().size(), 1U) << "the older one";
    EXPECT_EQ(pool.attester_slashings().size(), 1U);
    const auto [second, again] = next(slashed);
    EXPECT_EQ(second, 2U);
    EXPECT_EQ(slashed_from(again, 3), Epoch(1));
    EXPECT_EQ(slashed_from(again, 4), Epoch(1));
    EXPECT_EQ(next(again).first, 0U);
    pool.prune(environment, again);
    EXPECT_EQ(pool.size(), 0U);
}

/// [DUT-24]
TEST(OperationPool, KeepsEvidenceUntilItCanBePunishedNoMore) {
    using Kept = std::pair<std::size_t, std::size_t>;
    const Environment& environment = chain().environment();
    const ValidatorIndex offender(7);
    const ProposerSlashing header = chain().proposer_slashing(chain().genesis_state(), offender, Slot(3));
    const AttesterSlashing vote = chain().double_vote(chain().genesis_state(), {offender, ValidatorIndex(9)}, Epoch(2));
    const auto kept = [&](const auto& change) {
        OperationPool pool;
        pool.add(header);
        pool.add(vote);
        State state = chain().genesis_state();
        change(state.mutable_consensus());
        state.refresh(environment);
        pool.prune(environment, state);
        return Kept{pool.proposer_slashings().size(), pool.attester_slashings().size()};
    };
    const auto slash = [](ConsensusState& state, std::size_t i, Epoch from) {
        state.validators.mutate(i).slashed = true;
        state.validators.mutate(i).slashed_from = from;
    };
    EXPECT_EQ(kept([](ConsensusState&) {}), Kept(1, 1));
    EXPECT_EQ(kept([&](ConsensusState& state) { slash(state, 7, Epoch(1)); }), Kept(1, 1))
        << "the header is older, and another voted too";
    EXPECT_EQ(kept([&](ConsensusState& state) { slash(state, 7, Epoch(0)); }), Kept(0, 1));
    EXPECT_EQ(kept([&](ConsensusState& state) {
                  slash(state, 7, Epoch(2));
                  slash(state, 9, Epoch(2));
              }),
              Kept(1, 0));
    EXPECT_EQ(
        kept([](ConsensusState& state) { state.slot = start_slot_of(Epoch(MINIMAL.MAX_EVIDENCE_AGE + 1), MINIMAL); }),
        Kept(0, 1));
    EXPECT_EQ(kept([](ConsensusState& state) {
                  state.validators.mutate(7).activation_epoch = kFarFutureEpoch;
                  state.validators.mutate(9).activation_epoch = kFarFutureEpoch;
              }),
              Kept(1, 1))
        << "a later state may know that they are active";
    EXPECT_EQ(kept([](ConsensusState& state) {
                  state.validators.mutate(7).exit_epoch = Epoch(1);
                  state.slot = start_slot_of(Epoch(MINIMAL.UNBONDING_EPOCHS + 1), MINIMAL);
              }),
              Kept(0, 1));
}

TEST(OperationPool, KeepsWhatIsAboutSomebodyThatTheFinalizedStateDoesNotKnow) {
    const ValidatorIndex unknown(chain().genesis_state().validator_count());
    ProposerSlashing header;
    header.signed_header_1.message.proposer_index = unknown;
    OperationPool pool;
    pool.add(header);
    pool.add(SignedVoluntaryExit{{Epoch(0), unknown}, {}});
    pool.prune(chain().environment(), chain().genesis_state());
    EXPECT_EQ(pool.proposer_slashings().size(), 1U);
    EXPECT_EQ(pool.voluntary_exits().size(), 1U);
}

TEST(Production, AttestationDataFollowTheHead) {
    ForkChoice store = chain().fork_choice();
    ASSERT_TRUE(store.on_tick(chain().slot_time_ms(Slot(9))).ok());
    const SignedBlock block = chain().make_block(chain().genesis_state(), Slot(7));
    const Root root = store.on_block(block, verify_each)->root;
    const auto data = produce_attestation_data(store, Slot(9));
    ASSERT_TRUE(data.has_value());
    EXPECT_EQ(data->beacon_block_root, root);
    EXPECT_EQ(data->target, (Checkpoint{Epoch(1), root}));
    EXPECT_FALSE(produce_attestation_data(store, Slot(6)).has_value());
}

TEST(Schedule, KnowsTheStatesEpochAndItsNeighbours) {
    const State state = chain().advance(chain().genesis_state(), Slot(2 * MINIMAL.SLOTS_PER_EPOCH));
    const ValidatorIndex registered(5);
    const ValidatorIndex nobody(64);
    for (std::uint64_t epoch = 0; epoch <= 4; ++epoch) {
        const auto duties = attester_duties(chain().environment(), state, Epoch(epoch), {&registered, 1});
        if (epoch == 0 || epoch == 4) {
            ASSERT_FALSE(duties.ok());
            EXPECT_EQ(duties.rejection().clause, Clause::DUT_03);
            continue;
        }
        ASSERT_TRUE(duties.ok());
        ASSERT_EQ(duties->size(), 1U);
        EXPECT_EQ(duties->front().validator, registered);
        EXPECT_EQ(epoch_of(duties->front().slot, MINIMAL), Epoch(epoch));
        EXPECT_TRUE(attester_duties(chain().environment(), state, Epoch(epoch), {&nobody, 1})->empty());
    }
}

/// [DUT-03] [DUT-04]
TEST(Schedule, NamesEveryValidatorOnceAnEpochAndTheProposersOfBlocks) {
    const State& state = chain().genesis_state();
    std::vector<ValidatorIndex> all;
    for (std::uint64_t i = 0; i < 64; ++i)
        all.emplace_back(i);
    for (const Epoch epoch : {Epoch(0), Epoch(1)}) {
        const auto duties = attester_duties(chain().environment(), state, epoch, all);
        ASSERT_TRUE(duties.ok());
        EXPECT_EQ(duties->size(), 64U);
        for (const AttesterDuty& duty : *duties) {
            const auto shuffling = get_shuffling(state, epoch, chain().environment());
            EXPECT_EQ(shuffling->committee(duty.slot, duty.committee)[duty.position], duty.validator);
            EXPECT_TRUE(shuffling->seat_of(duty.validator).has_value());
        }
    }
    const auto proposers = proposer_duties(chain().environment(), state, Epoch(1));
    ASSERT_EQ(proposers.size(), MINIMAL.SLOTS_PER_EPOCH);
    EXPECT_EQ(chain().make_block(state, proposers[3].slot).message.proposer_index, proposers[3].validator);
}

/// [DUT-15]
TEST(Aggregators, EverybodyAggregatesInASmallCommittee) { EXPECT_TRUE(is_aggregator(8, BlsSignature{}, MINIMAL)); }

// ------------------------------------------------------------------------------------------------------ transactions

constexpr std::uint64_t kTransferGas = 21'000;

const TestChain& rich_chain(const Parameters& parameters = MINIMAL) {
    static const TestChain chain(parameters, 16, Amount(32'000'000'000), 8);
    return chain;
}

std::vector<SignedTransaction> included(const TestChain& chain, const std::vector<SignedTransaction>& candidates) {
    const SignedBlock block =
        chain.make_block(chain.genesis_state(), Slot(1), BlockCandidates{.transactions = candidates});
    const auto post = state_transition(chain.environment(), chain.genesis_state(), block, verify_each);
    EXPECT_TRUE(post.ok());
    return block.message.body.transactions;
}

std::vector<SignedTransaction> one_of_each_account(const TestChain& chain, std::size_t count) {
    const State state = chain.advance(chain.genesis_state(), Slot(1));
    std::vector<SignedTransaction> transactions;
    for (std::size_t i = 0; i < count; ++i)
        transactions.push_back(chain.transfer(state, i, chain.account_address((i + 1) % 8), Amount(1)));
    return transactions;
}

/// [DUT-08] [DUT-28]
TEST(Production, TakesTransactionsInTheirOrderAndPassesOverSendersThatCannot) {
    const TestChain& chain = rich_chain();
    const State state = chain.advance(chain.genesis_state(), Slot(1));
    const auto with_nonce = [&](std::size_t sender, std::uint64_t nonce, std::uint64_t max_fee = 5'000) {
        SignedTransaction transaction = chain.unsigned_transfer(state, sender, chain.account_address(7), Amount(1));
        transaction.message.nonce = nonce;
        transaction.message.max_fee = max_fee;
        chain.sign(state, sender, transaction);
        return transaction;
    };
    const SignedTransaction first = with_nonce(0, 0);
    const SignedTransaction second = with_nonce(0, 1);
    const SignedTransaction gap = with_nonce(1, 1);
    const SignedTransaction behind_the_gap = with_nonce(1, 0);
    const SignedTransaction poor = with_nonce(2, 0, 1);
    const SignedTransaction behind_the_poor = with_nonce(2, 0);
    SignedTransaction failing = with_nonce(3, 0);
    failing.message.payload = Transfer{chain.account_address(1), Amount(kUint64Max)};
    chain.sign(state, 3, failing);
    const SignedTransaction behind_the_failing = with_nonce(3, 1);
    EXPECT_EQ(included(chain, {gap, first, poor, second, behind_the_gap, failing, behind_the_poor, behind_the_failing}),
              (std::vector{first, second, failing, behind_the_failing}));
}

/// [DUT-09]
TEST(Production, EndsTheTransactionsWhereTheGasEnds) {
    Parameters parameters = MINIMAL;
    parameters.BLOCK_GAS_LIMIT = 3 * kTransferGas + 5;
    const TestChain chain(parameters, 16, Amount(32'000'000'000), 8);
    auto candidates = one_of_each_account(chain, 6);
    EXPECT_EQ(included(chain, candidates), std::vector(candidates.begin(), candidates.begin() + 3));
    // Gas that is asked for has to fit, though less is used.
    const State state = chain.advance(chain.genesis_state(), Slot(1));
    candidates[2].message.gas_limit = kTransferGas + 6;
    chain.sign(state, 2, candidates[2]);
    EXPECT_EQ(included(chain, candidates), (std::vector{candidates[0], candidates[1], candidates[3]}));
    candidates[2].message.gas_limit = kTransferGas + 5;
    chain.sign(state, 2, candidates[2]);
    EXPECT_EQ(included(chain, candidates), std::vector(candidates.begin(), candidates.begin() + 3));
}

/// [DUT-09] [DUT-28]
TEST(Production, OneThatAsksForAllTheGasDoesNotEndTheBlockForOthers) {
    const TestChain& chain = rich_chain();
    const State state = chain.advance(chain.genesis_state(), Slot(1));
    auto candidates = one_of_each_account(chain, 4);
    candidates[1].message.gas_limit = chain.parameters().BLOCK_GAS_LIMIT;
    candidates[1].message.max_fee = state.consensus().base_fee;
    candidates[1].message.tip = 0;
    chain.sign(state, 1, candidates[1]);
    EXPECT_EQ(included(chain, candidates), (std::vector{candidates[0], candidates[2], candidates[3]}));
    std::swap(candidates[0], candidates[1]);
    EXPECT_EQ(included(chain, candidates), candidates) << "as the first it fits, and uses little of what it asks for";
}

TEST(Production, EndsTheTransactionsWhereTheirNumberEnds) {
    Parameters parameters = MINIMAL;
    parameters.MAX_TRANSACTIONS = 2;
    const TestChain chain(parameters, 16, Amount(32'000'000'000), 8);
    const auto candidates = one_of_each_account(chain, 6);
    EXPECT_EQ(included(chain, candidates), std::vector(candidates.begin(), candidates.begin() + 2));
}

/// The proposer's operator would have an account by the reward of a slashing that does not fit.
TEST(Production, ExecutesTransactionsOnWhatTheOperationsThatFitLeave) {
    const SignedBlock empty = rich_chain().make_block(rich_chain().genesis_state(), Slot(1));
    Parameters parameters = MINIMAL;
    parameters.MAX_BLOCK_BYTES = encode(empty).size() + 300;
    const TestChain chain(parameters, 16, Amount(32'000'000'000), 1);
    const State state = chain.advance(chain.genesis_state(), Slot(1));
    const ValidatorIndex proposer = *get_proposer(state.consensus(), Slot(1), parameters);
    const ValidatorIndex offender((proposer.value() + 1) % 16);
    const std::vector slashings{chain.double_vote(state, {offender}, Epoch(0))};
    const Address& operator_address = state.consensus().validators[proposer.value()].operator_address;
    SignedTransaction transfer = chain.unsigned_transfer(state, 0, operator_address, Amount(1));
    transfer.message.gas_limit += parameters.GAS_NEW_ACCOUNT;
    chain.sign(state, 0, transfer);
    const std::vector transactions{transfer};
    BlockCandidates candidates;
    candidates.attester_slashings = slashings;
    candidates.transactions = transactions;
    const SignedBlock block = chain.make_block(chain.genesis_state(), Slot(1), candidates);
    EXPECT_TRUE(block.message.body.attester_slashings.empty());
    EXPECT_EQ(block.message.body.transactions, transactions);
    EXPECT_TRUE(state_transition(chain.environment(), chain.genesis_state(), block, verify_each).ok());
}

TEST(Production, EndsTheTransactionsWhereTheBytesEnd) {
    const SignedBlock empty = rich_chain().make_block(rich_chain().genesis_state(), Slot(1));
    const std::size_t of_a_transfer = 177 + 4;
    for (const std::size_t missing : {0, 1}) {
        Parameters parameters = MINIMAL;
        parameters.MAX_BLOCK_BYTES = encode(empty).size() + 3 * of_a_transfer - missing;
        const TestChain chain(parameters, 16, Amount(32'000'000'000), 8);
        const auto candidates = one_of_each_account(chain, 6);
        const std::vector<SignedTransaction> packed = included(chain, candidates);
        EXPECT_EQ(packed.size(), 3 - missing);
    }
}

}  // namespace
}  // namespace touchstone::node
