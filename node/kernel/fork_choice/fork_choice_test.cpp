#include "node/kernel/fork_choice/fork_choice.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/development_keys.h"
#include "node/kernel/execution/transaction.h"
#include "node/kernel/test_chain.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

const TestChain& chain() {
    static const TestChain chain(MINIMAL, 64);
    return chain;
}

const VerifySignatures& verify() {
    static const VerifySignatures inline_verification = verify_inline({});
    return inline_verification;
}

Graffiti mark(std::uint8_t value) {
    Graffiti graffiti;
    graffiti.bytes.fill(value);
    return graffiti;
}

/// A store with short ways to feed it.
class ForkChoiceTest : public ::testing::Test {
  protected:
    ForkChoice store = chain().fork_choice();
    const Root genesis = store.anchor_root();

    /// Where the time is past it already, it stays.
    void tick(std::uint64_t slot, std::uint64_t into_ms = 0) {
        const std::uint64_t time = chain().slot_time_ms(Slot(slot)) + into_ms;
        ASSERT_TRUE(store.on_tick(std::max(time, store.time_ms())).ok());
    }
    SignedBlock build(const Root& parent, std::uint64_t slot, std::uint8_t graffiti = 0,
                      const BlockCandidates& candidates = {}) {
        return chain().make_block(*store.block_state(parent), Slot(slot), candidates, mark(graffiti));
    }
    Root add(const SignedBlock& block) {
        const auto imported = store.on_block(block, verify());
        EXPECT_TRUE(imported.ok()) << to_string(imported.rejection().clause) << " " << imported.rejection().detail;
        return imported.ok() ? imported->root : Root{};
    }
    Root add(const Root& parent, std::uint64_t slot, std::uint8_t graffiti = 0,
             const BlockCandidates& candidates = {}) {
        return add(build(parent, slot, graffiti, candidates));
    }
    /// Late: no boost.
    Root add_late(const Root& parent, std::uint64_t slot, std::uint8_t graffiti = 0) {
        tick(slot, MINIMAL.SLOT_DURATION_MS - 1);
        return add(parent, slot, graffiti);
    }
    std::vector<Attestation> votes(const Root& block, std::uint64_t slot) {
        return chain().attest(*store.block_state(block), Slot(slot));
    }
    void vote(const Root& block, std::uint64_t slot) {
        for (const Attestation& attestation : votes(block, slot)) {
            const auto result = store.on_attestation(attestation, false, verify());
            EXPECT_TRUE(result.ok()) << to_string(result.rejection().clause) << " " << result.rejection().detail;
        }
    }
    Clause rejection(const SignedBlock& block) {
        const auto result = store.on_block(block, verify());
        return result.ok() ? Clause::ENC_01 : result.rejection().clause;
    }
    Clause rejection(const Attestation& attestation) {
        const auto result = store.on_attestation(attestation, false, verify());
        return result.ok() ? Clause::ENC_01 : result.rejection().clause;
    }
    /// Blocks with all votes in every slot up to and including `last`.
    Root run(Root head, std::uint64_t last) {
        for (std::uint64_t slot = store.block_slot(head)->value() + 1; slot <= last; ++slot) {
            tick(slot);
            const std::vector<Attestation> included = slot > 1 ? votes(head, slot - 1) : std::vector<Attestation>{};
            head = add(head, slot, 0, {{}, {}, included, {}});
        }
        return head;
    }
};

TEST_F(ForkChoiceTest, TheHeadIsTheAnchorThenTheTipOfTheChain) {
    EXPECT_EQ(store.get_head(), genesis);
    tick(2);
    const Root first = add(genesis, 1);
    const Root second = add(first, 2);
    EXPECT_EQ(store.get_head(), second);
}

TEST_F(ForkChoiceTest, EqualWeightGoesToTheGreaterRoot) {
    const Root a = add_late(genesis, 1, 1);
    const Root b = add_late(genesis, 1, 2);
    EXPECT_EQ(store.get_head(), std::max(a, b));
}

TEST_F(ForkChoiceTest, VotesMoveTheHeadFromTheNextSlotOn) {
    const Root a = add_late(genesis, 1, 1);
    const Root b = add_late(genesis, 1, 2);
    const Root loser = std::min(a, b);
    const auto attestation = votes(loser, 1).front();
    EXPECT_EQ(rejection(attestation), Clause::FC_42);
    EXPECT_EQ(store.get_head(), std::max(a, b));
    tick(2);
    vote(loser, 1);
    EXPECT_EQ(store.get_head(), loser);
}

TEST_F(ForkChoiceTest, BoostNeedsATimelyBlockAndEndsWithTheSlot) {
    tick(1);
    const Root a = add(genesis, 1, 1);
    EXPECT_EQ(store.boost_root(), a);
    const Root b = add(genesis, 1, 2);  // the second block of a slot gets none
    EXPECT_EQ(store.boost_root(), a);
    EXPECT_EQ(store.get_head(), a);
    EXPECT_GT(store.get_weight(a), 0U);
    tick(2);
    EXPECT_TRUE(store.boost_root().is_zero());
    EXPECT_EQ(store.get_head(), std::max(a, b));
}

TEST_F(ForkChoiceTest, ABlockAtTheDeadlineIsLate) {
    const std::uint64_t due = MINIMAL.ATTESTATION_DUE_BPS * MINIMAL.SLOT_DURATION_MS / BASIS_POINTS;
    tick(1, due);
    EXPECT_FALSE(store.is_timely(add(genesis, 1)));
    tick(2, due - 1);
    EXPECT_TRUE(store.is_timely(add(genesis, 2)));
}

TEST_F(ForkChoiceTest, ALaterVoteOfTheSameEpochChangesNothing) {
    const Root a = add_late(genesis, 1, 1);
    const Root b = add_late(genesis, 1, 2);
    tick(2);
    vote(a, 1);
    const std::uint64_t weight = store.get_weight(a);
    // The same committee, the same slot, another block: an equivocation.
    vote(b, 1);
    EXPECT_EQ(store.get_weight(a), weight);
    EXPECT_EQ(store.get_weight(b), 0U);
}

TEST_F(ForkChoiceTest, EquivocatorsCountNoMore) {
    const Root a = add_late(genesis, 1, 1);
    tick(2);
    vote(a, 1);
    const std::uint64_t before = store.get_weight(a);
    const auto committee = chain().genesis_state().context().current->committee(Slot(1), CommitteeIndex(0));
    const AttesterSlashing slashing = chain().double_vote(chain().genesis_state(), {committee.front()}, Epoch(0));
    ASSERT_TRUE(store.on_attester_slashing(slashing, verify()).ok());
    EXPECT_EQ(store.get_weight(a), before - 32'000'000'000);
    AttesterSlashing harmless = slashing;
    harmless.attestation_2.data = harmless.attestation_1.data;
    EXPECT_EQ(store.on_attester_slashing(harmless, verify()).rejection().clause, Clause::FC_48);
    AttesterSlashing unsigned_one = slashing;
    unsigned_one.attestation_2.signature.bytes[3] ^= 1;
    EXPECT_EQ(store.on_attester_slashing(unsigned_one, verify()).rejection().clause, Clause::ATT_12);
}

TEST_F(ForkChoiceTest, BlocksAreRejectedInTheOrderOfTheProse) {
    const SignedBlock first = build(genesis, 1);
    EXPECT_EQ(rejection(first), Clause::FC_17);
    SignedBlock orphan = first;
    orphan.message.parent_root = Root{};
    EXPECT_EQ(rejection(orphan), Clause::FC_16);
    tick(1);
    SignedBlock forged = first;
    forged.signature.bytes[7] ^= 1;
    EXPECT_EQ(rejection(forged), Clause::BLK_07);
    EXPECT_EQ(store.block_count(), 1U);
    const Root root = add(first);
    EXPECT_EQ(add(forged), root);  // known: whatever its signature
    EXPECT_EQ(store.block_count(), 2U);
}

TEST_F(ForkChoiceTest, VotesAreRejectedInTheOrderOfTheProse) {
    const Root a = add_late(genesis, 1, 1);
    tick(2);
    const Attestation good = votes(a, 1).front();
    Attestation vote = good;
    vote.data.target.epoch = Epoch(1);
    EXPECT_EQ(rejection(vote), Clause::FC_36);
    vote = good;
    vote.data.slot = Slot(9);
    EXPECT_EQ(rejection(vote), Clause::FC_37);
    vote = good;
    vote.data.target.root = Root{};
    EXPECT_EQ(rejection(vote), Clause::FC_38);
    vote = good;
    vote.data.beacon_block_root = Root{};
    EXPECT_EQ(rejection(vote), Clause::FC_39);
    vote = good;
    vote.data.slot = Slot(0);
    EXPECT_EQ(rejection(vote), Clause::FC_40);
    vote = good;
    vote.data.target.root = a;
    EXPECT_EQ(rejection(vote), Clause::FC_41);
    vote = good;
    vote.data.index = CommitteeIndex(60);
    EXPECT_EQ(rejection(vote), Clause::FC_44);
    vote = good;
    vote.aggregation_bits = Bits(vote.aggregation_bits.size());
    EXPECT_EQ(rejection(vote), Clause::ATT_09);
    vote = good;
    vote.signature.bytes[9] ^= 1;
    EXPECT_EQ(rejection(vote), Clause::ATT_12);
    EXPECT_EQ(store.get_weight(a), 0U);
}

TEST_F(ForkChoiceTest, TimeDoesNotGoBack) {
    tick(3);
    EXPECT_EQ(store.on_tick(chain().slot_time_ms(Slot(2))).rejection().clause, Clause::FC_11);
}

/// [FC-04]
TEST_F(ForkChoiceTest, FinalizesPrunesAndRejectsWhatConflicts) {
    const Root early = add_late(genesis, 1, 9);
    Root head = run(genesis, 4 * MINIMAL.SLOTS_PER_EPOCH + 1);
    EXPECT_EQ(store.finalized().epoch, Epoch(2));
    EXPECT_EQ(store.get_head(), head);
    EXPECT_EQ(store.get_checkpoint_block(head, Epoch(2)), store.finalized().root);
    // A child of an old fork.
    const SignedBlock conflicting = build(early, 4 * MINIMAL.SLOTS_PER_EPOCH + 1);
    EXPECT_EQ(rejection(conflicting), Clause::FC_19);
    const SignedBlock too_old = build(genesis, 3, 7);
    EXPECT_EQ(rejection(too_old), Clause::FC_18);
    const std::size_t before = store.block_count();
    const auto forgotten = store.prune();
    EXPECT_EQ(store.block_count() + forgotten.size(), before);
    EXPECT_EQ(store.anchor_root(), store.finalized().root);
    EXPECT_EQ(store.get_head(), head);
    EXPECT_EQ(rejection(conflicting), Clause::FC_16);
    head = run(head, 4 * MINIMAL.SLOTS_PER_EPOCH + 3);
    EXPECT_EQ(store.get_head(), head);
}

TEST_F(ForkChoiceTest, ATickOverAnEpochStartRealizesWhatWasPulledUp) {
    const Root head = run(genesis, 3 * MINIMAL.SLOTS_PER_EPOCH - 1);
    EXPECT_EQ(store.justified().epoch, Epoch(0));
    EXPECT_EQ(store.unrealized_justified().epoch, Epoch(2));
    tick(4 * MINIMAL.SLOTS_PER_EPOCH + 3);  // over two epoch starts at once
    EXPECT_EQ(store.justified().epoch, Epoch(2));
    EXPECT_EQ(store.get_head(), head);
}

TEST_F(ForkChoiceTest, AFarTickDoesWhatATickForEachSlotDoes) {
    const Root head = run(genesis, 3 * MINIMAL.SLOTS_PER_EPOCH - 1);
    ForkChoice stepped = store;
    const std::uint64_t far = 9 * MINIMAL.SLOTS_PER_EPOCH + 5;
    for (std::uint64_t slot = 3 * MINIMAL.SLOTS_PER_EPOCH; slot <= far; ++slot)
        ASSERT_TRUE(stepped.on_tick(chain().slot_time_ms(Slot(slot)) + 7).ok());
    tick(far, 7);
    EXPECT_EQ(store.time_ms(), stepped.time_ms());
    EXPECT_EQ(store.justified(), stepped.justified());
    EXPECT_EQ(store.finalized(), stepped.finalized());
    EXPECT_EQ(store.boost_root(), stepped.boost_root());
    EXPECT_EQ(store.get_head(), head);
}

TEST_F(ForkChoiceTest, ATickIntoTheSameEpochRealizesNothing) {
    run(genesis, 3 * MINIMAL.SLOTS_PER_EPOCH - 2);
    tick(3 * MINIMAL.SLOTS_PER_EPOCH - 1, MINIMAL.SLOT_DURATION_MS - 1);
    EXPECT_EQ(store.justified().epoch, Epoch(0));
    tick(3 * MINIMAL.SLOTS_PER_EPOCH);
    EXPECT_EQ(store.justified().epoch, Epoch(2));
}

/// A tick for every slot would not end.
TEST(ForkChoiceAtTheEdge, ATickToTheEndOfTimeIsOneStep) {
    Parameters parameters = MINIMAL;
    parameters.SLOT_DURATION_MS = 1;
    const Environment environment{Config{parameters, Root{}}};
    State state = chain().genesis_state();
    auto store = ForkChoice::from_anchor(environment, state, genesis_block(environment, state));
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE(store->on_tick(kUint64Max).ok());
    EXPECT_EQ(store->current_slot(), Slot(kUint64Max - state.consensus().genesis_time_ms));
    EXPECT_EQ(store->on_tick(kUint64Max - 1).rejection().clause, Clause::FC_11);
}

TEST(ForkChoiceAtTheEdge, EpochsOfOneSlotAreRealizedAtEachSlot) {
    Parameters parameters = MINIMAL;
    parameters.SLOTS_PER_EPOCH = 1;
    const Environment environment{Config{parameters, Root{}}};
    State state = chain().genesis_state();
    auto store = ForkChoice::from_anchor(environment, state, genesis_block(environment, state));
    ASSERT_TRUE(store.ok());
    for (const std::uint64_t slot : {1U, 2U, 1'000'000'000U}) {
        ASSERT_TRUE(store->on_tick(chain().slot_time_ms(Slot(slot))).ok());
        EXPECT_EQ(store->current_slot(), Slot(slot));
    }
}

TEST(ForkChoiceAtTheEdge, WhereStakeEndsTheChainEndsWithItsClause) {
    ConsensusState consensus = chain().genesis_state().consensus();
    for (std::size_t i = 0; i < consensus.validators.size(); ++i)
        consensus.validators.mutate(i).effective_stake = Amount(0);
    State state = State::of(chain().environment(), std::move(consensus));
    state.update_root(chain().environment());
    auto store = ForkChoice::from_anchor(chain().environment(), state, genesis_block(chain().environment(), state));
    ASSERT_TRUE(store.ok());
    const Root anchor = store->anchor_root();
    const Slot first(MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_TRUE(store->on_tick(chain().slot_time_ms(first + 1)).ok());

    EXPECT_TRUE(store->state_at(anchor, Slot(MINIMAL.SLOTS_PER_EPOCH - 1)).ok());
    EXPECT_EQ(store->state_at(anchor, first).rejection().clause, Clause::COM_08);
    EXPECT_EQ(store->state_at(Root{}, first).rejection().clause, Clause::FC_16);
    EXPECT_EQ(store->checkpoint_state(anchor, Epoch(1)), nullptr);

    SignedBlock block;
    block.message.slot = first;
    block.message.parent_root = anchor;
    EXPECT_EQ(store->on_block(block, verify()).rejection().clause, Clause::COM_08);
    EXPECT_EQ(store->check_block(block).rejection().clause, Clause::COM_08);
    Attestation vote;
    vote.data.slot = first;
    vote.data.beacon_block_root = anchor;
    vote.data.target = {Epoch(1), anchor};
    EXPECT_EQ(store->on_attestation(vote, false, verify()).rejection().clause, Clause::COM_08);
    EXPECT_EQ(store->get_head(), anchor);
}

TEST(ForkChoiceFromACheckpoint, TheChecksStandInTheirOrder) {
    const Environment& environment = chain().environment();
    const State& state = chain().genesis_state();
    const Root genesis_root = state.consensus().genesis_root;
    const Block block = chain().genesis_block();
    const Checkpoint checkpoint{Epoch(0), hash_tree_root(block, MINIMAL)};
    const Checkpoint another{Epoch(0), Root{}};
    Block of_another_state = block;
    of_another_state.state_root = Root{};
    const Epoch late(kUint64Max);
    const auto begin = [&](const Root& root, Epoch now, const Checkpoint& vouched, const Block& with, bool ordered) {
        return ForkChoice::from_checkpoint(environment, root, now, vouched, state, with, ordered);
    };
    const auto store = begin(genesis_root, Epoch(1), checkpoint, block, false);
    ASSERT_TRUE(store.ok());
    EXPECT_EQ(store->finalized(), checkpoint);
    EXPECT_EQ(begin(Root{}, late, another, of_another_state, false).rejection().clause, Clause::WS_04);
    EXPECT_EQ(begin(genesis_root, late, another, of_another_state, false).rejection().clause, Clause::WS_02);
    EXPECT_EQ(begin(genesis_root, late, checkpoint, of_another_state, false).rejection().clause, Clause::WS_03);
    EXPECT_EQ(begin(genesis_root, late, checkpoint, of_another_state, true).rejection().clause, Clause::FC_05);
    EXPECT_EQ(begin(genesis_root, Epoch(1), checkpoint, of_another_state, false).rejection().clause, Clause::FC_05);
    EXPECT_TRUE(begin(genesis_root, late, checkpoint, block, true).ok());
}

TEST_F(ForkChoiceTest, ALateWeakHeadIsReorgedByTheProposer) {
    const Root parent = run(genesis, 4 * MINIMAL.SLOTS_PER_EPOCH + 2);
    const std::uint64_t slot = 4 * MINIMAL.SLOTS_PER_EPOCH + 3;
    tick(slot, MINIMAL.SLOT_DURATION_MS - 1);
    vote(parent, slot - 1);
    const Root late = add(parent, slot, 0, {});
    tick(slot + 1);
    vote(parent, slot);  // the committee of its slot saw nothing
    EXPECT_EQ(store.get_head(), late);
    EXPECT_EQ(store.get_proposer_head(late, Slot(slot + 1)), parent);
    EXPECT_EQ(store.get_proposer_head(late, Slot(slot + 2)), late);  // not the next slot
    tick(slot + 1, MINIMAL.SLOT_DURATION_MS / 2);                    // too late to re-org
    EXPECT_EQ(store.get_proposer_head(late, Slot(slot + 1)), late);
}

TEST_F(ForkChoiceTest, ARecordRestoresTheSameStore) {
    std::map<Root, SignedBlock> blocks;
    Root head = genesis;
    for (std::uint64_t slot = 1; slot <= 12; ++slot) {
        tick(slot);
        const SignedBlock block = build(head, slot);
        head = add(block);
        blocks.emplace(head, block);
    }
    vote(*store.parent_of(head), 11);
    const auto decoded = decode_fork_choice_record(encode(store.record()));
    ASSERT_TRUE(decoded.ok());
    auto restored = ForkChoice::restore(chain().environment(), *decoded, chain().genesis_state(),
                                        [&](const Root& root) { return std::optional(blocks.at(root)); });
    ASSERT_TRUE(restored.ok()) << restored.rejection().detail;
    EXPECT_EQ(encode(restored->record()), encode(store.record()));
    EXPECT_EQ(restored->get_head(), store.get_head());
    for (const ProtoArray::Node& node : store.blocks().nodes()) {
        EXPECT_EQ(restored->get_weight(node.root), store.get_weight(node.root));
    }
}

/// Account 0 registers the development key.
SignedTransaction registration(const TestChain& of, std::size_t key) {
    const auto secret = crypto::development_validator_key(key);
    const Address& operator_address = of.account_address(0);
    const BlsPublicKey pubkey(crypto::bls::public_key(secret).to_bytes());
    const Root proved = proof_of_possession_root(pubkey, operator_address, MINIMAL);
    const BlsSignature proof(crypto::bls::pop_prove(secret, proved.view()).to_bytes());
    SignedTransaction transaction = of.unsigned_transfer(of.genesis_state(), 0, operator_address, Amount(0));
    transaction.message.payload = RegisterValidator{pubkey, proof, 0, Amount(MINIMAL.MIN_SELF_STAKE)};
    transaction.message.gas_limit = intrinsic_gas(transaction, MINIMAL);
    of.sign(of.genesis_state(), 0, transaction);
    return transaction;
}

TEST(ForkChoiceOfAGrowingRegistry, BranchesRegisterDifferentKeysUnderOneIndex) {
    const TestChain of(MINIMAL, 16, Amount(32'000'000'000), 1);
    ForkChoice store = of.fork_choice();
    ASSERT_TRUE(store.on_tick(of.slot_time_ms(Slot(2))).ok());
    std::map<Root, SignedBlock> blocks;
    std::vector<StatePointer> states;
    for (const std::size_t key : {20U, 21U}) {
        const std::vector transactions{registration(of, key)};
        BlockCandidates candidates;
        candidates.transactions = transactions;
        const SignedBlock block = of.make_block(of.genesis_state(), Slot(key - 19), candidates);
        const auto imported = store.on_block(block, verify());
        ASSERT_TRUE(imported.ok());
        blocks.emplace(imported->root, block);
        states.push_back(store.block_state(imported->root));
        const auto* const found = states.back()->public_key(ValidatorIndex(16));
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->to_bytes(), crypto::bls::public_key(crypto::development_validator_key(key)).to_bytes());
        EXPECT_EQ(find_validator(*states.back(), BlsPublicKey(found->to_bytes())), ValidatorIndex(16));
    }
    EXPECT_EQ(find_validator(*states[0], states[1]->consensus().validators[16].pubkey), std::nullopt);

    // What is kept of somebody who was registered after the anchor comes back; of nobody it does not.
    const auto restore = [&](std::uint64_t offender) {
        ForkChoiceRecord record = store.record();
        record.equivocating.emplace_back(offender);
        return ForkChoice::restore(of.environment(), record, of.genesis_state(),
                                   [&](const Root& root) { return std::optional(blocks.at(root)); });
    };
    ASSERT_TRUE(restore(16).ok());
    EXPECT_TRUE(restore(16)->votes().is_equivocating(ValidatorIndex(16)));
    EXPECT_EQ(restore(17).rejection().clause, Clause::FC_05);
}

TEST_F(ForkChoiceTest, StagesGiveWhatTheHandlerGives) {
    tick(1);
    const SignedBlock block = build(genesis, 1);
    auto checked = store.check_block(block);
    ASSERT_TRUE(checked.ok());
    EXPECT_EQ(checked->sets().size(), 2U);
    auto verified = std::move(checked).value().with_signatures(verify());
    ASSERT_TRUE(verified.ok());
    const auto imported = store.import_block(std::move(verified).value(), verify());
    ASSERT_TRUE(imported.ok());
    EXPECT_EQ(store.get_head(), imported->root);
    EXPECT_EQ(store.check_block(block).rejection().clause, Clause::FC_15);
}

TEST_F(ForkChoiceTest, AChildIsCheckedWhileItsParentIsNotInTheStore) {
    tick(MINIMAL.SLOTS_PER_EPOCH + 1);  // the child begins an epoch
    const SignedBlock parent = build(genesis, 3);
    auto checked_parent = store.check_block(parent);
    ASSERT_TRUE(checked_parent.ok());
    const State& parent_state = *checked_parent->content().post_state;
    const SignedBlock child = chain().make_block(parent_state, Slot(MINIMAL.SLOTS_PER_EPOCH));
    EXPECT_EQ(store.check_block(child).rejection().clause, Clause::FC_16);
    auto checked_child = store.check_child(checked_parent->content(), child);
    ASSERT_TRUE(checked_child.ok()) << to_string(checked_child.rejection().clause);
    auto verified_child = std::move(*checked_child).with_signatures(verify());
    ASSERT_TRUE(verified_child.ok());

    auto early = store.import_block(*verified_child, verify());
    ASSERT_FALSE(early.ok()) << "not before the parent";
    EXPECT_EQ(early.rejection().clause, Clause::FC_16);
    auto verified_parent = std::move(*checked_parent).with_signatures(verify());
    ASSERT_TRUE(store.import_block(std::move(*verified_parent), verify()).ok());
    ASSERT_TRUE(store.import_block(std::move(*verified_child), verify()).ok());
    const Root root = hash_tree_root(child.message, MINIMAL);
    EXPECT_EQ(store.get_head(), root);
    EXPECT_EQ(store.block_state(root)->root(chain().environment()), child.message.state_root);
}

TEST_F(ForkChoiceTest, AChildIsRefusedAsItWouldBeWithItsParentInTheStore) {
    tick(4);
    const SignedBlock parent = build(genesis, 3);
    auto checked = store.check_block(parent);
    ASSERT_TRUE(checked.ok());
    const ExecutedBlockContent& content = checked->content();
    SignedBlock child = chain().make_block(*content.post_state, Slot(4));
    EXPECT_EQ(store.check_child(content, parent).rejection().clause, Clause::FC_16) << "of another parent";
    child.message.state_root.bytes[0] ^= 1U;
    EXPECT_FALSE(store.check_child(content, child).ok());
    child.message.slot = Slot(3);
    EXPECT_EQ(store.check_child(content, child).rejection().clause, Clause::SLO_05);
    child.message.slot = Slot(5);
    EXPECT_EQ(store.check_child(content, child).rejection().clause, Clause::FC_17);
}

// ----------------------------------------------------------------------------------------- the array against a model

/// The definitions of the prose, computed from scratch.
struct Model {
    const ProtoArray& array;
    const ProtoArray::View& view;
    std::vector<std::uint32_t> votes;  // the block of each voter, one unit of stake each

    bool is_ancestor(std::uint32_t ancestor, std::uint32_t of) const {
        return array.ancestor(of, array.node(ancestor).slot) == ancestor;
    }
    std::uint64_t weight(std::uint32_t block) const {
        std::uint64_t sum = 0;
        for (const std::uint32_t vote : votes)
            sum += is_ancestor(block, vote) ? 1 : 0;
        const auto boosted = array.find(view.boosted);
        return sum + (boosted && is_ancestor(block, *boosted) ? view.boost : 0);
    }
    std::vector<std::uint32_t> children(std::uint32_t block) const {
        std::vector<std::uint32_t> found;
        for (std::uint32_t i = 0; i < array.size(); ++i) {
            if (array.node(i).parent == block) found.push_back(i);
        }
        return found;
    }
    bool viable(std::uint32_t block) const {
        const auto below = children(block);
        if (!below.empty()) return std::ranges::any_of(below, [&](std::uint32_t child) { return viable(child); });
        const auto& node = array.node(block);
        const Epoch epoch(node.slot.value() / view.slots_per_epoch);
        const Epoch source = (epoch < view.current_epoch ? node.unrealized_justified : node.justified).epoch;
        const bool right_source =
            view.justified.epoch == Epoch(0) || source == view.justified.epoch || source + 2 >= view.current_epoch;
        const Slot start(view.finalized.epoch.value() * view.slots_per_epoch);
        return right_source && (view.finalized.epoch == Epoch(0) ||
                                array.node(array.ancestor(block, start)).root == view.finalized.root);
    }
    std::uint32_t head() const {
        std::uint32_t at = *array.find(view.justified.root);
        while (true) {
            auto below = children(at);
            std::erase_if(below, [&](std::uint32_t child) { return !viable(child); });
            if (below.empty()) return at;
            at = *std::ranges::max_element(
                below, {}, [&](std::uint32_t child) { return std::pair(weight(child), array.node(child).root); });
        }
    }
};

RC_GTEST_PROP(ProtoArrayProperty, HeadAndWeightsAreThoseOfTheDefinitions, ()) {
    const auto root_of = [](std::uint8_t i) {
        Root root;
        root.bytes[0] = static_cast<std::uint8_t>(i * 37);
        root.bytes[1] = i;
        return root;
    };
    ProtoArray::Node anchor;
    anchor.root = root_of(0);
    ProtoArray array(anchor);
    const auto count = *rc::gen::inRange<std::uint8_t>(1, 24);
    for (std::uint8_t i = 1; i < count; ++i) {
        ProtoArray::Node node;
        node.root = root_of(i);
        node.parent = *rc::gen::inRange<std::uint32_t>(0, i);
        node.slot = array.node(node.parent).slot + *rc::gen::inRange<std::uint64_t>(1, 4);
        node.justified.epoch = Epoch(*rc::gen::inRange<std::uint64_t>(0, 4));
        node.unrealized_justified.epoch = node.justified.epoch + *rc::gen::inRange<std::uint64_t>(0, 2);
        array.insert(node);
    }
    ProtoArray::View view;
    view.slots_per_epoch = 4;
    view.current_epoch = Epoch(*rc::gen::inRange<std::uint64_t>(2, 8));
    view.justified = {Epoch(*rc::gen::inRange<std::uint64_t>(0, 4)),
                      array.node(*rc::gen::inRange<std::uint32_t>(0, count)).root};
    view.finalized = {Epoch(*rc::gen::inRange<std::uint64_t>(0, 3)),
                      array.node(*rc::gen::inRange<std::uint32_t>(0, count)).root};
    if (*rc::gen::arbitrary<bool>()) view.boosted = array.node(*rc::gen::inRange<std::uint32_t>(0, count)).root;
    view.boost = view.boosted.is_zero() ? 0 : 3;

    Votes votes;
    const std::vector<std::uint64_t> stakes(16, 1);
    Model model{array, view, {}};
    for (std::uint64_t round = 1; round <= 2; ++round) {
        model.votes.clear();
        for (std::uint64_t voter = 0; voter < stakes.size(); ++voter) {
            model.votes.push_back(*rc::gen::inRange<std::uint32_t>(0, count));
            votes.update(ValidatorIndex(voter), Epoch(round), model.votes.back());
        }
        array.apply(votes.take_deltas(array.size(), stakes));
        for (std::uint32_t i = 0; i < count; ++i)
            RC_ASSERT(array.weight(i, view) == model.weight(i));
        RC_ASSERT(array.head(view) == model.head());
    }
}

}  // namespace
}  // namespace touchstone::node
