#include "node/kernel/consensus/transition.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "node/kernel/consensus/epoch_processing.h"
#include "node/kernel/stake/testing/books.h"
#include "node/kernel/test_chain.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

const TestChain& chain() {
    static const TestChain chain(MINIMAL, 64);
    return chain;
}

/// [VAL-06] [STK-04]
void expect_conserved(const State& state, const TestChain& of) {
    const auto imbalance = find_imbalance(state, genesis_supply_of(of.genesis_state()));
    EXPECT_EQ(imbalance.value_or(""), "") << "slot " << state.slot().value();
}

/// Blocks in every slot, each with the votes of the slot before.
State run(State state, std::uint64_t slots, bool with_votes) {
    for (std::uint64_t i = 0; i < slots; ++i) {
        const Slot slot = state.slot() + 1;
        std::vector<Attestation> votes;
        if (with_votes && state.slot() > Slot(0)) votes = chain().attest(state, state.slot());
        const SignedBlock block = chain().make_block(state, slot, {{}, {}, votes, {}});
        auto post = state_transition(chain().environment(), state, block, verify_inline({}));
        EXPECT_TRUE(post.ok()) << to_string(post.rejection().clause) << " " << post.rejection().detail;
        if (!post.ok()) break;
        state = *std::move(post);
        expect_conserved(state, chain());
    }
    return state;
}

Clause clause_of(const Result<State>& result) { return result.ok() ? Clause::ENC_01 : result.rejection().clause; }

Clause rejection_of(const State& pre, const SignedBlock& block) {
    return clause_of(state_transition(chain().environment(), pre, block, verify_each));
}

TEST(Transition, SixtyFourValidatorsFinalizeInFourEpochs) {
    const State state = run(chain().genesis_state(), 4 * MINIMAL.SLOTS_PER_EPOCH, true);
    EXPECT_EQ(state.consensus().current_justified_checkpoint.epoch, Epoch(3));
    EXPECT_EQ(state.consensus().finalized_checkpoint.epoch, Epoch(2));
    EXPECT_GT(state.consensus().minted, Amount(0));
}

/// The genesis after a change of every validator.
template <class Change>
State changed_registry(const Change& change) {
    ConsensusState consensus = chain().genesis_state().consensus();
    for (std::size_t i = 0; i < consensus.validators.size(); ++i)
        change(consensus.validators.mutate(i));
    return State::of(chain().environment(), std::move(consensus));
}

TEST(Transition, WithoutStakeThereIsNoProposer) {
    const State no_stake = changed_registry([](Validator& each) { each.effective_stake = Amount(0); });
    const auto proposers = compute_proposers(no_stake.consensus(), Epoch(2), MINIMAL);
    ASSERT_FALSE(proposers.ok());
    EXPECT_EQ(proposers.rejection().clause, Clause::COM_08);
    const State left = changed_registry([](Validator& each) { each.exit_epoch = Epoch(2); });
    EXPECT_TRUE(compute_proposers(left.consensus(), Epoch(1), MINIMAL).ok());
    EXPECT_EQ(compute_proposers(left.consensus(), Epoch(2), MINIMAL).rejection().clause, Clause::COM_08);
}

TEST(Transition, AChainWithoutStakeEndsWithItsEpoch) {
    State state = changed_registry([](Validator& each) { each.effective_stake = Amount(0); });
    ASSERT_TRUE(process_slots(chain().environment(), state, Slot(MINIMAL.SLOTS_PER_EPOCH - 1)).ok());
    const auto ended = process_slots(chain().environment(), state, Slot(MINIMAL.SLOTS_PER_EPOCH));
    ASSERT_FALSE(ended.ok());
    EXPECT_EQ(ended.rejection().clause, Clause::COM_08);
}

TEST(Transition, AChainWithoutVotesLeaksAndConserves) {
    const State state = run(chain().genesis_state(), 8 * MINIMAL.SLOTS_PER_EPOCH, false);
    EXPECT_EQ(state.consensus().finalized_checkpoint.epoch, Epoch(0));
    EXPECT_GT(state.consensus().burnt, Amount(0));
    EXPECT_GT(state.consensus().inactivity_scores[0], 0U);
}

TEST(Transition, TheIncrementalRootIsTheRootOfTheEncoding) {
    State state = run(chain().genesis_state(), MINIMAL.SLOTS_PER_EPOCH + 3, true);
    const auto decoded = decode<ConsensusState>(encode(state.consensus()), MINIMAL);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded.value(), state.consensus());
    EXPECT_EQ(hash_tree_root(decoded.value(), MINIMAL), state.update_root(chain().environment()));
}

TEST(Transition, TheTargetStakesThatAreKeptAreThoseThatAreCounted) {
    State state = run(chain().genesis_state(), 2 * MINIMAL.SLOTS_PER_EPOCH + 5, true);
    SignatureSets sets;
    const auto slashing = chain().proposer_slashing(state, ValidatorIndex(7), Slot(3));
    ASSERT_TRUE(process_proposer_slashing(chain().environment(), state, slashing, sets).ok());
    const TargetStakes kept = state.target_stakes();
    state.refresh(chain().environment());
    EXPECT_EQ(kept, state.target_stakes());
    EXPECT_GT(kept.current, 0U);
}

TEST(Transition, RejectionsNameTheFirstCheckThatFails) {
    const State& genesis = chain().genesis_state();
    const SignedBlock good = chain().make_block(genesis, Slot(1));
    ASSERT_TRUE(state_transition(chain().environment(), genesis, good, verify_each).ok());

    SignedBlock block = good;
    block.message.proposer_index = ValidatorIndex((good.message.proposer_index.value() + 1) % 64);
    EXPECT_EQ(rejection_of(genesis, block), Clause::BLK_04);
    block = good;
    block.message.parent_root = Root{};
    EXPECT_EQ(rejection_of(genesis, block), Clause::BLK_05);
    block = good;
    block.signature.bytes[5] ^= 1;
    EXPECT_EQ(rejection_of(genesis, block), Clause::BLK_07);
    block.message.body.receipts_root = Root{};  // a later check; the signature still comes first
    EXPECT_EQ(rejection_of(genesis, block), Clause::BLK_07);
    chain().seal(block, genesis);
    EXPECT_EQ(rejection_of(genesis, block), Clause::BLK_11);
    block = good;
    block.message.body.transactions.emplace_back().message.payload.emplace<8>();  // reserved
    chain().seal(block, genesis);
    EXPECT_EQ(rejection_of(genesis, block), Clause::TXN_04);
    block = good;
    block.message.body.randao_reveal = block.signature;
    chain().seal(block, genesis);
    EXPECT_EQ(rejection_of(genesis, block), Clause::BLK_09);
    block = good;
    block.message.state_root = Root{};
    chain().seal(block, genesis);
    EXPECT_EQ(rejection_of(genesis, block), Clause::BLK_08);
    EXPECT_EQ(rejection_of(chain().advance(genesis, Slot(1)), good), Clause::SLO_05);
}

TEST(Transition, TheRootsOfABlockAreThoseOfItsParts) {
    SignedBlock block = chain().make_block(run(chain().genesis_state(), 2, true), Slot(3));
    block.message.body.attestations = chain().attest(chain().genesis_state(), Slot(1));
    const auto check = [&] {
        const BlockRoots roots = compute_block_roots(block.message, MINIMAL, serial_for);
        EXPECT_EQ(roots.root, hash_tree_root(block.message, MINIMAL));
        EXPECT_EQ(roots.body_root, hash_tree_root(block.message.body, MINIMAL));
        ASSERT_EQ(roots.transaction_ids.size(), block.message.body.transactions.size());
        for (std::size_t i = 0; i < roots.transaction_ids.size(); ++i) {
            const Transaction& message = block.message.body.transactions[i].message;
            EXPECT_EQ(roots.transaction_ids[i], hash_tree_root(message, MINIMAL));
        }
    };
    check();
    block.message.body.transactions.resize(3);
    block.message.body.transactions[0].message.payload = Transfer{{}, Amount(3)};
    block.message.body.transactions[1].message.payload.emplace<11>(ByteVector{1, 2, 3});
    block.message.body.transactions[2].signature.bytes.fill(7);
    check();
}

TEST(Transition, OperationsChangeTheStateAsTheySay) {
    const Environment& environment = chain().environment();
    State state = run(chain().genesis_state(), 3, true);
    SignatureSets sets;
    const std::uint64_t before = state.consensus().balances[9].value();
    ASSERT_TRUE(process_attester_slashing(environment, state,
                                          chain().double_vote(state, {ValidatorIndex(9), ValidatorIndex(11)}, Epoch(0)),
                                          sets)
                    .ok());
    EXPECT_TRUE(first_invalid(sets, verify_each(sets)).ok());
    EntryOverlay entries(state.tree());
    EXPECT_EQ(state.consensus().unbond_queue.tail, 2U);
    EXPECT_EQ(read_queued_unbond(entries, 0), (QueuedUnbond{ValidatorIndex(9), {}, 0}));
    EXPECT_EQ(read_queued_unbond(entries, 1), (QueuedUnbond{ValidatorIndex(11), {}, 0}));
    EXPECT_EQ(state.consensus().balances[9].value(), before - divide_up(before, MINIMAL.MIN_SLASHING_PENALTY_QUOTIENT));
    EXPECT_EQ(
        process_attester_slashing(environment, state, chain().double_vote(state, {ValidatorIndex(9)}, Epoch(0)), sets)
            .rejection()
            .clause,
        Clause::ASL_06);
    EXPECT_EQ(
        process_voluntary_exit(environment, state, chain().voluntary_exit(state, ValidatorIndex(3), Epoch(0)), sets)
            .rejection()
            .clause,
        Clause::EXI_05);
    expect_conserved(state, chain());
}

RC_GTEST_PROP(Transition, CopiesDoNotFeelEachOther, ()) {
    State state = chain().genesis_state();
    const Root before = state.root(chain().environment());
    State copy = state;
    const auto index = *rc::gen::inRange<std::uint64_t>(0, 64);
    const auto amount = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
    RC_ASSERT(increase_balance(copy.mutable_consensus(), ValidatorIndex(index), amount).ok());
    RC_ASSERT(copy.update_root(chain().environment()) != before);
    RC_ASSERT(state.root(chain().environment()) == before);
    RC_ASSERT(decrease_balance(copy.mutable_consensus(), ValidatorIndex(index), amount).ok());
    copy.mutable_consensus().minted = copy.mutable_consensus().burnt = Amount(0);
    RC_ASSERT(copy.update_root(chain().environment()) == before);
}

}  // namespace
}  // namespace touchstone::node
