// Fork choice: votes and equivocations [FC-27] to [FC-31], [FC-36] to [FC-51].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/scenario.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

NodePointer genesis() { return busy_chain(0)[0]; }

std::vector<ValidatorIndex> committee_of(const NodePointer& node, std::uint64_t slot) {
    return ref::get_beacon_committee(advanced(node->post, Slot{slot}), Slot{slot}, CommitteeIndex{0});
}

// The vote with other data, signed again.
Attestation changed(const NodePointer& node, std::uint64_t slot, const std::function<void(Attestation&)>& change) {
    Attestation vote = vote_for(node, slot);
    change(vote);
    const Epoch epoch = vote.data.target.epoch;
    std::vector<ValidatorIndex> signers;
    const auto committee = committee_of(node, slot);
    for (std::size_t i = 0; i < committee.size() && i < vote.aggregation_bits.size(); ++i) {
        if (vote.aggregation_bits[i]) signers.push_back(committee[i]);
    }
    vote.signature = sign_together(signers, signing_root(node->post, vote.data, ref::DOMAIN_ATTESTER, epoch));
    return vote;
}

void add_epochs_and_slots(Suite& suite) {
    const auto& chain = busy_chain(20);
    const auto start = [&](const std::string& name, const std::string& shows, std::vector<std::string> clauses) {
        return Scenario(suite, "on_attestation", {name, shows, std::move(clauses)}, genesis());
    };
    const NodePointer a = child(genesis(), 3, {}, 1);
    start("target_epoch_too_old", "a vote of the epoch before the last one, one slot too late", {"FC-36"})
        .tick(3)
        .block(a)
        .tick(15, 1999)
        .attestation(vote_for(a, 6))
        .tick(16)
        .attestation(vote_for(a, 7), "FC-36")
        .weights_are({{a, 4096}})
        .finish();
    start("previous_epoch", "a vote of the previous epoch counts to that epoch's last millisecond", {"FC-36", "FC-47"})
        .tick(3)
        .block(a)
        .tick(15, 1999)
        .attestation(vote_for(a, 7))
        .weights_are({{a, 4096}})
        .finish();
    start("target_epoch_ahead", "a vote of the next epoch", {"FC-36"})
        .tick(3)
        .block(a)
        .tick(7, 1999)
        .attestation(vote_for(a, 8), "FC-36")
        .tick(9)
        .attestation(vote_for(a, 8))
        .weights_are({{a, 4096}})
        .finish();
    start("target_epoch_huge", "a target epoch of 2^64 − 1", {"FC-36"})
        .tick(3)
        .block(a)
        .tick(4)
        .attestation(changed(a, 3, [](Attestation& v) { v.data.target.epoch = far_future(); }), "FC-36")
        .finish();
    start("target_epoch_is_not_the_slots", "a slot of epoch 0 with a target of epoch 1", {"FC-37"})
        .tick(3)
        .block(a)
        .tick(9)
        .attestation(changed(a, 7, [](Attestation& v) { v.data.target.epoch = Epoch{1}; }), "FC-37")
        .attestation(changed(a, 8, [](Attestation& v) { v.data.target.epoch = Epoch{0}; }), "FC-37")
        .finish();
    start("slot_not_over", "a vote counts from the slot after its own", {"FC-42"})
        .tick(3)
        .block(a)
        .tick(3, 1999)
        .attestation(vote_for(a, 3), "FC-42")
        .head_is(a)
        .weights_are({{a, 1638}})
        .tick(4)
        .attestation(vote_for(a, 3))
        .weights_are({{a, 4096}})
        .finish();
    start("slot_in_the_future", "a vote of a later slot of this epoch", {"FC-42"})
        .tick(3)
        .block(a)
        .tick(4)
        .attestation(vote_for(a, 5), "FC-42")
        .finish();
    start("genesis_epoch", "in epoch 0 the epoch before is epoch 0", {"FC-36"})
        .tick(1)
        .attestation(vote_for(genesis(), 0))
        .weights_are({{genesis(), 4096}})
        .finish();
    // Who voted in both slots counts once, for the later vote.
    const ConsensusState later = advanced(chain[5]->post, Slot{17});
    std::set<ValidatorIndex> voters;
    for (const auto& [state, slot] : {std::pair{chain[5]->post, Slot{4}}, std::pair{later, Slot{17}}}) {
        for (const ValidatorIndex member : ref::get_beacon_committee(state, slot, CommitteeIndex{0}))
            voters.insert(member);
    }
    start("over_skipped_slots", "the target is advanced over empty slots to its epoch's first",
          {"FC-27", "FC-41", "FC-45"})
        .blocks(chain, 1, 5)
        .tick(18)
        .attestation(vote_for(chain[5], 17))
        .weights_are({{chain[5], 4096}, {chain[4], voters.size() * 1024}})
        .finish();
}

void add_blocks_of_votes(Suite& suite) {
    const auto& chain = busy_chain(20);
    const NodePointer a = child(genesis(), 3, {}, 1);
    const NodePointer b = child(genesis(), 5, {}, 2);
    const auto start = [&](const std::string& name, const std::string& shows, std::vector<std::string> clauses) {
        return Scenario(suite, "on_attestation", {name, shows, std::move(clauses)}, genesis());
    };
    start("unknown_target", "a target that has not come yet", {"FC-38"})
        .tick(10)
        .attestation(vote_for(a, 9), "FC-38")
        .block(a)
        .attestation(vote_for(a, 9))
        .weights_are({{a, 4096}})
        .finish();
    start("unknown_block", "a vote for a block that has not come yet", {"FC-39"})
        .tick(4)
        .attestation(vote_for(a, 3), "FC-39")
        .block(a)
        .attestation(vote_for(a, 3))
        .weights_are({{a, 4096}})
        .finish();
    start("block_newer_than_vote", "a vote for a block of a slot after the vote's", {"FC-40"})
        .tick(6)
        .block(b)
        .attestation(changed(b, 4, [&](Attestation& v) { v.data.beacon_block_root = b->root; }), "FC-40")
        .attestation(vote_for(b, 5))
        .weights_are({{b, 4096}})
        .finish();
    start("target_not_of_the_branch", "the target is a block of another branch", {"FC-41"})
        .tick(3)
        .block(a)
        .tick(5)
        .block(b)
        .tick(10)
        .attestation(changed(a, 9, [&](Attestation& v) { v.data.target.root = b->root; }), "FC-41")
        .finish();
    start("target_is_an_ancestor", "the target is of the branch, but not its checkpoint", {"FC-41"})
        .blocks(chain, 1, 10)
        .tick(11)
        .attestation(changed(chain[10], 10, [&](Attestation& v) { v.data.target.root = chain[7]->root; }), "FC-41")
        .attestation(changed(chain[10], 10, [&](Attestation& v) { v.data.target.root = chain[9]->root; }), "FC-41")
        .finish();
    start("target_zero", "a zero target is no block", {"FC-38"})
        .tick(3)
        .block(a)
        .tick(4)
        .attestation(changed(a, 3, [](Attestation& v) { v.data.target.root = {}; }), "FC-38")
        .finish();
    start("source_does_not_matter", "the fork choice does not look at the source", {"FC-45", "FC-46"})
        .tick(3)
        .block(a)
        .tick(4)
        .attestation(changed(a, 3, [](Attestation& v) { v.data.source = {Epoch{77}, {}}; }))
        .weights_are({{a, 4096}})
        .finish();
    const auto& full = busy_chain(34);
    const NodePointer fork = child(full[12], 14, {}, 5);
    const std::vector<std::string> forgotten{"FC-38", "FC-39"};
    start("vote_against_finality", "a vote for a branch without the finalized block", {"FC-43", "FC-04"})
        .blocks(full, 1, 14)
        .block(fork)
        .blocks(full, 15, 33)
        .tick(34)
        .checkpoints_are(3, 2)
        .attestation(vote_for(fork, 33), "FC-43", forgotten)
        .head_is(full[33])
        .finish();
    start("vote_before_finality", "the same vote counts as long as the branch is not ruled out", {"FC-43"})
        .blocks(full, 1, 14)
        .block(fork)
        .blocks(full, 15, 17)
        .tick(26)
        .attestation(vote_for(fork, 25))
        .weights_are({{fork, 4096}})
        .finish();
}

void add_committees(Suite& suite) {
    const NodePointer a = child(genesis(), 3, {}, 1);
    const auto start = [&](const std::string& name, const std::string& shows, std::vector<std::string> clauses) {
        Scenario scenario(suite, "on_attestation", {name, shows, std::move(clauses)}, genesis());
        scenario.tick(3).block(a).tick(4);
        return scenario;
    };
    const Attestation good = vote_for(a, 3);
    const auto with = [&](const std::function<void(Attestation&)>& change) {
        Attestation vote = good;
        change(vote);
        return vote;
    };
    start("committee_index_too_high", "the first index without a committee, and the greatest", {"FC-44"})
        .attestation(with([](Attestation& v) { v.data.index = CommitteeIndex{1}; }), "FC-44")
        .attestation(with([](Attestation& v) { v.data.index = CommitteeIndex{UINT64_MAX}; }), "FC-44")
        .weights_are({{a, 0}})
        .finish();
    start("bits_of_another_length", "one bit more, one bit less, none", {"FC-44"})
        .attestation(with([](Attestation& v) { v.aggregation_bits.push_back(false); }), "FC-44")
        .attestation(with([](Attestation& v) { v.aggregation_bits.pop_back(); }), "FC-44")
        .attestation(with([](Attestation& v) { v.aggregation_bits.clear(); }), "FC-44")
        .weights_are({{a, 0}})
        .finish();
    start("empty", "no bit is set, and the signature is infinity", {"FC-45", "ATT-09"})
        .attestation(with([](Attestation& v) {
                         v.aggregation_bits.assign(v.aggregation_bits.size(), false);
                         v.signature = infinity_signature();
                     }),
                     "ATT-09")
        .finish();
    start("wrong_signature", "a signature of other votes, infinity, and zeros", {"FC-45", "ATT-12"})
        .attestation(with([&](Attestation& v) { v.signature = vote_for(a, 3, first(3)).signature; }), "ATT-12")
        .attestation(with([](Attestation& v) { v.signature = infinity_signature(); }), "ATT-12")
        .attestation(with([](Attestation& v) { v.signature = {}; }), "ATT-12")
        .weights_are({{a, 0}})
        .attestation(good)
        .weights_are({{a, 4096}})
        .finish();
}

void add_latest_messages(Suite& suite) {
    const auto [a, b] = children_by_root(genesis(), 2);
    const auto members = committee_of(a, 3);
    const auto start = [&](const std::string& name, const std::string& shows) {
        Scenario scenario(suite, "on_attestation", {name, shows, {"FC-46", "FC-47", "FC-02", "FC-30"}}, genesis());
        scenario.tick(2, 700).block(a).block(b);
        return scenario;
    };
    start("first_vote_of_an_epoch_stands", "a second vote of the same epoch changes nothing")
        .tick(4)
        .attestation(vote_for(b, 3))
        .head_is(b)
        .attestation(vote_for(a, 3))
        .weights_are({{a, 0}, {b, 4096}})
        .head_is(b)
        .finish();
    // With another seed the same validators vote again in epoch 1; find the slots of those of slot 3.
    Scenario again = start("higher_epoch_replaces", "a vote of the next epoch replaces the older one");
    again.tick(4).attestation(vote_for(b, 3)).weights_are({{a, 0}, {b, 4096}}).tick(16, 0);
    for (std::uint64_t slot = 8; slot < 16; ++slot) {
        again.attestation(
            vote_for(a, slot,
                     [&](ValidatorIndex i) { return std::find(members.begin(), members.end(), i) != members.end(); }),
            [&]() -> Expected {
                for (const ValidatorIndex member : committee_of(a, slot)) {
                    if (std::find(members.begin(), members.end(), member) != members.end()) return std::nullopt;
                }
                return "ATT-09";
            }());
    }
    again.weights_are({{a, 4096}, {b, 0}}).head_is(a).finish();
    Scenario older =
        start("lower_epoch_does_not_replace", "a vote of the epoch before comes after a newer one: it changes nothing");
    older.tick(15, 1999);
    for (std::uint64_t slot = 8; slot < 15; ++slot)
        older.attestation(vote_for(a, slot));
    older.attestation(vote_for(b, 3)).attestation(vote_for(b, 4)).finish();
    Scenario slots = start("later_slot_of_the_same_epoch_changes_nothing",
                           "by epoch, not by slot: a vote of a later slot of the same epoch changes nothing");
    slots.tick(7)
        .attestation(vote_for(a, 3))
        .attestation(vote_for(b, 3))
        .attestation(vote_for(b, 6))
        .weights_are({{a, 4096}, {b, 4096}})
        .head_is(b)
        .finish();
    start("each_vote_counts_once", "the same attestation again")
        .tick(4)
        .attestation(vote_for(a, 3))
        .attestation(vote_for(a, 3))
        .weights_are({{a, 4096}})
        .finish();
    start("overlapping_aggregates", "aggregates that overlap")
        .tick(4)
        .attestation(vote_for(a, 3, first(2)))
        .weights_are({{a, 2048}})
        .attestation(vote_for(a, 3))
        .weights_are({{a, 4096}})
        .finish();
}

void add_weights(Suite& suite) {
    const auto& chain = busy_chain(6);
    Scenario(suite, "weights",
             {"boost_reaches_ancestors", "the boost counts for the boosted block and all its ancestors", {"FC-31"}},
             genesis())
        .blocks(chain, 1, 2)
        .weights_are({{genesis(), 2 * 4096 + 1638}, {chain[1], 4096 + 1638}, {chain[2], 1638}})
        .tick(3)
        .weights_are({{genesis(), 2 * 4096}, {chain[1], 4096}, {chain[2], 0}})
        .finish();
    Scenario(suite, "weights",
             {"votes_reach_ancestors", "a vote counts for its block and all its ancestors", {"FC-30"}}, genesis())
        .blocks(chain, 1, 4)
        .tick(5)
        .attestation(vote_for(chain[4], 4))
        .weights_are({{genesis(), 5 * 4096}, {chain[2], 3 * 4096}, {chain[3], 2 * 4096}, {chain[4], 4096}})
        .finish();
    const auto members = committee_of(chain[1], 1);
    const auto with = [&](const std::string& name, const std::string& shows,
                          const std::function<void(ConsensusState&)>& change, std::uint64_t weight) {
        const NodePointer anchor = changed_anchor(genesis(), change);
        const NodePointer block = child(anchor, 1);
        Scenario(suite, "weights", {name, shows, {"FC-30", "FC-27", "FC-28"}}, anchor)
            .tick(1, 700)
            .block(block)
            .tick(2)
            .attestation(vote_for(block, 1))
            .weights_are({{block, weight}})
            .finish();
    };
    with(
        "slashed_in_the_justified_state", "who is slashed in the justified state has no weight",
        [&](ConsensusState& s) { s.validators[members[2].value].slashed = true; }, 3072);
    with(
        "effective_stakes", "votes weigh by effective stake",
        [&](ConsensusState& s) {
            for (std::size_t i = 0; i < 4; ++i)
                s.validators[members[i].value].effective_stake = tst(100 + i);
        },
        406);
    with(
        "balances_do_not_matter", "balances above the effective stake do not count",
        [&](ConsensusState& s) { s.balances.assign(32, tst(9000)); }, 4096);
    const NodePointer anchor = changed_anchor(genesis(), [&](ConsensusState& s) {
        for (std::size_t i = 0; i < 31; ++i)
            s.validators[i].effective_stake = tst(33 + i * 7);
    });
    const NodePointer block = child(anchor, 1);
    Scenario(suite, "weights",
             {"fractions_are_floored", "the boost of an uneven total: each division is floored", {"FC-28", "FC-29"}},
             anchor)
        .timely(block)
        .weights_are({{block, need(ref::get_weight(
                                       [&] {
                                           ref::Store store =
                                               need(ref::get_forkchoice_store(anchor->post, anchor->block.message));
                                           need(ref::on_tick(store, store.genesis_time_ms + 2000));
                                           need(ref::on_block(store, block->block));
                                           return store;
                                       }(),
                                       block->root))
                                      .value /
                                  ref::GRAINS_PER_TST}})
        .finish();
    // Justified is a later epoch: who has left by then does not count.
    const NodePointer leaving = changed_anchor(busy_chain(16)[16], [&](ConsensusState& s) {
        s.validators[0].exit_epoch = Epoch{3};
        s.validators[1].exit_epoch = Epoch{2};
    });
    Scenario later(suite, "weights",
                   {"who_has_left", "who is not active in the justified state's epoch has no weight", {"FC-30"}},
                   leaving);
    later.tick(17);
    const NodePointer next = child(leaving, 17);
    later.block(next);
    for (std::uint64_t slot = 17; slot < 24; ++slot)
        later.tick(slot + 1).attestation(vote_for(next, slot));
    later.finish();
}

AttesterSlashing evidence_of(const NodePointer& node, const std::vector<ValidatorIndex>& first_indices,
                             const std::vector<ValidatorIndex>& second_indices) {
    AttestationData one;
    AttestationData two;
    two.beacon_block_root.bytes.fill(1);
    return {indexed_attestation(node->post, first_indices, one), indexed_attestation(node->post, second_indices, two)};
}

void add_equivocations(Suite& suite) {
    const auto [a, b] = children_by_root(genesis(), 2);
    auto members = committee_of(a, 3);
    std::sort(members.begin(), members.end());
    std::vector<std::uint64_t> numbers;
    for (const ValidatorIndex member : members)
        numbers.push_back(member.value);
    const auto start = [&, a = a, b = b](const std::string& name, const std::string& shows,
                                         std::vector<std::string> clauses) {
        Scenario scenario(suite, "on_attester_slashing", {name, shows, std::move(clauses)}, genesis());
        scenario.tick(2, 700).block(a).block(b).tick(4);
        return scenario;
    };
    const AttesterSlashing good = evidence_of(genesis(), members, members);
    start("votes_discounted", "votes of equivocators do not count any more", {"FC-51", "FC-30"})
        .attestation(vote_for(a, 3))
        .head_is(a)
        .slashing(good)
        .equivocating_are(numbers)
        .weights_are({{a, 0}})
        .head_is(b)
        .finish();
    start("later_votes_ignored", "votes that come after the evidence do not count either", {"FC-47", "FC-51"})
        .slashing(good)
        .attestation(vote_for(a, 3))
        .weights_are({{a, 0}})
        .head_is(b)
        .finish();
    start("only_who_is_in_both", "only who is in both votes is discounted", {"FC-51"})
        .attestation(vote_for(a, 3))
        .slashing(evidence_of(genesis(), {members[0], members[1], members[2]}, {members[1], members[2], members[3]}))
        .equivocating_are({numbers[1], numbers[2]})
        .weights_are({{a, 2048}})
        .finish();
    start("nobody_in_both", "evidence against nobody is accepted and changes nothing", {"FC-51"})
        .attestation(vote_for(a, 3))
        .slashing(evidence_of(genesis(), {members[0]}, {members[1]}))
        .equivocating_are({})
        .weights_are({{a, 4096}})
        .finish();
    start("evidence_twice", "the same evidence again", {"FC-51"})
        .slashing(good)
        .slashing(good)
        .equivocating_are(numbers)
        .finish();
    AttesterSlashing bad = good;
    bad.attestation_2 = bad.attestation_1;
    start("data_not_slashable", "one vote is no offence", {"FC-48"})
        .attestation(vote_for(a, 3))
        .slashing(bad, "FC-48")
        .equivocating_are({})
        .weights_are({{a, 4096}})
        .finish();
    bad = good;
    bad.attestation_1.signature = good.attestation_2.signature;
    start("first_signature_wrong", "the first vote was not signed", {"FC-49", "ATT-12"})
        .slashing(bad, "ATT-12")
        .equivocating_are({})
        .finish();
    bad = good;
    bad.attestation_2.signature = good.attestation_1.signature;
    start("second_signature_wrong", "the second vote was not signed", {"FC-50", "ATT-12"})
        .slashing(bad, "ATT-12")
        .equivocating_are({})
        .finish();
    auto reversed = members;
    std::swap(reversed[0], reversed[3]);
    start("indices_not_sorted", "indices out of order", {"FC-49", "FC-50", "ATT-10"})
        .slashing(evidence_of(genesis(), reversed, members), "ATT-10")
        .slashing(evidence_of(genesis(), members, reversed), "ATT-10")
        .finish();
    start("index_is_nobody", "an index that is nobody's", {"FC-49", "FC-50", "ATT-11"})
        .slashing(evidence_of(genesis(), {members[0], ValidatorIndex{32}}, members), "ATT-11")
        .slashing(evidence_of(genesis(), members, {members[0], ValidatorIndex{32}}), "ATT-11")
        .finish();
    start("indices_empty", "no index at all", {"FC-49", "FC-50", "ATT-09"})
        .slashing(evidence_of(genesis(), {}, members), "ATT-09")
        .slashing(evidence_of(genesis(), members, {}), "ATT-09")
        .finish();
    AttestationData inner;
    inner.source.epoch = Epoch{1};
    inner.target.epoch = Epoch{2};
    AttestationData outer;
    outer.target.epoch = Epoch{3};
    start("surround_vote", "a surround vote discounts as a double vote does", {"FC-48", "FC-51", "ASL-01"})
        .slashing({indexed_attestation(genesis()->post, members, inner),
                   indexed_attestation(genesis()->post, members, outer)})
        .equivocating_are(numbers)
        .finish();
    const NodePointer anchor =
        changed_anchor(genesis(), [&](ConsensusState& s) { s.validators[numbers[0]].slashed = true; });
    Scenario(suite, "on_attester_slashing",
             {"slashed_already", "who is slashed in the registry already joins the equivocators", {"FC-51"}}, anchor)
        .tick(1)
        .slashing(evidence_of(anchor, {members[0]}, {members[0]}))
        .equivocating_are({numbers[0]})
        .finish();
}

}  // namespace

void add_fork_choice_votes(Suite& suite) {
    if (!suite.wants("fork_choice")) return;
    add_epochs_and_slots(suite);
    add_blocks_of_votes(suite);
    add_committees(suite);
    add_latest_messages(suite);
    add_weights(suite);
    add_equivocations(suite);
}

}  // namespace touchstone::vectors
