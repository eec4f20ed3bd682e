// Voluntary exits [EXI-01] to [EXI-07].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/stake.h"
#include "reference/transition/voluntary_exit.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

// Epoch 6; who is active since 0 may leave from epoch 2 on.
const ConsensusState& state_now() {
    static const ConsensusState state = advanced(
        genesis_state({.config = minimal_with([](Parameters& c) { c.SHARD_COMMITTEE_PERIOD = 2; })}), Slot{50});
    return state;
}

ref::SignedVoluntaryExit exit_of(const ConsensusState& state, std::uint64_t index, std::uint64_t epoch) {
    const ref::VoluntaryExit exit{Epoch{epoch}, ValidatorIndex{index}};
    return {exit, sign(ValidatorIndex{index}, signing_root(state, exit, ref::DOMAIN_VOLUNTARY_EXIT, Epoch{epoch}))};
}

void add(Suite& suite, const Title& title, const ConsensusState& pre, const ref::SignedVoluntaryExit& exit,
         const Expected& expected = std::nullopt) {
    add_operation(suite, "voluntary_exit", "voluntary_exit", title, pre, exit, ref::process_voluntary_exit, expected);
}

void reject(Suite& suite, const std::string& clause, const std::string& name, const std::string& shows,
            const ConsensusState& pre, const ref::SignedVoluntaryExit& exit) {
    add(suite, {name, shows, {clause}}, pre, exit, clause);
}

ConsensusState with(const std::function<void(ConsensusState&, ref::Validator&)>& change) {
    ConsensusState state = state_now();
    change(state, state.validators[7]);
    return settled(state);
}

void add_effects(Suite& suite) {
    const ConsensusState& state = state_now();
    const std::vector<std::string> clauses{"EXI-07", "VAL-08"};
    add(suite, {"of_this_epoch", "an exit joins the queue", clauses}, state, exit_of(state, 7, 6));
    add(suite, {"of_an_earlier_epoch", "an exit may be signed before", {"EXI-04", "EXI-07"}}, state,
        exit_of(state, 7, 0));
    add(suite, {"last_validator", "the last validator", {"EXI-01", "EXI-07"}}, state, exit_of(state, 31, 6));
    ConsensusState queued = with([](ConsensusState& s, ref::Validator&) {
        s.unbond_queue = {4, 4, tst(9)};
        queue_exit(s, 2);
        queue_exit(s, 30);
    });
    add(suite, {"behind_others", "it waits behind who came before; the queue's budget stays", clauses}, queued,
        exit_of(queued, 7, 6));
}

void add_standing(Suite& suite) {
    const ConsensusState& now = state_now();
    reject(suite, "EXI-01", "index_is_the_count", "the first index that is nobody's", now, exit_of(now, 32, 6));
    reject(suite, "EXI-01", "index_huge", "an index of 2^64 − 1", now, exit_of(now, UINT64_MAX, 6));
    ConsensusState state = with([](ConsensusState&, ref::Validator& v) { v.activation_epoch = Epoch{7}; });
    reject(suite, "EXI-02", "active_from_the_next_epoch", "a validator that is not active yet", state,
           exit_of(state, 7, 6));
    state = with([](ConsensusState&, ref::Validator& v) {
        v.exit_request_epoch = Epoch{1};
        v.exit_epoch = Epoch{6};
    });
    reject(suite, "EXI-02", "left_with_this_epoch", "a validator that is active no more", state, exit_of(state, 7, 6));
    state = with([](ConsensusState&, ref::Validator& v) {
        v.exit_request_epoch = Epoch{1};
        v.exit_epoch = Epoch{7};
    });
    reject(suite, "EXI-03", "leaves_with_the_next_epoch", "an exit that is decided already", state,
           exit_of(state, 7, 6));
    state = with([](ConsensusState& s, ref::Validator&) { queue_exit(s, 7, 6); });
    reject(suite, "EXI-03", "waits_in_the_queue", "an exit that was asked for in this epoch", state,
           exit_of(state, 7, 6));
    state = with([](ConsensusState& s, ref::Validator& v) {
        v.slashed = true;
        v.slashed_from = Epoch{4};
        queue_exit(s, 7, 5);
    });
    reject(suite, "EXI-03", "slashed", "a slashed validator leaves already", state, exit_of(state, 7, 6));
}

void add_times(Suite& suite) {
    const ConsensusState& now = state_now();
    reject(suite, "EXI-04", "of_the_next_epoch", "an exit for the next epoch", now, exit_of(now, 7, 7));
    reject(suite, "EXI-04", "epoch_huge", "an exit for epoch 2^64 − 1", now, exit_of(now, 7, UINT64_MAX));
    ConsensusState state = with([](ConsensusState&, ref::Validator& v) { v.activation_epoch = Epoch{4}; });
    add(suite, {"just_old_enough", "active for exactly SHARD_COMMITTEE_PERIOD epochs", {"EXI-05"}}, state,
        exit_of(state, 7, 6));
    state = with([](ConsensusState&, ref::Validator& v) { v.activation_epoch = Epoch{5}; });
    reject(suite, "EXI-05", "one_epoch_too_young", "active for one epoch less", state, exit_of(state, 7, 6));
    state = with([](ConsensusState&, ref::Validator& v) { v.activation_epoch = Epoch{6}; });
    reject(suite, "EXI-05", "active_since_this_epoch", "active since this epoch", state, exit_of(state, 7, 6));
    const ConsensusState preset = advanced(genesis_state(), Slot{20});
    reject(suite, "EXI-05", "of_the_preset", "the period of the preset is longer than this chain", preset,
           exit_of(preset, 7, 2));
}

void add_signatures(Suite& suite) {
    const ConsensusState& state = state_now();
    const ref::SignedVoluntaryExit good = exit_of(state, 7, 6);
    const auto wrong = [&](const std::string& name, const std::string& shows, const BLSSignature& signature) {
        ref::SignedVoluntaryExit bad = good;
        bad.signature = signature;
        reject(suite, "EXI-06", name, shows, state, bad);
    };
    const auto root = [&](const ConsensusState& of, const DomainType& type, std::uint64_t epoch) {
        return signing_root(of, good.message, type, Epoch{epoch});
    };
    wrong("signed_by_another", "another validator signed",
          sign(ValidatorIndex{8}, root(state, ref::DOMAIN_VOLUNTARY_EXIT, 6)));
    wrong("signature_infinity", "the point at infinity", infinity_signature());
    wrong("signature_of_zeros", "a signature that does not decode breaks the clause of the operation", {});
    wrong("signature_zero", "96 zero bytes", {});
    wrong("other_domain", "signed for the domain of proposers",
          sign(ValidatorIndex{7}, root(state, ref::DOMAIN_PROPOSER, 6)));
    wrong("signed_for_another_epoch", "the signature is that of another exit", exit_of(state, 7, 5).signature);
    ConsensusState elsewhere = state;
    elsewhere.genesis_root.bytes.fill(3);
    wrong("other_chain", "signed for another chain",
          sign(ValidatorIndex{7}, root(elsewhere, ref::DOMAIN_VOLUNTARY_EXIT, 6)));
    ConsensusState upgraded = state;
    upgraded.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{5}});
    add(suite,
        {"of_the_fork_before", "an exit signed for an epoch before an upgrade stays valid", {"CRY-16", "EXI-06"}},
        upgraded, exit_of(upgraded, 7, 4));
    add(suite, {"of_the_new_fork", "an exit of the upgrade's first epoch", {"CRY-16", "EXI-06"}}, upgraded,
        exit_of(upgraded, 7, 5));
    reject(suite, "EXI-06", "of_the_wrong_fork", "an exit of the upgrade's first epoch signed for the older fork",
           upgraded, exit_of(state, 7, 5));
}

}  // namespace

void add_voluntary_exits(Suite& suite) {
    if (!suite.wants("operations")) return;
    add_effects(suite);
    add_standing(suite);
    add_times(suite);
    add_signatures(suite);
}

}  // namespace touchstone::vectors
