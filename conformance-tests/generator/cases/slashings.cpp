// Proposer slashings [PSL-01] to [PSL-08].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/stake.h"
#include "reference/transition/slashing.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

const ValidatorIndex kOffender{5};

ref::SignedBlockHeader signed_header(const ConsensusState& state, const ref::BlockHeader& header,
                                     ValidatorIndex signer) {
    const Epoch epoch{header.slot.value / state.config.SLOTS_PER_EPOCH};
    return {header, sign(signer, signing_root(state, header, ref::DOMAIN_PROPOSER, epoch))};
}

ref::BlockHeader header_of(Slot slot, ValidatorIndex proposer, std::uint8_t tag) {
    ref::BlockHeader header;
    header.slot = slot;
    header.proposer_index = proposer;
    header.parent_root.bytes.fill(0x11);
    header.state_root.bytes.fill(0x22);
    header.body_root.bytes.fill(tag);
    return header;
}

ProposerSlashing evidence(const ConsensusState& state, ValidatorIndex offender, Slot slot) {
    return {signed_header(state, header_of(slot, offender, 1), offender),
            signed_header(state, header_of(slot, offender, 2), offender)};
}

void resign(const ConsensusState& state, ProposerSlashing& slashing, ValidatorIndex signer = kOffender) {
    slashing.signed_header_1 = signed_header(state, slashing.signed_header_1.message, signer);
    slashing.signed_header_2 = signed_header(state, slashing.signed_header_2.message, signer);
}

void add(Suite& suite, const Title& title, const ConsensusState& pre, const ProposerSlashing& slashing,
         const Expected& expected = std::nullopt) {
    add_operation(suite, "proposer_slashing", "proposer_slashing", title, pre, slashing, ref::process_proposer_slashing,
                  expected);
}

void reject(Suite& suite, const std::string& clause, const std::string& name, const std::string& shows,
            const ConsensusState& pre, const ProposerSlashing& slashing) {
    add(suite, {name, shows, {clause}}, pre, slashing, clause);
}

const std::vector<std::string> kEffect{"PSL-08", "VAL-08", "VAL-09"};

void add_effects(Suite& suite) {
    const ConsensusState& state = busy_state(26);
    add(suite, {"two_blocks_of_one_slot", "two headers of one slot slash their proposer", kEffect}, state,
        evidence(state, kOffender, Slot{20}));
    add(suite, {"of_this_slot", "two headers of the current slot", kEffect}, state,
        evidence(state, kOffender, state.slot));
    add(suite, {"of_a_slot_to_come", "two headers of a slot of the future", {"PSL-06", "PSL-08"}}, state,
        evidence(state, kOffender, Slot{1000}));
    add(suite, {"of_the_genesis_slot", "two headers of slot 0", kEffect}, state, evidence(state, kOffender, Slot{0}));
    add(suite, {"first_validator", "the validator with index 0", {"PSL-04", "PSL-08"}}, state,
        evidence(state, ValidatorIndex{0}, Slot{20}));
    add(suite, {"last_validator", "the last validator", {"PSL-04", "PSL-08"}}, state,
        evidence(state, ValidatorIndex{31}, Slot{20}));
    const ValidatorIndex proposer = ref::get_beacon_proposer_index(state);
    add(suite, {"proposer_of_the_block", "the proposer of the very block", kEffect}, state,
        evidence(state, proposer, Slot{20}));
    ProposerSlashing by_state = evidence(state, kOffender, Slot{20});
    by_state.signed_header_2.message = by_state.signed_header_1.message;
    by_state.signed_header_2.message.state_root.bytes[31] ^= 1U;
    resign(state, by_state);
    add(suite, {"one_bit_of_the_state_root", "headers that differ in one bit", {"PSL-03"}}, state, by_state);
}

void add_amounts(Suite& suite) {
    const auto with_balance = [&](std::uint64_t balance) {
        ConsensusState state = busy_state(26);
        state.balances[kOffender.value] = Amount{balance};
        return state;
    };
    const auto add_balance = [&](const std::string& name, const std::string& shows, std::uint64_t balance) {
        const ConsensusState state = with_balance(balance);
        add(suite, {name, shows, {"VAL-09", "VAL-05"}}, state, evidence(state, kOffender, Slot{20}));
    };
    add_balance("balance_zero", "a penalty of an empty balance", 0);
    add_balance("balance_one", "the penalty rounds up: all of one grain", 1);
    add_balance("balance_32", "a penalty of exactly one grain", 32);
    add_balance("balance_33", "the penalty rounds up to two grains", 33);
    add_balance("balance_above_the_effective_stake", "the fraction is of the whole balance", 9'000'000'000'000);
    ConsensusState state = busy_state(26);
    state.burnt = Amount{UINT64_MAX};
    reject(suite, "TYP-01", "burnt_overflows", "the penalty does not fit the sum of all penalties", state,
           evidence(state, kOffender, Slot{20}));
    state = busy_state(26);
    state.slashings[3] = Amount{UINT64_MAX};
    reject(suite, "TYP-01", "slashings_overflow", "the stake does not fit the epoch's entry", state,
           evidence(state, kOffender, Slot{20}));
    state = busy_state(26);
    state.slashings[3] = tst(77);
    add(suite, {"second_offence_of_the_epoch", "the stakes of an epoch's offenders add up", {"VAL-09"}}, state,
        evidence(state, kOffender, Slot{20}));
}

void add_standing(Suite& suite) {
    const auto with = [&](const std::function<void(ConsensusState&, ref::Validator&)>& change) {
        ConsensusState state = busy_state(26);
        change(state, state.validators[kOffender.value]);
        return settled(state);
    };
    ConsensusState state = with([](ConsensusState& s, ref::Validator&) {
        queue_exit(s, 3);
        queue_exit(s, kOffender.value);
    });
    add(suite,
        {"already_in_the_exit_queue", "who waits for its exit is slashed and keeps its place", {"PSL-05", "VAL-08"}},
        state, evidence(state, kOffender, Slot{20}));
    const auto leaving = [&](std::uint64_t exit, std::uint64_t hold) {
        return with([&](ConsensusState& s, ref::Validator& v) {
            v.exit_request_epoch = Epoch{0};
            v.exit_epoch = Epoch{exit};
            v.hold_epoch = Epoch{hold};
            s.slot = Slot{300 * 8};
        });
    };
    // UNBONDING_EPOCHS is 256; the current epoch is 300.
    state = leaving(45, 0);
    add(suite,
        {"one_epoch_before_it_may_withdraw",
         "an exited validator is slashable until its stake is withdrawable",
         {"VAL-02", "VAL-03", "PSL-05"}},
        state, evidence(state, kOffender, Slot{20}));
    state = leaving(44, 0);
    reject(suite, "PSL-05", "may_withdraw_since_this_epoch", "the stake is withdrawable from this epoch on", state,
           evidence(state, kOffender, Slot{20}));
    state = leaving(10, 301);
    add(suite, {"held_until_the_next_epoch", "a hold keeps it slashable", {"VAL-02", "PSL-05"}}, state,
        evidence(state, kOffender, Slot{20}));
    state = leaving(10, 300);
    reject(suite, "PSL-05", "hold_ended_with_this_epoch", "the hold ends where the current epoch begins", state,
           evidence(state, kOffender, Slot{20}));
    state = with([](ConsensusState&, ref::Validator& v) {
        v.slashed = true;
        v.slashed_from = Epoch{2};
    });
    reject(suite, "PSL-05", "already_slashed", "nobody is slashed twice for offences of one epoch", state,
           evidence(state, kOffender, Slot{20}));
    state = with([](ConsensusState&, ref::Validator& v) { v.activation_epoch = Epoch{4}; });
    reject(suite, "PSL-05", "not_yet_active", "a validator whose activation is in the next epoch", state,
           evidence(state, kOffender, Slot{20}));
    state = with([](ConsensusState&, ref::Validator& v) { v.activation_epoch = Epoch{3}; });
    add(suite, {"active_since_this_epoch", "a validator whose first epoch is the current one", {"PSL-05", "VAL-03"}},
        state, evidence(state, kOffender, Slot{20}));
    state = with([](ConsensusState&, ref::Validator& v) { v.hold_epoch = Epoch{1000}; });
    add(suite, {"longer_hold_stays", "a hold that is longer already is not shortened", {"VAL-09"}}, state,
        evidence(state, kOffender, Slot{20}));
}

void add_age(Suite& suite) {
    // MAX_EVIDENCE_AGE is 512 epochs.
    ConsensusState state = busy_state(26);
    state.slot = Slot{514 * 8};
    add(suite, {"as_old_as_allowed", "evidence of exactly MAX_EVIDENCE_AGE epochs", {"PSL-06"}}, state,
        evidence(state, kOffender, Slot{2 * 8}));
    add(suite, {"last_slot_of_the_oldest_epoch", "the age counts epochs, not slots", {"PSL-06"}}, state,
        evidence(state, kOffender, Slot{3 * 8 - 1}));
    reject(suite, "PSL-06", "one_epoch_too_old", "evidence of MAX_EVIDENCE_AGE + 1 epochs", state,
           evidence(state, kOffender, Slot{2 * 8 - 1}));
    state = busy_state(26);
    add(suite, {"slot_huge", "the greatest slot: no sum overflows", {"PSL-06", "PSL-08"}}, state,
        evidence(state, kOffender, Slot{UINT64_MAX}));
}

void add_headers(Suite& suite) {
    const ConsensusState& state = busy_state(26);
    const ProposerSlashing good = evidence(state, kOffender, Slot{20});
    ProposerSlashing bad = good;
    bad.signed_header_2.message.slot = Slot{21};
    resign(state, bad);
    reject(suite, "PSL-01", "slots_differ", "blocks of two slots are no offence", state, bad);
    bad = good;
    bad.signed_header_2 = signed_header(state, header_of(Slot{20}, ValidatorIndex{6}, 2), ValidatorIndex{6});
    reject(suite, "PSL-02", "proposers_differ", "blocks of two proposers are no offence", state, bad);
    bad = good;
    bad.signed_header_2 = bad.signed_header_1;
    reject(suite, "PSL-03", "same_header_twice", "one block is no offence", state, bad);
    bad = good;
    bad.signed_header_2.message = bad.signed_header_1.message;
    bad.signed_header_2.signature.bytes[95] ^= 1U;
    reject(suite, "PSL-03", "same_header_with_two_signatures", "headers are compared without their signatures", state,
           bad);
    bad = good;
    bad.signed_header_1.message.proposer_index = bad.signed_header_2.message.proposer_index = ValidatorIndex{32};
    resign(state, bad);
    reject(suite, "PSL-04", "index_is_the_count", "the first index that is nobody's", state, bad);
    bad.signed_header_1.message.proposer_index = bad.signed_header_2.message.proposer_index =
        ValidatorIndex{UINT64_MAX};
    resign(state, bad);
    reject(suite, "PSL-04", "index_huge", "an index of 2^64 − 1", state, bad);
}

void add_signatures(Suite& suite) {
    const ConsensusState& state = busy_state(26);
    const ProposerSlashing good = evidence(state, kOffender, Slot{20});
    ProposerSlashing bad = good;
    bad.signed_header_1.signature = good.signed_header_2.signature;
    reject(suite, "PSL-07", "first_signature_wrong", "the first signature is that of the second header", state, bad);
    bad = good;
    bad.signed_header_2.signature = good.signed_header_1.signature;
    reject(suite, "PSL-07", "second_signature_wrong", "the second signature is that of the first header", state, bad);
    bad = good;
    resign(state, bad, ValidatorIndex{6});
    reject(suite, "PSL-07", "signed_by_another", "both headers signed by another validator", state, bad);
    bad = good;
    bad.signed_header_1.signature = infinity_signature();
    reject(suite, "PSL-07", "first_signature_infinity", "the point at infinity", state, bad);
    bad = good;
    bad.signed_header_2.signature = {};
    reject(suite, "PSL-07", "second_signature_zero", "96 zero bytes", state, bad);
    bad = good;
    bad.signed_header_1.signature =
        sign(kOffender, signing_root(state, bad.signed_header_1.message, ref::DOMAIN_ATTESTER, Epoch{2}));
    reject(suite, "PSL-07", "other_domain", "a header signed for the domain of attesters", state, bad);
    ConsensusState elsewhere = state;
    elsewhere.genesis_root.bytes.fill(3);
    reject(suite, "PSL-07", "other_chain", "headers signed for another chain", state,
           evidence(elsewhere, kOffender, Slot{20}));
    ConsensusState upgraded = state;
    upgraded.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{3}});
    add(suite,
        {"of_the_fork_before", "evidence from before an upgrade verifies with the older version", {"CRY-16", "PSL-07"}},
        upgraded, evidence(upgraded, kOffender, Slot{20}));
    add(suite, {"of_the_new_fork", "evidence from after an upgrade", {"CRY-16", "PSL-07"}}, upgraded,
        evidence(upgraded, kOffender, Slot{24}));
    reject(suite, "PSL-07", "of_the_wrong_fork", "a header of the new fork signed for the older one", upgraded,
           evidence(state, kOffender, Slot{24}));
}

}  // namespace

void add_proposer_slashings(Suite& suite) {
    if (!suite.wants("operations")) return;
    add_effects(suite);
    add_amounts(suite);
    add_standing(suite);
    add_age(suite);
    add_headers(suite);
    add_signatures(suite);
}

}  // namespace touchstone::vectors
