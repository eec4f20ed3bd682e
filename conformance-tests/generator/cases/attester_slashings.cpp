// Attester slashings [ASL-01] to [ASL-06], and the indexed attestations in them [ATT-09] to [ATT-12].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "reference/transition/slashing.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

std::vector<ValidatorIndex> validators(std::initializer_list<std::uint64_t> indices) {
    std::vector<ValidatorIndex> result;
    for (const std::uint64_t index : indices)
        result.emplace_back(index);
    return result;
}

AttestationData data_of(std::uint64_t source, std::uint64_t target, std::uint8_t tag = 0) {
    AttestationData data;
    data.slot = Slot{target * 8};
    data.beacon_block_root.bytes.fill(tag);
    data.source = {Epoch{source}, {}};
    data.target = {Epoch{target}, {}};
    return data;
}

// Evidence of votes by `first` and `second` for these data.
AttesterSlashing evidence(const ConsensusState& state, const AttestationData& d1, const AttestationData& d2,
                          const std::vector<ValidatorIndex>& first = validators({3, 4}),
                          const std::vector<ValidatorIndex>& second = validators({3, 4})) {
    return {indexed_attestation(state, first, d1), indexed_attestation(state, second, d2)};
}

AttesterSlashing double_vote(const ConsensusState& state, const std::vector<ValidatorIndex>& first = validators({3, 4}),
                             const std::vector<ValidatorIndex>& second = validators({3, 4})) {
    return evidence(state, data_of(1, 2, 1), data_of(1, 2, 2), first, second);
}

void add(Suite& suite, const Title& title, const ConsensusState& pre, const AttesterSlashing& slashing,
         const Expected& expected = std::nullopt) {
    add_operation(suite, "attester_slashing", "attester_slashing", title, pre, slashing, ref::process_attester_slashing,
                  expected);
}

void reject(Suite& suite, const std::string& clause, const std::string& name, const std::string& shows,
            const ConsensusState& pre, const AttesterSlashing& slashing) {
    add(suite, {name, shows, {clause}}, pre, slashing, clause);
}

const ConsensusState& state_now() { return busy_state(26); }

void add_offences(Suite& suite) {
    const ConsensusState& state = state_now();
    const std::vector<std::string> clauses{"ASL-01", "ASL-02", "ASL-05", "VAL-09"};
    const auto offence = [&](const std::string& name, const std::string& shows, const AttestationData& d1,
                             const AttestationData& d2) {
        add(suite, {name, shows, clauses}, state, evidence(state, d1, d2));
    };
    const auto none = [&](const std::string& name, const std::string& shows, const AttestationData& d1,
                          const AttestationData& d2) {
        reject(suite, "ASL-02", name, shows, state, evidence(state, d1, d2));
    };
    offence("double_vote_by_head", "one target, two heads", data_of(1, 2, 1), data_of(1, 2, 2));
    AttestationData other_target = data_of(1, 2);
    other_target.target.root.bytes.fill(1);
    offence("double_vote_by_target", "one target epoch, two targets", data_of(1, 2), other_target);
    offence("double_vote_by_source", "one target, two sources", data_of(0, 2), data_of(1, 2));
    AttestationData other_slot = data_of(1, 2);
    other_slot.slot = Slot{17};
    offence("double_vote_by_slot", "the same vote in two slots of an epoch", data_of(1, 2), other_slot);
    AttestationData other_index = data_of(1, 2);
    other_index.index = CommitteeIndex{1};
    offence("double_vote_by_committee", "the same vote in two committees", data_of(1, 2), other_index);
    offence("first_surrounds_second", "a vote from 0 to 3 around one from 1 to 2", data_of(0, 3), data_of(1, 2));
    offence("second_surrounds_first", "the same in the other order", data_of(1, 2), data_of(0, 3));
    offence("surrounds_from_far", "a vote around one that lies well inside", data_of(0, 9), data_of(4, 5));
    offence("of_epochs_to_come", "votes of the future are an offence already", data_of(1, 900, 1), data_of(1, 900, 2));
    offence("surrounds_with_source_after_target", "sources behind their targets", data_of(5, 9), data_of(8, 7));
    none("same_vote_twice", "a vote is no offence against itself", data_of(1, 2), data_of(1, 2));
    none("successive_votes", "votes of two epochs", data_of(0, 1), data_of(1, 2));
    none("same_source_later_target", "two votes from one source: nothing is surrounded", data_of(1, 2), data_of(1, 3));
    none("same_source_earlier_target", "the same in the other order", data_of(1, 3), data_of(1, 2));
    none("source_after_source_target_after_target", "votes that overlap without surrounding", data_of(0, 2),
         data_of(1, 3));
    none("overlap_in_the_other_order", "the same in the other order", data_of(1, 3), data_of(0, 2));
}

void add_indices(Suite& suite) {
    const ConsensusState& state = state_now();
    const std::vector<std::string> clauses{"ASL-05", "ASL-06"};
    add(suite, {"one_of_several_in_both", "only who is in both votes is slashed", clauses}, state,
        double_vote(state, validators({1, 3, 5, 7}), validators({2, 3, 4, 6})));
    add(suite, {"lists_of_other_lengths", "who is in both, though at other places", clauses}, state,
        double_vote(state, validators({9}), validators({1, 2, 3, 8, 9, 30})));
    add(suite, {"everybody_of_both", "several are slashed at once", clauses}, state,
        double_vote(state, validators({0, 10, 20, 31}), validators({0, 10, 20, 31})));
    reject(suite, "ASL-06", "nobody_in_both", "votes of different validators", state,
           double_vote(state, validators({1, 2}), validators({3, 4})));
    ConsensusState some = state;
    some.validators[3].slashed = true;
    some.validators[3].slashed_from = Epoch{2};
    add(suite, {"one_is_slashed_already", "who is slashed already is passed over", clauses}, some, double_vote(some));
    some.validators[4].slashed = true;
    some.validators[4].slashed_from = Epoch{1};
    reject(suite, "ASL-06", "all_are_slashed_already", "nobody is left to slash", some, double_vote(some));
    ConsensusState gone = state;
    for (const std::size_t index : {3U, 4U}) {
        gone.validators[index].exit_request_epoch = Epoch{0};
        gone.validators[index].exit_epoch = Epoch{44};
    }
    gone.slot = Slot{300 * 8};
    reject(suite, "ASL-06", "all_may_withdraw", "the stake of all is withdrawable since this epoch", gone,
           double_vote(gone));
    gone.validators[4].exit_epoch = Epoch{45};
    add(suite, {"one_may_not_yet_withdraw", "who may withdraw in the next epoch is slashed", {"ASL-05", "VAL-03"}},
        gone, double_vote(gone));
    ConsensusState future = state;
    future.validators[3].activation_epoch = future.validators[4].activation_epoch = Epoch{4};
    reject(suite, "ASL-06", "all_are_not_yet_active", "validators that are active from the next epoch on", future,
           double_vote(future));
}

void add_age(Suite& suite) {
    ConsensusState state = state_now();
    state.slot = Slot{514 * 8};
    const auto votes = [&](std::uint64_t t1, std::uint64_t t2) {
        return evidence(state, data_of(1, t1, 1), data_of(t1 == t2 ? 1 : 0, t2, 2));
    };
    add(suite, {"as_old_as_allowed", "targets of exactly MAX_EVIDENCE_AGE epochs ago", {"ASL-03"}}, state, votes(2, 2));
    reject(suite, "ASL-03", "one_epoch_too_old", "targets of MAX_EVIDENCE_AGE + 1 epochs ago", state,
           evidence(state, data_of(0, 1, 1), data_of(0, 1, 2)));
    reject(suite, "ASL-03", "smaller_target_is_the_first", "the smaller of the targets counts: the first", state,
           evidence(state, data_of(1, 1), data_of(0, 500)));
    reject(suite, "ASL-03", "smaller_target_is_the_second", "the smaller of the targets counts: the second", state,
           evidence(state, data_of(0, 500), data_of(1, 1)));
    const ConsensusState& now = state_now();
    add(suite, {"target_huge", "targets of the greatest epoch: no sum overflows", {"ASL-03"}}, now,
        evidence(now, data_of(1, UINT64_MAX, 1), data_of(1, UINT64_MAX, 2)));
}

void add_index_lists(Suite& suite) {
    const ConsensusState& state = state_now();
    struct BadList {
        const char* clause;
        const char* name;
        const char* shows;
        std::vector<ValidatorIndex> indices;
    };
    const std::vector<BadList> lists{
        {"ATT-09", "empty", "an empty list of indices", {}},
        {"ATT-10", "not_sorted", "indices that descend", validators({4, 3})},
        {"ATT-10", "index_twice", "an index that stands there twice", validators({3, 3, 4})},
        {"ATT-10", "last_out_of_order", "the last index is lower", validators({3, 4, 9, 8})},
        {"ATT-11", "index_is_the_count", "the first index that is nobody's", validators({3, 4, 32})},
        {"ATT-11", "index_huge", "an index of 2^64 − 1", validators({3, UINT64_MAX})}};
    for (const BadList& list : lists) {
        const std::string shows = list.shows;
        reject(suite, list.clause, std::string("first_") + list.name, "in the first attestation: " + shows, state,
               double_vote(state, list.indices, validators({3, 4})));
        reject(suite, list.clause, std::string("second_") + list.name, "in the second attestation: " + shows, state,
               double_vote(state, validators({3, 4}), list.indices));
    }
    AttesterSlashing both = double_vote(state, validators({3, 4}), {});
    both.attestation_1.signature = both.attestation_2.signature;
    reject(suite, "ATT-12", "first_whole_before_second", "the first attestation is checked whole before the second",
           state, both);
    AttesterSlashing order = double_vote(state, validators({32, 3}), validators({3, 4}));
    reject(suite, "ATT-10", "order_before_registry", "the order of the indices is looked at before who they are", state,
           order);
}

void add_signatures(Suite& suite) {
    const ConsensusState& state = state_now();
    const AttesterSlashing good = double_vote(state);
    const auto wrong = [&](const std::string& name, const std::string& shows, const BLSSignature& signature) {
        AttesterSlashing bad = good;
        bad.attestation_1.signature = signature;
        reject(suite, "ATT-12", "first_" + name, "in the first attestation: " + shows, state, bad);
        bad = good;
        bad.attestation_2.signature = signature;
        reject(suite, "ATT-12", "second_" + name, "in the second attestation: " + shows, state, bad);
    };
    wrong("signature_infinity", "the point at infinity", infinity_signature());
    wrong("signature_of_zeros", "a signature that does not decode breaks the clause of the operation", {});
    wrong("signature_zero", "96 zero bytes", {});
    wrong("signature_of_one", "one of the two has not signed",
          double_vote(state, validators({3}), validators({3})).attestation_1.signature);
    AttesterSlashing exchanged = good;
    std::swap(exchanged.attestation_1.signature, exchanged.attestation_2.signature);
    reject(suite, "ATT-12", "signatures_exchanged", "each signature belongs to the other vote", state, exchanged);
    ConsensusState elsewhere = state;
    elsewhere.genesis_root.bytes.fill(3);
    reject(suite, "ATT-12", "other_chain", "votes of another chain", state, double_vote(elsewhere));
    ConsensusState upgraded = state;
    upgraded.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{3}});
    add(suite,
        {"of_the_fork_before", "votes from before an upgrade verify with the older version", {"CRY-16", "ATT-12"}},
        upgraded, double_vote(upgraded));
    const AttesterSlashing across = evidence(upgraded, data_of(0, 3), data_of(1, 2));
    add(suite,
        {"across_an_upgrade", "a surround vote whose votes lie on both sides of an upgrade", {"CRY-16", "ASL-04"}},
        upgraded, across);
    reject(suite, "ATT-12", "across_an_upgrade_signed_for_one_fork", "the later vote signed for the older fork",
           upgraded, evidence(state, data_of(0, 3), data_of(1, 2)));
}

}  // namespace

void add_attester_slashings(Suite& suite) {
    if (!suite.wants("operations")) return;
    add_offences(suite);
    add_indices(suite);
    add_age(suite);
    add_index_lists(suite);
    add_signatures(suite);
}

}  // namespace touchstone::vectors
