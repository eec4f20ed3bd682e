// Transactions of operators [STK-07] to [STK-11], [STK-16]: registration, commission, exit. Of two conditions that fail
// the first in the order of the prose is named.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/stake.h"
#include "crypto/development_keys.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

const ValidatorIndex kIndex{kOperator};

void fail(Suite& suite, const std::string& clause, Status status, const std::string& name, const std::string& shows,
          const ConsensusState& pre, std::uint64_t from, const Payload& payload) {
    add_stake_case(suite, {name, shows, {clause, "STK-07", "TXN-12"}}, pre, from, payload, {.status = status});
}

// The account 8 registers the validator 8.
void add_registrations(Suite& suite) {
    const auto register_with = [&](const std::string& name, const std::string& shows, const ConsensusState& pre,
                                   std::uint64_t from, std::uint64_t stake, std::uint64_t commission,
                                   std::uint64_t number = 0) {
        const auto holds = [=](const ConsensusState& post) {
            const ref::Validator& made = post.validators.at(8);
            const bool fresh = made.activation_epoch == far_future() && made.eligibility_epoch == far_future() &&
                               made.exit_request_epoch == far_future() && made.exit_epoch == far_future() &&
                               made.slashed_from == far_future() && made.next_commission_epoch == far_future() &&
                               made.effective_stake == 0 && !made.slashed && made.hold_epoch == 0;
            const QueuedBond item{ValidatorIndex{8}, account_address(from), Amount{stake}, pre.slot};
            return fresh && made.commission == commission && made.operator_address == account_address(from) &&
                   bond_at(post, number) == item && post.balances.at(8) == 0 && post.shares.at(8) == 0 &&
                   post.commissions.size() == 9 && post.inactivity_scores.size() == 9 &&
                   post.current_epoch_participation.size() == 9 && post.previous_epoch_participation.size() == 9 &&
                   post.entries.map().contains(key_of_pubkey(made.pubkey)) && post.bond_queue.tail == number + 1;
        };
        add_stake_case(suite, {name, shows, {"STK-09", "STK-08", "STK-03", "TXN-03", "CRY-18"}}, pre, from,
                       registration(pre, 8, from, stake, commission),
                       {.event = {ValidatorIndex{8}, Amount{stake}, number},
                        .received = -static_cast<std::int64_t>(stake),
                        .holds = holds});
    };
    const ConsensusState& state = stake_state();
    register_with("register", "a validator is appended, its first bond is in the queue", state, kHolder, tst(64).value,
                  500);
    register_with("register_with_the_least_stake", "exactly MIN_SELF_STAKE, no commission", state, kHolder,
                  tst(16).value, 0);
    register_with("register_with_the_greatest_commission", "a commission of all", state, kHolder, tst(32).value,
                  10'000);
    register_with("register_with_more_than_counts",
                  "more than MAX_EFFECTIVE_STAKE: the queue will give back what is too much", state, kHolder,
                  tst(5'000).value, 1);
    register_with("register_behind_others", "its bond is behind others in the queue",
                  stake_state_with([](ConsensusState& s) {
                      s.bond_queue = {40, 40, Amount{9}};
                      queue_bond(s, {ValidatorIndex{2}, account_address(kOther), tst(3), Slot{9}});
                  }),
                  kHolder, tst(20).value, 500, 41);
    register_with("register_by_an_operator", "who operates one may operate another", state, kOperator, tst(50).value,
                  500);
    const std::uint64_t cost =
        cost_of(state, stake_transaction(state, kHolder, registration(state, 8, kHolder, tst(64).value)));
    register_with("register_with_everything", "all that is left after gas", state, kHolder,
                  balance_of(state, account_address(kHolder)) - cost, 500);
}

void add_bad_registrations(Suite& suite) {
    const ConsensusState& state = stake_state();
    const auto with = [&](Status status, const std::string& name, const std::string& shows,
                          const ref::RegisterValidator& payload, std::uint64_t from = kHolder) {
        fail(suite, "STK-09", status, "register_" + name, shows, state, from, payload);
    };
    const auto made = [&](std::uint64_t stake, std::uint64_t commission = 500, std::uint64_t validator = 8) {
        return registration(state, validator, kHolder, stake, commission);
    };
    const auto unproven = [&](ref::RegisterValidator payload) {
        payload.proof_of_possession.bytes[5] ^= 1U;
        return payload;
    };
    const std::uint64_t all = balance_of(state, account_address(kHolder));
    const std::uint64_t cost = cost_of(state, stake_transaction(state, kHolder, made(tst(64).value)));
    with(kBadCommission, "commission_above_all", "one basis point too much", made(tst(64).value, 10'001));
    with(kBadCommission, "commission_huge", "a commission of 2^64 − 1", made(tst(64).value, UINT64_MAX));
    with(kTooSmall, "stake_one_grain_short", "one grain less than MIN_SELF_STAKE", made(tst(16).value - 1));
    with(kTooSmall, "stake_zero", "no stake", made(0));
    with(kInsufficientBalance, "one_grain_too_much", "one grain more than is left after gas", made(all - cost + 1));
    with(kInsufficientBalance, "stake_huge", "a stake of 2^64 − 1", made(UINT64_MAX));
    with(kInsufficientBalance, "with_the_gas", "what gas took is not there for the stake", made(all));
    with(kKeyRegistered, "key_of_genesis", "a key of the genesis, proven for another operator",
         made(tst(64).value, 500, 5));
    with(kKeyRegistered, "own_key_again", "the key of the sender's own validator",
         registration(state, 3, kOperator, tst(64).value), kOperator);
    with(kBadProof, "proof_changed", "a proof that does not decode or verify", unproven(made(tst(64).value)));
    with(kBadProof, "proof_of_zeros", "96 zero bytes", {made(tst(64).value).pubkey, {}, 500, tst(64)});
    with(kBadProof, "proof_infinity", "the point at infinity",
         {made(tst(64).value).pubkey, infinity_signature(), 500, tst(64)});
    with(kBadProof, "proof_of_another_key", "the proof of another key",
         {made(tst(64).value).pubkey, made(1, 0, 9).proof_of_possession, 500, tst(64)});
    with(kBadProof, "proof_for_another_operator", "the proof that another account would need",
         registration(state, 8, kOther, tst(64).value));
    with(kBadProof, "key_of_zeros", "a key that is no point", {{}, made(1).proof_of_possession, 500, tst(64)});
    ref::RegisterValidator infinity{{}, infinity_signature(), 500, tst(64)};
    infinity.pubkey.bytes[0] = 0xC0;
    with(kBadProof, "key_infinity", "the point at infinity is no key", infinity);
    with(kBadCommission, "commission_before_stake", "of both faults the commission is named", made(1, 10'001));
    with(kTooSmall, "stake_before_balance", "too small, and more than the sender has",
         registration(state, 8, kPoor, tst(16).value - 1), kPoor);
    with(kInsufficientBalance, "balance_before_key", "too little, for a key that is registered", made(all, 500, 5));
    with(kKeyRegistered, "key_before_proof", "a key that is registered, badly proven",
         unproven(made(tst(64).value, 500, 5)));
}

void add_taken_keys(Suite& suite) {
    const auto gone = stake_state_with([](ConsensusState& s) {
        s.validators[5].exit_request_epoch = Epoch{1};
        s.validators[5].exit_epoch = Epoch{7};
        s.validators[5].slashed = true;
    });
    fail(suite, "STK-09", kKeyRegistered, "register_key_of_one_that_left", "a key is registered once for ever", gone,
         kHolder, registration(gone, 5, kHolder, tst(64).value));
    const auto elsewhere = stake_state_with([](ConsensusState& s) {
        s.entries.change()[key_of_pubkey(registration(s, 8, 8, 1).pubkey)] =
            s.entries.map().at(key_of_pubkey(s.validators[2].pubkey));
    });
    fail(suite, "STK-09", kKeyRegistered, "register_key_of_an_entry", "it is the entry that says whose a key is",
         elsewhere, kHolder, registration(elsewhere, 8, kHolder, tst(64).value));
    ConsensusState upgraded = stake_state();
    upgraded.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{1}});
    add_stake_case(suite,
                   {"register_after_an_upgrade", "proofs are for the genesis fork for ever", {"STK-09", "CRY-18"}},
                   upgraded, kHolder, registration(upgraded, 8, kHolder, tst(64).value),
                   {.event = {ValidatorIndex{8}, tst(64), 0}, .received = -static_cast<std::int64_t>(tst(64).value)});
}

// The commission of validator 3, and one that waits.
struct Commissions {
    std::uint64_t now = 0;
    std::uint64_t next = 0;
    Epoch from = far_future();
};

void add_edits(Suite& suite) {
    const Epoch later{300 + 256};
    const auto edit = [&](const std::string& name, const std::string& shows, const Commissions& before,
                          std::uint64_t commission, const Commissions& after, const Change& change = {}) {
        const auto pre = stake_state_with([&](ConsensusState& s) {
            ref::Validator& v = s.validators[kOperator];
            v.commission = before.now;
            v.next_commission = before.next;
            v.next_commission_epoch = before.from;
            if (change) change(s);
        });
        const auto holds = [=](const ConsensusState& post) {
            const ref::Validator& v = post.validators[kOperator];
            return v.commission == after.now && v.next_commission == after.next &&
                   v.next_commission_epoch == after.from;
        };
        add_stake_case(suite, {"edit_" + name, shows, {"STK-10", "STK-05", "STK-08"}}, pre, kOperator,
                       ref::EditValidator{kIndex, commission}, {.event = {kIndex, {}, 0}, .holds = holds});
    };
    edit("higher", "a higher commission waits UNBONDING_EPOCHS", {500}, 800, {500, 800, later});
    edit("lower", "a lower one holds at once", {500}, 300, {300});
    edit("same", "the same changes nothing", {500}, 500, {500});
    edit("to_zero", "nothing at all", {500}, 0, {0});
    edit("from_zero_to_all", "from nothing to all", {}, 10'000, {0, 10'000, later});
    edit("another_higher_one", "another that waits takes the place of the first, and waits anew",
         {500, 800, Epoch{301}}, 700, {500, 700, later});
    edit("lower_while_one_waits", "a lower one ends what waits", {500, 800, Epoch{301}}, 400, {400});
    edit("same_while_one_waits", "so does the same", {500, 800, Epoch{301}}, 500, {500});
    edit("what_waits_holds_since_this_epoch", "what waited until this epoch is the commission now",
         {500, 800, Epoch{300}}, 700, {700});
    edit("higher_than_what_waited", "a higher one than that which waited", {500, 800, Epoch{300}}, 900,
         {800, 900, later});
    edit("what_waited_again", "that which waited, again", {500, 800, Epoch{12}}, 800, {800});
    edit("of_one_that_leaves", "who leaves may still change it", {500}, 100, {100}, [](ConsensusState& s) {
        s.validators[kOperator].exit_request_epoch = Epoch{1};
        s.validators[kOperator].exit_epoch = Epoch{20};
        s.validators[kOperator].slashed = true;
    });
    const ConsensusState& state = stake_state();
    const auto with = [&](Status status, const std::string& name, const std::string& shows,
                          const ref::EditValidator& payload, std::uint64_t from = kOperator) {
        fail(suite, "STK-10", status, "edit_" + name, shows, state, from, payload);
    };
    with(kUnknownValidator, "index_is_the_count", "the first index that is nobody's", {ValidatorIndex{8}, 5});
    with(kUnknownValidator, "index_huge", "an index of 2^64 − 1", {ValidatorIndex{UINT64_MAX}, 5});
    with(kNotOperator, "of_another", "an operator of another validator", {ValidatorIndex{4}, 5});
    with(kNotOperator, "by_a_holder", "who holds shares is no operator", {kIndex, 5}, kHolder);
    with(kBadCommission, "above_all", "one basis point too much", {kIndex, 10'001});
    with(kBadCommission, "huge", "a commission of 2^64 − 1", {kIndex, UINT64_MAX});
    with(kUnknownValidator, "index_before_commission", "an unknown validator, and too much",
         {ValidatorIndex{8}, 10'001});
    with(kNotOperator, "operator_before_commission", "not the operator, and too much", {kIndex, 10'001}, kHolder);
}

void add_exits(Suite& suite) {
    const auto leave = [&](const std::string& name, const std::string& shows, const Change& change,
                           std::uint64_t number, Epoch exit_epoch) {
        const auto pre = stake_state_with(change);
        const bool queued = exit_epoch == far_future();
        const auto holds = [=](const ConsensusState& post) {
            const ref::Validator& v = post.validators[kOperator];
            return v.exit_request_epoch == 300 && v.exit_epoch == exit_epoch &&
                   (!queued || unbond_at(post, number) == QueuedUnbond{kIndex, {}, 0}) &&
                   post.unbond_queue.tail == pre.unbond_queue.tail + (queued ? 1 : 0);
        };
        add_stake_case(suite, {"exit_" + name, shows, {"STK-11", "STK-17", "STK-08", "VAL-08"}}, pre, kOperator,
                       ref::ExitValidator{kIndex}, {.event = {kIndex, {}, number}, .holds = holds});
    };
    const auto active_since = [](std::uint64_t epoch) {
        return [epoch](ConsensusState& s) { s.validators[kOperator].activation_epoch = Epoch{epoch}; };
    };
    leave("of_one_that_is_active", "an item of no shares joins the queue", [](ConsensusState&) {}, 0, far_future());
    leave(
        "behind_others", "it waits behind who came before, and has a number",
        [](ConsensusState& s) {
            s.unbond_queue = {7, 7, tst(3)};
            queue_exit(s, 1);
            queue_unbond(s, {kIndex, account_address(kOther), 5});
        },
        9, far_future());
    leave("just_old_enough", "active for exactly SHARD_COMMITTEE_PERIOD epochs", active_since(300 - 64), 0,
          far_future());
    leave(
        "never_active", "who was never active has left with the next epoch, without the queue",
        [](ConsensusState& s) { make_candidate(s, kOperator, 0); }, 0, Epoch{301});
    leave(
        "waits_for_its_activation", "also if its activation waits in the queue",
        [](ConsensusState& s) {
            make_candidate(s, kOperator, 1'200);
            s.validators[kOperator].eligibility_epoch = Epoch{300};
            queue_bond(s, {kIndex, {}, {}, Slot{2'400}});
        },
        0, Epoch{301});
    const auto with = [&](Status status, const std::string& name, const std::string& shows, const Change& change,
                          std::uint64_t index = kOperator, std::uint64_t from = kOperator) {
        fail(suite, "STK-11", status, "exit_" + name, shows, stake_state_with(change), from,
             ref::ExitValidator{ValidatorIndex{index}});
    };
    const Change nothing = [](ConsensusState&) {};
    const Change asked = [](ConsensusState& s) { queue_exit(s, kOperator, 299); };
    with(kUnknownValidator, "index_is_the_count", "the first index that is nobody's", nothing, 8);
    with(kUnknownValidator, "index_huge", "an index of 2^64 − 1", nothing, UINT64_MAX);
    with(kNotOperator, "of_another", "an operator of another validator", nothing, 2);
    with(kNotOperator, "by_a_holder", "who holds shares may not end a validator", nothing, kOperator, kHolder);
    with(kLeaving, "asked_before", "its exit waits already", asked);
    with(kLeaving, "left_long_ago", "it left long ago", [](ConsensusState& s) {
        s.validators[kOperator].exit_request_epoch = Epoch{1};
        s.validators[kOperator].exit_epoch = Epoch{7};
    });
    with(kNotActive, "one_epoch_too_young", "active for one epoch less", active_since(300 - 63));
    with(kNotActive, "active_since_this_epoch", "active since this epoch", active_since(300));
    with(kNotActive, "activation_decided", "its first epoch is known and has not come", active_since(304));
    with(kNotOperator, "operator_before_leaving", "not the operator, of one that leaves", asked, kOperator, kHolder);
    with(kLeaving, "leaving_before_age", "leaving, and too young", [&](ConsensusState& s) {
        asked(s);
        active_since(299)(s);
    });
}

void add_claims(Suite& suite) {
    const auto earned = [](std::uint64_t amount) {
        return stake_state_with([amount](ConsensusState& s) { s.commissions[kOperator] = Amount{amount}; });
    };
    for (const std::uint64_t amount : {std::uint64_t{1}, tst(7).value + 3}) {
        add_stake_case(suite,
                       {amount == 1 ? "claim_one_grain" : "claim", "all commission so far", {"STK-16", "STK-08"}},
                       earned(amount), kOperator, ref::ClaimCommission{kIndex},
                       {.event = {kIndex, Amount{amount}, 0},
                        .received = static_cast<std::int64_t>(amount),
                        .holds = [](const ConsensusState& post) { return post.commissions[kOperator] == 0; }});
    }
    const auto with = [&](Status status, const std::string& name, const std::string& shows, std::uint64_t amount,
                          std::uint64_t index, std::uint64_t from = kOperator) {
        fail(suite, "STK-16", status, "claim_" + name, shows, earned(amount), from,
             ref::ClaimCommission{ValidatorIndex{index}});
    };
    with(kUnknownValidator, "index_is_the_count", "the first index that is nobody's", 5, 8);
    with(kUnknownValidator, "index_huge", "an index of 2^64 − 1", 5, UINT64_MAX);
    with(kNotOperator, "of_another", "what another operator earned", 5, kOperator, 2);
    with(kNotOperator, "by_a_holder", "holders have their part in the pool", 5, kOperator, kHolder);
    with(kNothingThere, "of_nothing", "nothing was earned", 0, kOperator);
    with(kNotOperator, "operator_before_amount", "not the operator, and nothing earned", 0, kOperator, kHolder);
}

// Each payload has gas of its own [TXN-03]: one less than it needs is not enough.
void add_gas(Suite& suite) {
    const ConsensusState& state = stake_state();
    for (const Payload& payload : other_payloads()) {
        if (payload.index() > 7) continue;
        Transaction message = stake_transaction(state, kHolder, payload).message;
        --message.gas_limit;
        const std::string selector = std::to_string(payload.index());
        add_transaction(suite,
                        {"stake_one_gas_short_" + selector,
                         "one gas less than selector " + selector + " needs",
                         {"TXN-05", "TXN-03"}},
                        state, sign_transaction(state, kHolder, message), "TXN-05");
        message.gas_limit += 1'001;
        add_transaction(suite,
                        {"stake_gas_to_spare_" + selector,
                         "what is not used of the gas comes back",
                         {"TXN-12", "TXN-03", "TXN-13"}},
                        state, sign_transaction(state, kHolder, message), std::nullopt);
    }
}

// What does not fit makes the block invalid [TYP-01].
void add_overflows(Suite& suite) {
    const auto reject = [&](const std::string& name, const std::string& shows, std::uint64_t from,
                            const Payload& payload, const Change& change) {
        const ConsensusState pre = stake_state_with(change);
        add_transaction(suite, {name, shows, {"TYP-01"}}, pre, stake_transaction(pre, from, payload), "TYP-01");
    };
    reject("bonding_overflows", "the sum of all bonds does not fit", kHolder, ref::Delegate{kIndex, tst(2)},
           [](ConsensusState& s) { s.bonding = Amount{UINT64_MAX}; });
    reject("claim_overflows", "the operator's balance does not fit", kOperator, ref::ClaimCommission{kIndex},
           [](ConsensusState& s) {
               s = with_account(s, account_address(kOperator), 0, UINT64_MAX);
               s.commissions[kOperator] = tst(1);
           });
    reject("withdrawal_overflows", "nor does the holder's", kHolder, ref::Withdraw{kIndex, Epoch{40}},
           [](ConsensusState& s) {
               s = with_account(s, account_address(kHolder), 0, UINT64_MAX);
               put_cohort(s, kOperator, 40, tst(1).value, {{account_address(kHolder), 7}});
           });
    ConsensusState full = stake_state();
    full.config.VALIDATOR_REGISTRY_LIMIT = 8;
    add_transaction(suite, {"registry_is_full", "no place is left in the registry", {"TYP-01"}}, full,
                    stake_transaction(full, kHolder, registration(full, 8, kHolder, tst(64).value)), "TYP-01");
}

}  // namespace

void add_stake_of_operators(Suite& suite) {
    if (!suite.wants("execution")) return;
    add_registrations(suite);
    add_bad_registrations(suite);
    add_taken_keys(suite);
    add_edits(suite);
    add_exits(suite);
    add_claims(suite);
    add_gas(suite);
    add_overflows(suite);
}

}  // namespace touchstone::vectors
