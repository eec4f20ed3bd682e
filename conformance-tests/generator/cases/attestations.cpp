// Attestations in blocks [ATT-01] to [ATT-14].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "reference/transition/attestation.h"
#include "reference/transition/rewards.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

void add(Suite& suite, const Title& title, const ConsensusState& pre, const Attestation& attestation,
         const Expected& expected = std::nullopt) {
    add_operation(suite, "attestation", "attestation", title, pre, attestation, ref::process_attestation, expected);
}

void reject(Suite& suite, const std::string& clause, const std::string& name, const std::string& shows,
            const ConsensusState& pre, const Attestation& attestation) {
    add(suite, {name, shows, {clause}}, pre, attestation, clause);
}

const std::vector<std::string> kEffect{"ATT-01", "ATT-13", "ATT-14"};

// A state in the middle of epoch 3 whose votes of the last slots have not been included: two committees a slot.
const ConsensusState& late_state() {
    static const ConsensusState state = advanced(busy_state(25, 64), Slot{28});
    return state;
}

Attestation vote(const ConsensusState& state, std::uint64_t slot, std::uint64_t index = 0,
                 const Voters& voters = everybody) {
    return signed_attestation(state, vote_data(state, Slot{slot}, CommitteeIndex{index}), voters);
}

template <class Change>
Attestation changed(const ConsensusState& state, Attestation attestation, const Change& change) {
    change(attestation.data);
    resign(state, attestation);
    return attestation;
}

void add_flags(Suite& suite) {
    const ConsensusState& state = late_state();
    add(suite, {"one_slot_late", "the vote of the slot before: all three flags", kEffect}, state, vote(state, 27));
    add(suite, {"two_slots_late", "at isqrt(8) slots: source and target, no head", kEffect}, state, vote(state, 26));
    add(suite, {"three_slots_late", "beyond isqrt(8) slots: the target alone", kEffect}, state, vote(state, 25));
    add(suite, {"second_committee", "the vote of the slot's other committee", {"ATT-01", "ATT-06"}}, state,
        vote(state, 27, 1));
    add(suite, {"first_slot_of_the_epoch", "head and target are the same block", kEffect}, state, vote(state, 24));
    add(suite, {"wrong_head", "another head: source and target", kEffect}, state,
        changed(state, vote(state, 27), [](AttestationData& data) { data.beacon_block_root.bytes.fill(7); }));
    add(suite, {"wrong_target", "another target root: the source alone, though the head matches", kEffect}, state,
        changed(state, vote(state, 27), [](AttestationData& data) { data.target.root.bytes.fill(7); }));
    add(suite, {"wrong_target_late", "another target root, too late for the source: no flag at all", kEffect}, state,
        changed(state, vote(state, 25), [](AttestationData& data) { data.target.root.bytes.fill(7); }));
    const auto committee = ref::get_beacon_committee(state, Slot{27}, CommitteeIndex{0});
    add(suite, {"some_votes", "some of the committee", kEffect}, state,
        vote(state, 27, 0, [&](ValidatorIndex i) { return i != committee.front(); }));
    add(suite, {"last_member_alone", "the last bit of the committee", kEffect}, state,
        vote(state, 27, 0, [&](ValidatorIndex i) { return i == committee.back(); }));
    add(suite, {"first_member_alone", "the first bit of the committee", kEffect}, state,
        vote(state, 27, 0, [&](ValidatorIndex i) { return i == committee.front(); }));
}

void add_repetitions(Suite& suite) {
    ConsensusState state = late_state();
    need(ref::process_attestation(state, vote(state, 27)));
    add(suite, {"same_vote_again", "flags that are set count no more: no reward", {"ATT-14"}}, state, vote(state, 27));
    state = late_state();
    const auto committee = ref::get_beacon_committee(state, Slot{27}, CommitteeIndex{0});
    need(ref::process_attestation(state, vote(state, 27, 0, [&](ValidatorIndex i) { return i == committee[1]; })));
    add(suite, {"one_of_them_voted_already", "only new flags are rewarded", {"ATT-14"}}, state, vote(state, 27));
    state = late_state();
    for (const ValidatorIndex index : committee)
        state.current_epoch_participation[index.value] = 1U << ref::TIMELY_SOURCE_FLAG_INDEX;
    add(suite, {"source_flag_set_before", "the flags that are missing are added to the others", {"ATT-14"}}, state,
        vote(state, 27));
    state = late_state();
    state.validators[committee[0].value].slashed = true;
    add(suite, {"slashed_member", "a slashed member's flags are set as those of the others", {"ATT-14"}}, state,
        vote(state, 27));
    state = late_state();
    state.balances[ref::get_beacon_proposer_index(state).value] = Amount{UINT64_MAX};
    reject(suite, "TYP-01", "proposer_balance_overflows", "the proposer's reward does not fit its balance", state,
           vote(state, 27));
    state = late_state();
    state.minted = Amount{UINT64_MAX};
    reject(suite, "TYP-01", "minted_overflows", "the reward does not fit the sum of all rewards", state,
           vote(state, 27));
}

// What the proposer's operator takes of the reward [STK-06].
void add_commissions(Suite& suite) {
    struct Rate {
        std::uint64_t now;
        std::uint64_t next = 0;
        Epoch from = far_future();
    };
    const auto with = [&](const std::string& name, const std::string& shows, const Rate& rate, std::uint64_t holds,
                          std::uint64_t before = 0) {
        ConsensusState state = late_state();
        const std::size_t proposer = ref::get_beacon_proposer_index(state).value;
        state.validators[proposer].commission = rate.now;
        state.validators[proposer].next_commission = rate.next;
        state.validators[proposer].next_commission_epoch = rate.from;
        state.commissions[proposer] = Amount{before};
        ConsensusState post = state;
        need(ref::process_attestation(post, vote(state, 27)));
        const std::uint64_t reward = post.minted.value - state.minted.value;
        const std::uint64_t commission = reward * holds / 10'000;
        if (post.commissions[proposer].value != before + commission ||
            post.balances[proposer].value != state.balances[proposer].value + reward - commission)
            suite.problem("operations/attestation/" + name + ": the commission is another");
        add(suite, {name, shows, {"ATT-14", "STK-05", "STK-06", "STK-01"}}, state, vote(state, 27));
    };
    with("commission", "a part of the proposer's reward, rounded down", {777}, 777);
    with("commission_of_all", "all of the reward", {10'000}, 10'000);
    with("commission_of_one_basis_point", "hardly anything", {1}, 1);
    with("commission_joins_what_was_earned", "it is added to what was not claimed", {500}, 500, tst(3).value);
    with("commission_that_holds_since_this_epoch", "one that waited until this epoch", {500, 900, Epoch{3}}, 900);
    with("commission_that_waits", "one that waits for the next epoch", {500, 900, Epoch{4}}, 500);
    ConsensusState state = late_state();
    const std::size_t proposer = ref::get_beacon_proposer_index(state).value;
    state.validators[proposer].commission = 500;
    state.commissions[proposer] = Amount{UINT64_MAX};
    reject(suite, "TYP-01", "commission_overflows", "a commission that does not fit", state, vote(state, 27));
    state.commissions[proposer] = {};
    need(ref::process_attestation(state, vote(state, 27)));
    add(suite, {"commission_of_no_reward", "flags that are set count no more: no commission", {"ATT-14", "STK-06"}},
        state, vote(state, 27));
}

void add_previous_epoch(Suite& suite) {
    const ConsensusState& state = late_state();
    add(suite,
        {"previous_epoch", "a vote of the previous epoch with that epoch's source", {"ATT-04", "ATT-08", "ATT-14"}},
        state, vote(state, 23));
    const ConsensusState last = advanced(busy_state(25, 64), Slot{31});
    add(suite,
        {"previous_epoch_as_late_as_possible",
         "the first slot of the previous epoch in the last of the current one",
         {"ATT-04", "ATT-13"}},
        last, vote(last, 16));
    const ConsensusState first = advanced(busy_state(23, 64), Slot{24});
    add(suite,
        {"across_the_boundary",
         "the last slot's vote in the first slot of the next epoch: all flags",
         {"ATT-04", "ATT-08", "ATT-13"}},
        first, vote(first, 23));
    const ConsensusState genesis = advanced(genesis_state({.validators = 64}), Slot{3});
    add(suite, {"genesis_epoch", "in the genesis epoch the previous epoch is the current one", {"ATT-04", "SLO-01"}},
        genesis, vote(genesis, 2));
    add(suite, {"genesis_slot", "a vote for the genesis block in slot 0", {"ATT-04", "ATT-13"}},
        advanced(genesis, Slot{4}), vote(genesis, 0));
    ConsensusState exited = late_state();
    const auto committee = ref::get_beacon_committee(exited, Slot{23}, CommitteeIndex{0});
    exited.validators[committee[0].value].exit_epoch = Epoch{3};
    add(suite,
        {"member_that_has_left_since", "who was active in the vote's epoch is in its committee", {"ATT-01", "COM-06"}},
        exited, vote(exited, 23));
}

void add_window(Suite& suite) {
    const ConsensusState& state = late_state();
    ConsensusState ahead = advanced(late_state(), Slot{30});
    reject(suite, "ATT-03", "included_in_its_own_slot", "a vote may not be included in the block of its own slot",
           state, signed_attestation(ahead, vote_data(ahead, Slot{28})));
    reject(suite, "ATT-03", "of_a_later_slot", "a vote of a slot after the block's", state,
           signed_attestation(ahead, vote_data(ahead, Slot{29})));
    const Parameters delayed = minimal_with([](Parameters& c) { c.MIN_ATTESTATION_INCLUSION_DELAY = 2; });
    const ConsensusState slow = advanced(genesis_state({.config = delayed}), Slot{6});
    add(suite,
        {"at_a_delay_of_two", "with a delay of two, a distance of two is timely for the head", {"ATT-03", "ATT-13"}},
        slow, vote(slow, 4));
    reject(suite, "ATT-03", "below_a_delay_of_two", "with a delay of two, a distance of one is too early", slow,
           vote(slow, 5));

    reject(suite, "ATT-04", "two_epochs_old", "the last slot of the epoch before the previous one",
           advanced(busy_state(25, 64), Slot{32}), vote(busy_state(25, 64), 23));
    ConsensusState next = advanced(late_state(), Slot{33});
    reject(suite, "ATT-04", "target_of_the_next_epoch", "a vote of the next epoch", state,
           signed_attestation(next, vote_data(next, Slot{32})));
    reject(suite, "ATT-04", "target_epoch_huge", "a target epoch of 2^64 − 1", state,
           changed(state, vote(state, 27), [](AttestationData& data) { data.target.epoch = far_future(); }));
    reject(suite, "ATT-05", "target_is_the_previous_epoch", "a slot of this epoch with the target of the previous one",
           state, changed(state, vote(state, 27), [&](AttestationData& data) {
               data.target = vote_data(state, Slot{23}).target;
           }));
    Attestation old = vote(state, 23);
    old.data.target = vote_data(state, Slot{27}).target;
    reject(suite, "ATT-05", "target_is_the_next_of_its_slot",
           "a slot of the previous epoch with the target of this one", state, old);
    old = vote(state, 27);
    old.data.slot = Slot{UINT64_MAX};
    reject(suite, "ATT-05", "slot_huge", "a slot of 2^64 − 1: no sum overflows", state, old);
    old.data.target.epoch = Epoch{1};
    reject(suite, "ATT-04", "epoch_before_slot", "target epoch and slot are both wrong: the epoch is looked at first",
           state, old);
}

void add_committee(Suite& suite) {
    const ConsensusState& state = late_state();
    Attestation attestation = vote(state, 27, 1);
    attestation.data.index = CommitteeIndex{2};
    reject(suite, "ATT-06", "index_is_the_count", "the first index that has no committee", state, attestation);
    attestation.data.index = CommitteeIndex{UINT64_MAX};
    reject(suite, "ATT-06", "index_huge", "an index of 2^64 − 1", state, attestation);
    attestation = vote(state, 27);
    attestation.aggregation_bits.push_back(false);
    reject(suite, "ATT-07", "one_bit_more", "a bit more than the committee has members, not set", state, attestation);
    attestation.aggregation_bits.back() = true;
    reject(suite, "ATT-07", "one_vote_more", "a vote more than the committee has members", state, attestation);
    attestation = vote(state, 27);
    attestation.aggregation_bits.pop_back();
    resign(state, attestation);
    reject(suite, "ATT-07", "one_bit_less", "a bit less than the committee has members", state, attestation);
    attestation.aggregation_bits.clear();
    reject(suite, "ATT-07", "no_bits", "no bits at all", state, attestation);
    attestation = vote(state, 27);
    attestation.aggregation_bits.assign(attestation.aggregation_bits.size(), false);
    attestation.signature = infinity_signature();
    reject(suite, "ATT-09", "nobody_votes", "no bit is set, and the signature is infinity", state, attestation);
}

void add_source(Suite& suite) {
    const ConsensusState& state = late_state();
    const auto with_source = [&](std::uint64_t slot, const Checkpoint& source) {
        return changed(state, vote(state, slot), [&](AttestationData& data) { data.source = source; });
    };
    const Checkpoint current = state.current_justified_checkpoint;
    const Checkpoint previous = state.previous_justified_checkpoint;
    reject(suite, "ATT-08", "current_target_with_previous_source", "this epoch's vote with the older checkpoint", state,
           with_source(27, previous));
    reject(suite, "ATT-08", "previous_target_with_current_source",
           "the previous epoch's vote with the newer checkpoint", state, with_source(23, current));
    reject(suite, "ATT-08", "source_root_wrong", "the right epoch, another root", state,
           with_source(27, {current.epoch, previous.root}));
    reject(suite, "ATT-08", "source_epoch_wrong", "the right root, another epoch", state,
           with_source(27, {Epoch{current.epoch.value + 1}, current.root}));
    reject(suite, "ATT-08", "previous_source_root_wrong", "the right epoch, another root, for the previous epoch",
           state, with_source(23, {previous.epoch, current.root}));
    reject(suite, "ATT-08", "source_zero", "the zero checkpoint, which nothing justifies any more", state,
           with_source(27, {}));
}

void add_signatures(Suite& suite) {
    const ConsensusState& state = late_state();
    const Attestation good = vote(state, 27);
    const auto with_signature = [&](const BLSSignature& signature) {
        Attestation attestation = good;
        attestation.signature = signature;
        return attestation;
    };
    const auto committee = ref::get_beacon_committee(state, Slot{27}, CommitteeIndex{0});
    const Root root = signing_root(state, good.data, ref::DOMAIN_ATTESTER, Epoch{3});
    const auto wrong = [&](const std::string& name, const std::string& shows, const BLSSignature& signature) {
        reject(suite, "ATT-12", name, shows, state, with_signature(signature));
    };
    wrong("signature_infinity", "the point at infinity as the signature of a committee", infinity_signature());
    wrong("signature_of_zeros", "a signature that does not decode breaks the clause of the operation", {});
    wrong("signature_zero", "96 zero bytes are no signature", {});
    wrong("signer_missing", "one of those whose bit is set has not signed",
          sign_together({committee.begin() + 1, committee.end()}, root));
    auto more = committee;
    more.push_back(ref::get_beacon_committee(state, Slot{27}, CommitteeIndex{1})[0]);
    wrong("signer_too_many", "somebody signed whose bit is not there", sign_together(more, root));
    wrong("signed_by_the_other_committee", "the signature of the slot's other committee", vote(state, 27, 1).signature);
    wrong("other_domain", "signed for the domain of proposers",
          sign_together(committee, signing_root(state, good.data, ref::DOMAIN_PROPOSER, Epoch{3})));
    ConsensusState elsewhere = state;
    elsewhere.genesis_root.bytes.fill(9);
    wrong("other_chain", "signed for a chain with another genesis",
          sign_together(committee, signing_root(elsewhere, good.data, ref::DOMAIN_ATTESTER, Epoch{3})));
    ConsensusState forked = state;
    forked.fork_schedule[0].version.bytes[0] ^= 1U;
    wrong("other_fork_version", "signed for another fork version",
          sign_together(committee, signing_root(forked, good.data, ref::DOMAIN_ATTESTER, Epoch{3})));
    AttestationData other = good.data;
    other.beacon_block_root.bytes[0] ^= 1U;
    wrong("signed_other_data", "signed for another head",
          sign_together(committee, signing_root(state, other, ref::DOMAIN_ATTESTER, Epoch{3})));
    Attestation bit_added = vote(state, 27, 0, [&](ValidatorIndex i) { return i != committee[0]; });
    bit_added.aggregation_bits[0] = true;
    reject(suite, "ATT-12", "bit_added", "a bit was set after the signatures were summed", state, bit_added);
    // The version of the target's epoch, not that of the block's.
    ConsensusState upgraded = late_state();
    upgraded.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{3}});
    Attestation before = vote(upgraded, 23);
    add(suite,
        {"of_the_fork_before",
         "a vote of the epoch before an upgrade verifies with the older version",
         {"CRY-16", "ATT-12"}},
        upgraded, before);
    add(suite, {"of_the_new_fork", "a vote of the first epoch of an upgrade", {"CRY-16", "ATT-12"}}, upgraded,
        vote(upgraded, 27));
    reject(suite, "ATT-12", "of_the_fork_before_in_the_new_one",
           "a vote of this epoch with the version before the upgrade", upgraded, vote(late_state(), 27));
}

}  // namespace

void add_attestations(Suite& suite) {
    if (!suite.wants("operations")) return;
    add_flags(suite);
    add_repetitions(suite);
    add_commissions(suite);
    add_previous_epoch(suite);
    add_window(suite);
    add_committee(suite);
    add_source(suite);
    add_signatures(suite);
}

}  // namespace touchstone::vectors
