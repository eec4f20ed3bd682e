// Transactions of those who delegate [STK-12] to [STK-15], [STK-18]. Of two conditions that fail the first in the order
// of the prose is named.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/stake.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

const ValidatorIndex kIndex{kOperator};
const Change kNothing = [](ConsensusState&) {};

void fail(Suite& suite, const std::string& clause, Status status, const std::string& name, const std::string& shows,
          const ConsensusState& pre, std::uint64_t from, const Payload& payload) {
    add_stake_case(suite, {name, shows, {clause, "STK-07", "TXN-12"}}, pre, from, payload, {.status = status});
}

std::int64_t minus(std::uint64_t amount) { return -static_cast<std::int64_t>(amount); }

void add_delegations(Suite& suite) {
    const auto delegate = [&](const std::string& name, const std::string& shows, std::uint64_t amount,
                              const Change& change = kNothing, std::uint64_t from = kHolder, std::uint64_t number = 0) {
        const auto pre = stake_state_with(change);
        const auto holds = [=](const ConsensusState& post) {
            return bond_at(post, number) == QueuedBond{kIndex, account_address(from), Amount{amount}, pre.slot} &&
                   post.bonding.value == pre.bonding.value + amount && post.shares == pre.shares &&
                   post.balances == pre.balances && post.bond_queue.tail == number + 1;
        };
        add_stake_case(suite, {"delegate_" + name, shows, {"STK-12", "STK-08", "STK-03"}}, pre, from,
                       ref::Delegate{kIndex, Amount{amount}},
                       {.event = {kIndex, Amount{amount}, number}, .received = minus(amount), .holds = holds});
    };
    delegate("some", "an item joins the queue; the pool is as before", tst(40).value);
    delegate("the_least", "exactly MIN_BOND", tst(1).value);
    delegate("by_the_operator", "the operator is one as others", tst(9).value, kNothing, kOperator);
    delegate("more_than_counts", "more than MAX_EFFECTIVE_STAKE", tst(5'000).value);
    delegate(
        "behind_others", "it waits behind who came before; what the head saved stays", tst(2).value,
        [](ConsensusState& s) {
            s.bond_queue = {5, 5, tst(1)};
            queue_bond(s, {ValidatorIndex{1}, account_address(kOther), tst(3), Slot{9}});
            queue_bond(s, {kIndex, account_address(kHolder), tst(3), Slot{10}});
        },
        kHolder, 7);
    delegate("to_one_that_was_never_active", "to a validator that is not active yet", tst(2).value,
             [](ConsensusState& s) { make_candidate(s, kOperator, 31); });
    const ConsensusState& state = stake_state();
    const std::uint64_t cost = cost_of(state, stake_transaction(state, kPoor, ref::Delegate{kIndex, tst(2)}));
    const std::uint64_t all = tst(20).value;
    delegate("everything", "all that is left after gas", all - cost, kNothing, kPoor);
    const auto with = [&](Status status, const std::string& name, const std::string& shows, std::uint64_t amount,
                          const Change& change = kNothing, std::uint64_t index = kOperator) {
        fail(suite, "STK-12", status, "delegate_" + name, shows, stake_state_with(change), kPoor,
             ref::Delegate{ValidatorIndex{index}, Amount{amount}});
    };
    const Change leaving = [](ConsensusState& s) { queue_exit(s, kOperator, 299); };
    with(kUnknownValidator, "index_is_the_count", "the first index that is nobody's", tst(2).value, kNothing, 8);
    with(kUnknownValidator, "index_huge", "an index of 2^64 − 1", tst(2).value, kNothing, UINT64_MAX);
    with(kLeaving, "to_one_that_leaves", "a validator whose exit waits", tst(2).value, leaving);
    with(kLeaving, "to_one_that_left", "a validator that left", tst(2).value, [](ConsensusState& s) {
        s.validators[kOperator].exit_request_epoch = Epoch{3};
        s.validators[kOperator].exit_epoch = Epoch{9};
    });
    with(kLeaving, "to_one_slashed", "a slashed validator takes nothing more", tst(2).value,
         [](ConsensusState& s) { s.validators[kOperator].slashed = true; });
    with(kTooSmall, "one_grain_short", "one grain less than MIN_BOND", tst(1).value - 1);
    with(kTooSmall, "nothing", "nothing", 0);
    with(kInsufficientBalance, "one_grain_too_much", "one grain more than is left after gas", all - cost + 1);
    with(kInsufficientBalance, "with_the_gas", "what gas took is not there to delegate", all);
    with(kInsufficientBalance, "more_than_there_ever_was", "2^64 − 1 grains", UINT64_MAX);
    with(kUnknownValidator, "index_before_amount", "nobody, and too little", 5, kNothing, 8);
    with(kLeaving, "leaving_before_amount", "one that leaves, and too little", 5, leaving);
    with(kLeaving, "leaving_before_balance", "one that leaves, and too much", UINT64_MAX, leaving);
    // Below MIN_BOND no balance can be short but that of one who has less.
    const auto drained =
        stake_state_with([&](ConsensusState& s) { s = with_account(s, account_address(kPoor), 0, cost + 5); });
    fail(suite, "STK-12", kTooSmall, "delegate_amount_before_balance", "too little, and more than is left", drained,
         kPoor, ref::Delegate{kIndex, Amount{6}});
}

// The value of shares of pool 3 in a state.
std::uint64_t worth(const ConsensusState& state, std::uint64_t shares) {
    return quotient(shares, state.balances[kOperator].value, state.shares[kOperator]);
}

// The fewest shares that are worth so much.
std::uint64_t shares_worth(const ConsensusState& state, std::uint64_t tokens) {
    return quotient_up(tokens, state.shares[kOperator], state.balances[kOperator].value);
}

void queue_undelegation(Suite& suite, const std::string& name, const std::string& shows, std::uint64_t shares,
                        const Change& change = kNothing, std::uint64_t from = kHolder, std::uint64_t number = 0) {
    const auto pre = stake_state_with(change);
    const auto holds = [=](const ConsensusState& post) {
        const Address holder = account_address(from);
        return unbond_at(post, number) == QueuedUnbond{kIndex, holder, shares} && post.shares == pre.shares &&
               pool_shares(post, kOperator, holder) == pool_shares(pre, kOperator, holder) - shares &&
               post.balances == pre.balances && post.unbond_queue.tail == number + 1;
    };
    add_stake_case(suite, {"undelegate_" + name, shows, {"STK-13", "STK-14", "STK-08", "STK-03"}}, pre, from,
                   ref::Undelegate{kIndex, shares}, {.event = {kIndex, {}, number}, .holds = holds});
}

void add_undelegations(Suite& suite) {
    const ConsensusState& state = stake_state();
    queue_undelegation(suite, "some", "an item joins the queue; the pool is as before", tst(40).value);
    queue_undelegation(suite, "everything", "the entry of the holder goes", tst(100).value);
    queue_undelegation(suite, "the_least", "shares that are worth exactly MIN_BOND, rounded down",
                       shares_worth(state, tst(1).value));
    queue_undelegation(suite, "all_but_one_share", "one share stays", tst(100).value - 1);
    queue_undelegation(
        suite, "all_of_little", "all that is held, though it is worth less than MIN_BOND", 3,
        [](ConsensusState& s) { hold(s, kOperator, account_address(kPoor), 3); }, kPoor);
    queue_undelegation(
        suite, "behind_others", "it waits behind who came before", tst(10).value,
        [](ConsensusState& s) {
            s.unbond_queue = {11, 11, tst(2)};
            queue_exit(s, 1);
            queue_unbond(s, {kIndex, account_address(kHolder), tst(30).value});
        },
        kHolder, 13);
    queue_undelegation(
        suite, "of_one_whose_exit_waits", "the validator's own exit waits", tst(10).value,
        [](ConsensusState& s) { queue_exit(s, kOperator, 299); }, kHolder, 1);
    queue_undelegation(suite, "exit_after_the_next_epoch", "the exit is decided, for the epoch after the next",
                       tst(10).value, [](ConsensusState& s) {
                           s.validators[kOperator].exit_request_epoch = Epoch{296};
                           s.validators[kOperator].exit_epoch = Epoch{302};
                       });
    queue_undelegation(suite, "before_its_first_epoch", "the activation is decided, and has not come", tst(10).value,
                       [](ConsensusState& s) { s.validators[kOperator].activation_epoch = Epoch{304}; });
    const std::uint64_t spare = tst(1'024).value - shares_worth(state, tst(16).value);
    queue_undelegation(suite, "down_to_the_lock", "an operator keeps exactly MIN_SELF_STAKE", spare, kNothing,
                       kOperator);
    queue_undelegation(
        suite, "of_another_operator", "an operator of another validator has no lock here", tst(5).value,
        [](ConsensusState& s) { hold(s, kOperator, account_address(2), tst(5).value); }, 2);
    const auto with = [&](Status status, const std::string& name, const std::string& shows, std::uint64_t shares,
                          std::uint64_t from = kHolder, const Change& change = kNothing,
                          std::uint64_t index = kOperator) {
        fail(suite, status == kLocked ? "STK-18" : "STK-13", status, "undelegate_" + name, shows,
             stake_state_with(change), from, ref::Undelegate{ValidatorIndex{index}, shares});
    };
    with(kUnknownValidator, "index_is_the_count", "the first index that is nobody's", tst(5).value, kHolder, kNothing,
         8);
    with(kUnknownValidator, "index_huge", "an index of 2^64 − 1", tst(5).value, kHolder, kNothing, UINT64_MAX);
    with(kNotEnoughShares, "nothing", "no shares", 0);
    with(kNotEnoughShares, "nothing_of_nothing", "no shares, by one that has none", 0, kPoor);
    with(kNotEnoughShares, "one_share_too_many", "one share more than is held", tst(100).value + 1);
    with(kNotEnoughShares, "huge", "2^64 − 1 shares", UINT64_MAX);
    with(kNotEnoughShares, "by_one_that_has_none", "somebody who holds nothing", tst(5).value, kPoor);
    with(kNotEnoughShares, "of_another_pool", "shares of another pool", tst(5).value, kHolder, kNothing, 4);
    with(kNotEnoughShares, "what_waits_already", "shares that wait in the queue are held no more", tst(71).value,
         kHolder, [](ConsensusState& s) { queue_unbond(s, {kIndex, account_address(kHolder), tst(30).value}); });
    with(kTooSmall, "one_share_less_than_the_least", "worth one grain less than MIN_BOND",
         shares_worth(state, tst(1).value) - 1);
    with(kTooSmall, "one_share", "one share of many", 1);
    with(kTooSmall, "all_but_one_of_little", "little, and not all", 2, kPoor,
         [](ConsensusState& s) { hold(s, kOperator, account_address(kPoor), 3); });
    with(kLocked, "one_share_below_the_lock", "an operator would keep less than MIN_SELF_STAKE", spare + 1, kOperator);
    with(kLocked, "everything_of_the_operator", "an operator would keep nothing", tst(1'024).value, kOperator);
    with(kLocked, "operator_whose_exit_waits", "nor while the validator's exit waits", tst(1'024).value, kOperator,
         [](ConsensusState& s) { queue_exit(s, kOperator, 299); });
    with(kUnknownValidator, "index_before_shares", "nobody, and no shares", 0, kHolder, kNothing, 8);
    with(kNotEnoughShares, "shares_before_value", "more than is held, and worth too little", 5, kPoor,
         [](ConsensusState& s) { hold(s, kOperator, account_address(kPoor), 3); });
    with(kTooSmall, "value_before_lock", "worth too little, of the operator's last", 5, kOperator,
         [](ConsensusState& s) { s.balances[kOperator] = tst(16); });
}

// Validators on the way out, in epoch 300; UNBONDING_EPOCHS are 256.
Change left_in(std::uint64_t exit_epoch, std::uint64_t hold_epoch = 0, bool slashed = false) {
    return [=](ConsensusState& s) {
        ref::Validator& v = s.validators[kOperator];
        v.exit_request_epoch = Epoch{1};
        v.exit_epoch = Epoch{exit_epoch};
        v.hold_epoch = Epoch{hold_epoch};
        v.slashed = slashed;
        if (slashed) v.slashed_from = Epoch{1};
    };
}

void add_overtaken(Suite& suite) {
    const auto wait = [&](const std::string& name, const std::string& shows, const Change& change,
                          Status status = kNotWithdrawable, std::uint64_t shares = tst(40).value,
                          std::uint64_t from = kHolder) {
        fail(suite, status == kLocked ? "STK-18" : "STK-13", status, "undelegate_" + name, shows,
             stake_state_with(change), from, ref::Undelegate{kIndex, shares});
    };
    wait("exit_with_the_next_epoch", "too late for the queue, too early to be free", left_in(301));
    wait("exited_with_this_epoch", "an exited validator's stake waits", left_in(300));
    wait("one_epoch_before_it_is_free", "the unbonding time ends with the next epoch", left_in(45));
    wait("held_until_the_next_epoch", "the hold ends with the next epoch", left_in(10, 301));
    wait("slashed_and_active", "a slashed validator's stake leaves with the pool", [](ConsensusState& s) {
        queue_exit(s, kOperator, 299);
        s.validators[kOperator].slashed = true;
        s.validators[kOperator].hold_epoch = Epoch{364};
        s.validators[kOperator].slashed_from = Epoch{298};
    });
    wait("slashed_with_an_exit_to_come", "also if its exit is decided", left_in(305, 364, true));
    wait("lock_before_time", "of both faults the lock is named", left_in(45), kLocked, tst(1'024).value, kOperator);
    wait("operator_before_time", "an operator that would keep enough waits as others", left_in(45), kNotWithdrawable,
         tst(5).value, kOperator);
}

// Stake that is free leaves at once.
void add_free(Suite& suite) {
    const auto leave = [&](const std::string& name, const std::string& shows, const Change& change,
                           std::uint64_t shares, std::uint64_t from = kHolder) {
        const auto pre = stake_state_with(change);
        const std::uint64_t value = worth(pre, shares);
        const auto holds = [=](const ConsensusState& post) {
            const Address holder = account_address(from);
            return pool_shares(post, kOperator, holder) == pool_shares(pre, kOperator, holder) - shares &&
                   post.shares[kOperator] == pre.shares[kOperator] - shares &&
                   post.balances[kOperator].value == pre.balances[kOperator].value - value &&
                   post.unbond_queue == pre.unbond_queue &&
                   post.burnt.value ==
                       pre.burnt.value + cost_of(pre, stake_transaction(pre, from, ref::Undelegate{kIndex, shares}));
        };
        add_stake_case(
            suite, {"undelegate_" + name, shows, {"STK-13", "STK-14", "STK-02", "VAL-02"}}, pre, from,
            ref::Undelegate{kIndex, shares},
            {.event = {kIndex, Amount{value}, 0}, .received = static_cast<std::int64_t>(value), .holds = holds});
    };
    const Change candidate = [](ConsensusState& s) { make_candidate(s, kOperator, 1'200); };
    leave("free_since_this_epoch", "the unbonding time is over", left_in(44), tst(40).value);
    leave("free_hold_is_over", "the hold is over with this epoch", left_in(10, 300), tst(100).value);
    leave("free_slashed", "what is left of a slashed validator's stake", left_in(10, 300, true), tst(40).value);
    leave("free_never_active", "stake that never counted", candidate, tst(40).value);
    leave(
        "free_eligible", "an activation that waits has counted nothing yet",
        [](ConsensusState& s) {
            make_candidate(s, kOperator, 1'200);
            s.validators[kOperator].eligibility_epoch = Epoch{299};
            queue_bond(s, {kIndex, {}, {}, Slot{2'392}});
        },
        tst(40).value);
    leave("free_operator", "an operator of one that left takes everything", left_in(44), tst(1'024).value, kOperator);
    leave("free_operator_of_a_candidate", "an operator of one that never was active, down to the lock", candidate,
          tst(1'024).value - shares_worth(stake_state(), tst(16).value), kOperator);
    leave(
        "free_operator_that_asked", "and everything if it has asked for its exit",
        [](ConsensusState& s) {
            make_candidate(s, kOperator, 0);
            s.validators[kOperator].exit_request_epoch = Epoch{299};
            s.validators[kOperator].exit_epoch = Epoch{300};
        },
        tst(1'024).value, kOperator);
    leave(
        "free_rounds_down", "what is rounded off stays in the pool",
        [&](ConsensusState& s) {
            candidate(s);
            s.balances[kOperator] = tst(999);
        },
        1'234'567'891);
    leave(
        "free_with_shares_in_the_queue", "shares that wait in the queue are in the pool as well",
        [](ConsensusState& s) {
            left_in(44)(s);
            queue_unbond(s, {kIndex, account_address(kHolder), tst(30).value});
        },
        tst(70).value);
    leave(
        "free_and_worthless", "all that is held of a pool without tokens",
        [](ConsensusState& s) {
            left_in(44)(s);
            s.balances[kOperator] = Amount{0};
        },
        tst(100).value);
    const auto last = [](std::uint64_t tokens) {
        return [tokens](ConsensusState& s) {
            left_in(44)(s);
            for (const std::uint64_t i : {kOperator, kOther})
                s.entries.change().erase(key_of_pool_shares(kOperator, account_address(i)));
            s.shares[kOperator] = tst(100).value;
            s.balances[kOperator] = Amount{tokens};
        };
    };
    leave("free_last_holder", "the last holder takes all tokens; the pool is empty", last(tst(77).value + 5),
          tst(100).value);
    leave("free_last_holder_of_one_grain", "one grain for many shares", last(1), tst(100).value);
    const auto with = [&](Status status, const std::string& name, const std::string& shows, const Change& change,
                          std::uint64_t shares, std::uint64_t from) {
        fail(suite, status == kLocked ? "STK-18" : "STK-13", status, "undelegate_" + name, shows,
             stake_state_with(change), from, ref::Undelegate{kIndex, shares});
    };
    with(kLocked, "free_operator_of_a_candidate_below_the_lock", "an operator of one that may yet become active",
         candidate, tst(1'024).value - shares_worth(stake_state(), tst(16).value) + 1, kOperator);
    // With 25 grains, not 7, the price afterwards would be enough: what is rounded off stays in the pool.
    with(
        kLocked, "free_operator_lock_at_the_price_before", "the price is that before it leaves",
        [&](ConsensusState& s) {
            candidate(s);
            s.balances[kOperator] = Amount{tst(1'200).value + 25};
        },
        tst(1'024).value - quotient_up(tst(16).value, tst(1'174).value, tst(1'200).value + 25) + 1, kOperator);
    with(kTooSmall, "free_too_small", "the least holds for free stake too", candidate, 5, kHolder);
}

// Cohorts of validator 3; the holder has 100 shares of 130, the other 30.
struct Matured {
    std::uint64_t tokens = 0;
    std::uint64_t exit_epoch = 40;
    std::uint64_t hold_epoch = 0;
};

Change matured(const Matured& cohort) {
    return [cohort](ConsensusState& s) {
        put_cohort(s, kOperator, cohort.exit_epoch, cohort.tokens,
                   {{account_address(kHolder), 100}, {account_address(kOther), 30}}, cohort.hold_epoch);
    };
}

void add_withdrawals(Suite& suite) {
    const auto withdraw = [&](const std::string& name, const std::string& shows, const Change& change,
                              std::uint64_t exit_epoch, std::uint64_t value, std::uint64_t shares_left,
                              std::uint64_t from = kHolder) {
        const auto pre = stake_state_with(change);
        const auto holds = [=](const ConsensusState& post) {
            const auto cohort = cohort_at(post, kOperator, exit_epoch);
            return cohort_shares(post, kOperator, exit_epoch, account_address(from)) == 0 &&
                   (cohort ? cohort->shares : 0) == shares_left &&
                   post.unbonding.value == pre.unbonding.value - value &&
                   post.validators[kOperator].last_cohort == pre.validators[kOperator].last_cohort;
        };
        add_stake_case(
            suite, {"withdraw_" + name, shows, {"STK-15", "STK-08", "STK-03"}}, pre, from,
            ref::Withdraw{kIndex, Epoch{exit_epoch}},
            {.event = {kIndex, Amount{value}, 0}, .received = static_cast<std::int64_t>(value), .holds = holds});
    };
    withdraw("some", "a holder's part of a cohort, rounded down", matured({1'000}), 40, 769, 30);
    withdraw("by_the_other", "the other one's part", matured({1'000}), 40, 230, 100, kOther);
    withdraw(
        "the_last", "the last holder takes all that is left, and the cohort goes",
        [](ConsensusState& s) { put_cohort(s, kOperator, 40, 231, {{account_address(kOther), 30}}); }, 40, 231, 0,
        kOther);
    withdraw("since_this_epoch", "the unbonding time is over with this epoch", matured({1'000, 44}), 44, 769, 30);
    withdraw("hold_is_over", "the hold is over with this epoch", matured({1'000, 40, 300}), 40, 769, 30);
    withdraw("of_nothing", "a cohort that a slashing emptied", matured({0}), 40, 0, 30);
    withdraw(
        "product_beyond_64_bits", "tokens times shares does not fit 64 bits",
        [](ConsensusState& s) {
            put_cohort(s, kOperator, 40, 3'999'999'999'999,
                       {{account_address(kHolder), 7'000'000'000'000}, {account_address(kOther), 1'000'000'000'000}});
        },
        40, 3'499'999'999'999, 1'000'000'000'000);
    withdraw(
        "one_of_several", "older and newer cohorts stay",
        [](ConsensusState& s) {
            for (const std::uint64_t epoch : {30U, 40U, 280U})
                put_cohort(s, kOperator, epoch, 500, {{account_address(kHolder), 500}});
        },
        40, 500, 0);
    withdraw(
        "of_an_active_validator_that_was_slashed", "what a slashing did not reach is not held",
        [](ConsensusState& s) {
            matured({1'000})(s);
            queue_exit(s, kOperator, 299);
            s.validators[kOperator].slashed = true;
            s.validators[kOperator].slashed_from = Epoch{297};
            s.validators[kOperator].hold_epoch = Epoch{363};
        },
        40, 769, 30);
    const auto with = [&](Status status, const std::string& name, const std::string& shows, const Change& change,
                          std::uint64_t exit_epoch, std::uint64_t index = kOperator, std::uint64_t from = kHolder) {
        fail(suite, "STK-15", status, "withdraw_" + name, shows, stake_state_with(change), from,
             ref::Withdraw{ValidatorIndex{index}, Epoch{exit_epoch}});
    };
    with(kUnknownValidator, "index_is_the_count", "the first index that is nobody's", matured({1'000}), 40, 8);
    with(kUnknownValidator, "index_huge", "an index of 2^64 − 1", matured({1'000}), 40, UINT64_MAX);
    with(kNothingThere, "no_cohort", "no cohort at all", kNothing, 40);
    with(kNothingThere, "another_epoch", "the cohort of another epoch", matured({1'000}), 41);
    with(kNothingThere, "another_validator", "the cohort of another validator", matured({1'000}), 40, 4);
    with(kNothingThere, "epoch_huge", "an epoch of 2^64 − 1: no sum overflows", matured({1'000}), UINT64_MAX);
    with(kNothingThere, "without_shares", "somebody who holds nothing of it", matured({1'000}), 40, kOperator, kPoor);
    with(kNothingThere, "shares_of_the_pool", "shares of the pool are none of the cohort", matured({1'000}), 40,
         kOperator, kOperator);
    with(kNotWithdrawable, "one_epoch_early", "the unbonding time ends with the next epoch", matured({1'000, 45}), 45);
    with(kNotWithdrawable, "newest", "a cohort of this very epoch", matured({1'000, 300}), 300);
    with(kNotWithdrawable, "held", "the hold ends with the next epoch", matured({1'000, 40, 301}), 40);
    with(kNothingThere, "cohort_before_time", "nothing of a cohort that is not over", matured({1'000, 45}), 45,
         kOperator, kPoor);
}

}  // namespace

void add_stake_of_delegators(Suite& suite) {
    if (!suite.wants("execution")) return;
    add_delegations(suite);
    add_undelegations(suite);
    add_overtaken(suite);
    add_free(suite);
    add_withdrawals(suite);
}

}  // namespace touchstone::vectors
