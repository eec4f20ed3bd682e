// Fork choice: the anchor, time, blocks, boost, pull-up [FC-05] to [FC-26].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/scenario.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

bool nobody(ValidatorIndex) { return false; }

NodePointer genesis() { return busy_chain(0)[0]; }

// A block whose signature or content was changed after it was made.
SignedBlock broken(const NodePointer& parent, const NodePointer& node, const std::function<void(SignedBlock&)>& change,
                   bool sign_again) {
    SignedBlock block = node->block;
    change(block);
    if (sign_again) resign(parent->post, block);
    return block;
}

void add_anchors(Suite& suite) {
    const std::vector<std::string> clauses{"FC-03", "FC-05", "FC-06"};
    Scenario(suite, "get_forkchoice_store", {"genesis", "the store of a genesis state", clauses}, genesis())
        .time_is_recorded()
        .head_is(genesis())
        .checkpoints_are(0, 0)
        .boost_is(nullptr)
        .equivocating_are({})
        .weights_are({{genesis(), 0}})
        .finish();
    const auto& chain = busy_chain(30);
    Scenario(
        suite, "get_forkchoice_store",
        {"first_slot_of_an_epoch", "an anchor in the first slot of epoch 2: all checkpoints are the anchor", clauses},
        chain[16])
        .time_is_recorded()
        .head_is(chain[16])
        .checkpoints_are(2, 2)
        .timely(chain[17])
        .head_is(chain[17])
        .finish();
    Scenario(suite, "get_forkchoice_store",
             {"middle_of_an_epoch",
              "an anchor in the middle of an epoch: the walk to the checkpoint's block ends there", clauses},
             chain[20])
        .time_is_recorded()
        .head_is(chain[20])
        .checkpoints_are(2, 2)
        .blocks(chain, 21, 27)
        .head_is(chain[27])
        .finish();
    Block other = chain[16]->block.message;
    other.state_root.bytes[0] ^= 1U;
    add_refused_anchor(suite, {"anchor_of_another_state", "the block's state root is not that of the state", {"FC-05"}},
                       chain[16]->post, other, "FC-05");
    other = chain[16]->block.message;
    other.slot = Slot{17};
    add_refused_anchor(suite, {"anchor_of_another_slot", "the block's slot is not that of the state", {"FC-05"}},
                       chain[16]->post, other, "FC-05");
    ConsensusState later = advanced(chain[16]->post, Slot{17});
    other = chain[16]->block.message;
    other.state_root = ref::hash_tree_root(later, later.config);
    add_refused_anchor(suite, {"state_of_a_later_slot", "the state has gone on to the next slot", {"FC-05"}}, later,
                       other, "FC-05");
}

void add_ticks(Suite& suite) {
    Scenario(suite, "on_tick", {"time_goes_back", "time does not go back, not by a millisecond", {"FC-11"}}, genesis())
        .tick(1, 500)
        .tick(1, 499, "FC-11")
        .time_is_recorded()
        .tick(0, 0, "FC-11")
        .time_is_recorded()
        .finish();
    Scenario(suite, "on_tick", {"same_time_again", "a tick may repeat the time", {"FC-11", "FC-12"}}, genesis())
        .tick(1, 500)
        .tick(1, 500)
        .tick(1, 501)
        .time_is_recorded()
        .finish();
    Scenario(suite, "on_tick", {"slot_by_slot", "ticks through an epoch", {"FC-07", "FC-10", "FC-12"}}, genesis())
        .tick(0, 1999)
        .tick(1)
        .tick(2)
        .tick(7, 1999)
        .tick(8)
        .tick(9)
        .time_is_recorded()
        .finish();
    const auto& chain = busy_chain(24);
    // Votes up to slot 21 in the block of slot 22 justify epoch 2, but for its end.
    Scenario(suite, "on_tick",
             {"jumps_over_an_epoch_start",
              "what was unrealized is realized, though no tick lands on the epoch's first slot",
              {"FC-10", "FC-12", "FC-13"}},
             genesis())
        .blocks(chain, 1, 23)
        .checkpoints_are(0, 0)
        .tick(23, 1999)
        .checkpoints_are(0, 0)
        .tick(27, 100)
        .checkpoints_are(2, 0)
        .finish();
    Scenario(suite, "on_tick",
             {"first_moment_of_the_epoch",
              "checkpoints are realized at the first millisecond of the epoch",
              {"FC-10", "FC-13"}},
             genesis())
        .blocks(chain, 1, 23)
        .tick(23, 1999)
        .checkpoints_are(0, 0)
        .tick(24)
        .checkpoints_are(2, 0)
        .finish();
    Scenario(suite, "on_tick", {"jumps_over_several_epochs", "a jump over several epochs", {"FC-12"}}, genesis())
        .blocks(chain, 1, 23)
        .tick(50, 3)
        .checkpoints_are(2, 0)
        .head_is(chain[23])
        .finish();
    constexpr std::uint64_t kFarSlot = UINT64_MAX / 4000;
    Scenario(suite, "on_tick",
             {"far_future", "a tick of centuries is a tick: the work does not grow with the distance", {"FC-12"}},
             genesis())
        .blocks(chain, 1, 23)
        .tick(kFarSlot)
        .checkpoints_are(2, 0)
        .head_is(chain[23])
        .tick(kFarSlot - 1, 0, "FC-11")
        .finish();
    Scenario(suite, "on_tick",
             {"boost_ends_with_the_slot", "the boost lasts to the last millisecond of its slot", {"FC-10", "FC-25"}},
             genesis())
        .timely(chain[1])
        .boost_is(chain[1])
        .tick(1, 1999)
        .boost_is(chain[1])
        .tick(2)
        .boost_is(nullptr)
        .finish();
}

void add_blocks_checks(Suite& suite) {
    const auto& chain = busy_chain(34);
    Scenario(suite, "on_block", {"unknown_parent", "a block whose parent has not come yet", {"FC-16"}}, genesis())
        .tick(3)
        .block(chain[2], "FC-16")
        .block(chain[1])
        .block(chain[2])
        .head_is(chain[2])
        .finish();
    Scenario(suite, "on_block", {"slot_in_the_future", "a block of the next slot, one millisecond early", {"FC-17"}},
             genesis())
        .tick(0, 1999)
        .block(chain[1], "FC-17")
        .head_is(genesis())
        .tick(1)
        .block(chain[1])
        .head_is(chain[1])
        .finish();
    SignedBlock zero = chain[1]->block;
    zero.message.slot = Slot{0};
    resign(genesis()->post, zero);
    Scenario(suite, "on_block", {"slot_is_finalized", "a block of the finalized epoch's first slot", {"FC-18"}},
             genesis())
        .tick(2)
        .block(zero, "FC-18")
        .finish();
    SignedBlock low = chain[21]->block;
    low.message.slot = Slot{16};
    resign(chain[20]->post, low);
    SignedBlock above = low;
    above.message.slot = Slot{17};
    resign(chain[20]->post, above);
    Scenario(suite, "on_block",
             {"slot_is_finalized_by_the_anchor",
              "on an anchor in the middle of an epoch, a block of the epoch's first slot; the next slot is refused by "
              "the transition",
              {"FC-18", "SLO-05"}},
             chain[20])
        .tick(22)
        .block(low, "FC-18")
        .block(above, "SLO-05")
        .finish();
    Scenario(suite, "on_block",
             {"parent_before_time", "of an unknown parent and a slot to come the parent is named", {"FC-16"}},
             genesis())
        .tick(1)
        .block(chain[2], "FC-16")
        .finish();
    Scenario(suite, "on_block",
             {"same_block_twice",
              "a block that is known is accepted and changes nothing, whatever its signature",
              {"FC-15"}},
             genesis())
        .timely(chain[1])
        .block(chain[1])
        .block(broken(
            genesis(), chain[1], [](SignedBlock& b) { b.signature = infinity_signature(); }, false))
        .tick(5)
        .block(chain[1])
        .boost_is(nullptr)
        .head_is(chain[1])
        .finish();
    Scenario(suite, "on_block",
             {"anchor_as_a_block", "the anchor is known, though nobody signed it", {"FC-06", "FC-15"}}, genesis())
        .tick(1)
        .block(genesis()->block)
        .head_is(genesis())
        .finish();
    const auto invalid = [&](const std::string& clause, const std::string& name, const std::string& shows,
                             const std::function<void(SignedBlock&)>& change, bool sign_again) {
        Scenario(suite, "on_block", {name, shows, {"FC-20", "FC-01"}}, genesis())
            .timely(chain[1])
            .tick(2)
            .block(broken(chain[1], chain[2], change, sign_again), clause)
            .head_is(chain[1])
            .weights_are({{chain[1], 0}})
            .block(chain[2])
            .head_is(chain[2])
            .finish();
    };
    invalid(
        "BLK-08", "invalid_state_root", "a wrong state root; the store stays as it was",
        [](SignedBlock& b) { b.message.state_root.bytes[0] ^= 1U; }, true);
    invalid(
        "BLK-07", "invalid_signature", "a wrong signature", [](SignedBlock& b) { b.signature = infinity_signature(); },
        false);
    invalid(
        "BLK-04", "another_proposer", "a block of another validator",
        [](SignedBlock& b) { b.message.proposer_index = ValidatorIndex{b.message.proposer_index.value ^ 1U}; }, true);
    invalid(
        "ATT-12", "invalid_vote_inside", "an attestation in the body does not verify",
        [](SignedBlock& b) { b.message.body.attestations[0].signature = infinity_signature(); }, true);
    invalid(
        "SLO-05", "slot_of_the_parent", "a block of its parent's slot",
        [](SignedBlock& b) { b.message.slot = Slot{1}; }, true);
    Scenario(suite, "on_block", {"late_by_slots", "a block that comes slots later", {"FC-17", "FC-23"}}, genesis())
        .tick(9)
        .block(chain[1])
        .block(chain[2])
        .block(chain[3])
        .boost_is(nullptr)
        .head_is(chain[3])
        .finish();
}

void add_finalized_branches(Suite& suite) {
    const auto& chain = busy_chain(34);
    const NodePointer fork = child(chain[12], 14, {}, 5);
    const NodePointer on_fork = child(fork, 33, {}, 6);
    const std::vector<std::string> forgotten{"FC-16"};
    Scenario(suite, "on_block",
             {"branch_without_the_finalized_block",
              "a block on a branch that parted before the finalized block",
              {"FC-19", "FC-04"}},
             genesis())
        .blocks(chain, 1, 14)
        .block(fork)
        .blocks(chain, 15, 33)
        .checkpoints_are(3, 2)
        .block(on_fork, "FC-19", forgotten)
        .head_is(chain[33])
        .finish();
    // The first slots of epochs 1 to 3 are empty: checkpoints are blocks of earlier slots.
    const NodePointer root = genesis();
    std::vector<NodePointer> gaps{root};
    for (std::uint64_t slot = 1; slot <= 34; ++slot) {
        if (slot % 8 == 0) continue;
        const std::uint64_t last = gaps.back()->block.message.slot.value;
        gaps.push_back(child(gaps.back(), slot, votes_from(gaps.back(), last, slot)));
    }
    Scenario good(suite, "on_block",
                  {"finality_over_skipped_slots",
                   "checkpoints are blocks of slots before their epoch",
                   {"FC-14", "FC-19", "FC-33"}},
                  root);
    for (std::size_t i = 1; i < gaps.size(); ++i)
        good.timely(gaps[i]);
    good.checkpoints_are(3, 2).head_is(gaps.back()).finish();
    const NodePointer parent = gaps[13];  // slot 14; 15 is the checkpoint's block of epoch 2
    const NodePointer aside = child(parent, 17, {}, 7);
    const NodePointer on_aside = child(aside, 33, {}, 8);
    Scenario bad(
        suite, "on_block",
        {"branch_without_the_finalized_block_over_skipped_slots",
         "the finalized checkpoint's block lies before the epoch's first slot, which is empty on both branches",
         {"FC-14", "FC-19"}},
        root);
    bool given = false;
    for (std::size_t i = 1; i < gaps.size(); ++i) {
        if (gaps[i]->block.message.slot > 33U) break;
        bad.timely(gaps[i]);
        if (!given && gaps[i]->block.message.slot == 17U) {
            bad.block(aside);
            given = true;
        }
    }
    bad.checkpoints_are(3, 2).block(on_aside, "FC-19", forgotten).finish();
}

void add_block_contents(Suite& suite) {
    const auto& chain = busy_chain(10);
    Scenario(suite, "on_block",
             {"votes_in_a_block_count", "the votes of a block's body count at once", {"FC-22", "FC-47"}}, genesis())
        .timely(chain[1])
        .weights_are({{chain[1], 1638}})
        .timely(chain[2])
        .weights_are({{chain[1], 4 * 1024 + 1638}, {chain[2], 1638}})
        .finish();
    BlockBody body = votes_from(chain[2], 2, 3);
    ConsensusState state = advanced(chain[2]->post, Slot{3});
    AttestationData lost = vote_data(state, Slot{2});
    lost.beacon_block_root.bytes.fill(9);
    body.attestations = {signed_attestation(state, lost, everybody)};
    const NodePointer with_lost_vote = child(chain[2], 3, body);
    Scenario(
        suite, "on_block",
        {"vote_for_an_unknown_block", "a vote in a valid block that the store cannot place is passed over", {"FC-22"}},
        genesis())
        .blocks(chain, 1, 2)
        .timely(with_lost_vote)
        .head_is(with_lost_vote)
        .weights_are({{chain[1], 4 * 1024 + 1638}, {chain[2], 1638}})
        .finish();
    lost = vote_data(state, Slot{2});
    lost.target.root.bytes.fill(9);
    body.attestations = {signed_attestation(state, lost, everybody)};
    const NodePointer with_lost_target = child(chain[2], 3, body);
    Scenario(suite, "on_block",
             {"vote_for_an_unknown_target", "a vote whose target is not known is passed over", {"FC-22"}}, genesis())
        .blocks(chain, 1, 2)
        .timely(with_lost_target)
        .head_is(with_lost_target)
        .weights_are({{chain[2], 1638}})
        .finish();
    AttesterSlashing evidence;
    AttestationData one;
    AttestationData two;
    two.beacon_block_root.bytes.fill(1);
    const std::vector<ValidatorIndex> all = [&] {
        std::vector<ValidatorIndex> indices;
        for (std::uint64_t i = 0; i < 32; ++i)
            indices.emplace_back(i);
        return indices;
    }();
    evidence = {indexed_attestation(chain[2]->post, all, one), indexed_attestation(chain[2]->post, all, two)};
    BlockBody slashing_body;
    slashing_body.attester_slashings = {evidence};
    const NodePointer with_evidence = child(chain[2], 3, slashing_body);
    std::vector<std::uint64_t> everyone;
    for (std::uint64_t i = 0; i < 32; ++i)
        everyone.push_back(i);
    Scenario(
        suite, "on_block",
        {"evidence_in_a_block_counts", "the evidence of a block's body discounts at once", {"FC-22", "FC-51", "FC-30"}},
        genesis())
        .blocks(chain, 1, 2)
        .timely(with_evidence)
        .equivocating_are(everyone)
        .weights_are({{chain[1], 1638}, {with_evidence, 1638}})
        .finish();
}

void add_boost(Suite& suite) {
    const auto& chain = busy_chain(20);
    const std::vector<std::string> clauses{"FC-23", "FC-25", "FC-29", "FC-31"};
    Scenario(suite, "boost",
             {"timely_block", "a block one millisecond before the attestation deadline", {"FC-09", "FC-23", "FC-25"}},
             genesis())
        .tick(1, 665)
        .block(chain[1])
        .boost_is(chain[1])
        .weights_are({{chain[1], 1638}, {genesis(), 4096 + 1638}})
        .finish();
    Scenario(suite, "boost", {"late_block", "a block at the attestation deadline", {"FC-09", "FC-23", "FC-25"}},
             genesis())
        .tick(1, 666)
        .block(chain[1])
        .boost_is(nullptr)
        .weights_are({{chain[1], 0}})
        .finish();
    Scenario(suite, "boost", {"block_of_the_slot_before", "early in a slot, but of the slot before", clauses},
             genesis())
        .tick(2)
        .block(chain[1])
        .boost_is(nullptr)
        .finish();
    const auto [low, high] = children_by_root(genesis(), 1);
    Scenario(suite, "boost",
             {"second_block_of_the_slot",
              "only the first timely block of a slot is boosted: it is the head in spite of its smaller root", clauses},
             genesis())
        .tick(1)
        .block(low)
        .block(high)
        .boost_is(low)
        .head_is(low)
        .tick(2)
        .head_is(high)
        .finish();
    const NodePointer on_low = child(low, 2, {}, 1);
    Scenario(suite, "boost", {"late_block_takes_no_boost", "the block after a late one is boosted", clauses}, genesis())
        .tick(1, 700)
        .block(low)
        .boost_is(nullptr)
        .timely(on_low)
        .boost_is(on_low)
        .finish();
    const NodePointer on_high = child(high, 2, {}, 1);
    Scenario(suite, "boost",
             {"outweighs_one_vote", "the boost of 40 percent of a slot's weight is more than a quarter of it", clauses},
             genesis())
        .tick(1, 700)
        .block(low)
        .block(high)
        .tick(2)
        .attestation(vote_for(low, 1, first(1)))
        .head_is(low)
        .block(on_high)
        .head_is(on_high)
        .tick(3)
        .head_is(low)
        .finish();
    Scenario(suite, "boost", {"does_not_outweigh_two_votes", "and less than a half", clauses}, genesis())
        .tick(1, 700)
        .block(low)
        .block(high)
        .tick(2)
        .attestation(vote_for(low, 1, first(2)))
        .block(on_high)
        .boost_is(on_high)
        .head_is(low)
        .finish();
    // A branch that parted in epoch 0: in epoch 2 its proposers come from another shuffling.
    const NodePointer fork = child(chain[5], 7, {}, 3);
    const NodePointer other = child(fork, 17, {}, 4);
    Scenario(suite, "boost",
             {"another_dependent_root",
              "a timely block whose branch parted before the shuffling was fixed gets no boost",
              {"FC-24", "FC-25"}},
             genesis())
        .blocks(chain, 1, 7)
        .block(fork)
        .blocks(chain, 8, 16)
        .tick(17)
        .block(other)
        .boost_is(nullptr)
        .block(chain[17])
        .boost_is(chain[17])
        .finish();
    const NodePointer late_fork = child(chain[8], 9, {}, 3);
    const NodePointer same = child(late_fork, 17, {}, 4);
    Scenario(
        suite, "boost",
        {"same_dependent_root", "a branch that parted after the shuffling was fixed is boosted", {"FC-24", "FC-25"}},
        genesis())
        .blocks(chain, 1, 9)
        .block(late_fork)
        .blocks(chain, 10, 16)
        .tick(17)
        .block(same)
        .boost_is(same)
        .head_is(chain[16])
        .finish();
    const NodePointer edge_fork = child(chain[7], 9, {}, 3);
    const NodePointer edge = child(edge_fork, 17, {}, 4);
    Scenario(suite, "boost",
             {"parted_at_the_dependent_block",
              "the dependent block is the last one before the epoch before: parting right after it does not matter",
              {"FC-24", "FC-25"}},
             genesis())
        .blocks(chain, 1, 9)
        .block(edge_fork)
        .blocks(chain, 10, 16)
        .tick(17)
        .block(edge)
        .boost_is(edge)
        .finish();
    const NodePointer before = child(chain[6], 9, {}, 3);
    const NodePointer parted = child(before, 17, {}, 4);
    Scenario(suite, "boost",
             {"parted_one_before_the_dependent_block", "parting one block earlier does", {"FC-24", "FC-25"}}, genesis())
        .blocks(chain, 1, 9)
        .block(before)
        .blocks(chain, 10, 16)
        .tick(17)
        .block(parted)
        .boost_is(nullptr)
        .finish();
}

void add_pull_up(Suite& suite) {
    const auto& chain = busy_chain(26);
    Scenario(suite, "pull_up",
             {"realized_at_the_epoch_start",
              "a block that justifies its epoch: unrealized in the epoch, realized when the next one starts",
              {"FC-26", "FC-10", "FC-13"}},
             genesis())
        .blocks(chain, 1, 21)
        .checkpoints_are(0, 0)
        .timely(chain[22])
        .checkpoints_are(0, 0)
        .tick(23)
        .checkpoints_are(0, 0)
        .tick(24)
        .checkpoints_are(2, 0)
        .finish();
    Scenario late(suite, "pull_up",
                  {"block_of_a_past_epoch",
                   "a block of a past epoch that justifies is realized at once",
                   {"FC-26", "FC-13", "FC-32"}},
                  genesis());
    late.blocks(chain, 1, 21)
        .tick(25)
        .checkpoints_are(1, 0)
        .block(chain[22])
        .checkpoints_are(2, 0)
        .head_is(chain[22])
        .finish();
    // The same votes, but the branch that has them stops; another one goes over the boundary without them.
    const NodePointer skipper = child(chain[19], 24, {}, 2);
    const NodePointer skipper_next = child(skipper, 25, {}, 2);
    Scenario(suite, "pull_up",
             {"skipping_the_boundary_gains_nothing",
              "a branch without the votes does not win by crossing the epoch first",
              {"FC-26", "FC-33", "FC-35"}},
             genesis())
        .blocks(chain, 1, 22)
        .timely(skipper)
        .timely(skipper_next)
        .checkpoints_are(2, 0)
        .head_is(chain[22])
        .finish();
    Scenario(suite, "pull_up", {"finality_by_pull_up", "finality is pulled up with justification", {"FC-26", "JUS-04"}},
             genesis())
        .blocks(busy_chain(32), 1, 31)
        .checkpoints_are(2, 0)
        .tick(32)
        .checkpoints_are(3, 2)
        .finish();
    const NodePointer poor = changed_anchor(chain[23], [](ConsensusState& s) {
        for (std::size_t i = 0; i < 32; ++i)
            s.balances[i] = s.validators[i].effective_stake = i == 0 ? tst(1) : Amount{0};
    });
    const NodePointer silent = child(chain[15], 16, votes_from(chain[15], 15, 16, nobody));
    Scenario(suite, "pull_up",
             {"root_is_not_known_yet",
              "with one increment of stake nobody is two thirds, and an epoch's first block has no root for it yet",
              {"FC-26", "FC-01"}},
             poor)
        .tick(24)
        .block(child(poor, 24), "SLO-03")
        .head_is(poor)
        .finish();
    Scenario(suite, "pull_up",
             {"not_advanced", "justification is computed on the state as it is, not on the next epoch's", {"FC-26"}},
             genesis())
        .blocks(chain, 1, 15)
        .checkpoints_are(0, 0)
        .timely(silent)
        .checkpoints_are(0, 0)
        .finish();
}

}  // namespace

void add_fork_choice_blocks(Suite& suite) {
    if (!suite.wants("fork_choice")) return;
    add_anchors(suite);
    add_ticks(suite);
    add_blocks_checks(suite);
    add_finalized_branches(suite);
    add_block_contents(suite);
    add_boost(suite);
    add_pull_up(suite);
}

}  // namespace touchstone::vectors
