// The queue of stake that leaves [STK-17], [STK-19], [STK-20], at the end of epoch 3: what leaves belongs to cohorts of
// epoch 4, exits are for epoch 8.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/stake_queues.h"
#include "reference/stake/queues.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

// Twelve validators of 1,024 TST; two of them, 2,048 TST, may leave in an epoch. The holder has 4,000 TST of shares of
// pool 3 and the other 500; a share is worth a token.
ConsensusState queue_state(const Change& change) {
    static const ConsensusState made = [] {
        const Parameters config = minimal_with([](Parameters& c) { c.MIN_CHURN = tst(2'048).value; });
        ConsensusState state = state_before_queues({.validators = 12, .config = config});
        hold(state, 3, holder(), tst(4'000).value);
        hold(state, 3, other(), tst(500).value);
        return state;
    }();
    ConsensusState state = made;
    change(state);
    return settled(state);
}

void add(Suite& suite, const std::string& name, const std::string& shows, const Change& change, const Holds& holds) {
    add_queue_case(suite, "unbond_queue", ref::process_unbond_queue,
                   {name, shows, {"STK-19", "STK-20", "STK-17", "STK-03", "VAL-07"}}, queue_state(change), holds);
}

void unbond(ConsensusState& state, const Address& delegator, std::uint64_t shares, std::uint64_t index = 3) {
    queue_unbond(state, {ValidatorIndex{index}, delegator, shares});
}

bool left(const ConsensusState& post, std::initializer_list<std::uint64_t> indices) {
    for (std::uint64_t i = 0; i < post.validators.size(); ++i) {
        const bool expected = std::find(indices.begin(), indices.end(), i) != indices.end();
        if ((post.validators[i].exit_epoch == 8) != expected) return false;
    }
    return true;
}

bool queue_is(const ConsensusState& post, std::uint64_t head, std::uint64_t tail, std::uint64_t budget) {
    return post.unbond_queue == ref::Queue{head, tail, Amount{budget}};
}

void weigh(ConsensusState& state, std::uint64_t index, std::uint64_t stake) {
    state.validators[index].effective_stake = tst(stake);
}

void add_exits(Suite& suite) {
    const auto asked = [](const std::vector<std::uint64_t>& indices, const Change& change = {}) {
        return [=](ConsensusState& s) {
            if (change) change(s);
            for (const std::uint64_t i : indices)
                queue_exit(s, i);
        };
    };
    const auto saved = [](std::uint64_t budget, std::uint64_t weight) {
        return [=](ConsensusState& s) {
            s.unbond_queue.budget = Amount{budget};
            weigh(s, 9, weight);
        };
    };
    add(
        suite, "empty", "nothing to do: no budget is saved",
        [](ConsensusState& s) { s.unbond_queue = {5, 5, tst(500)}; },
        [](const ConsensusState& s) { return queue_is(s, 5, 5, 0); });
    add(suite, "one_exit", "one within the churn; the rest of the budget is not saved", asked({9}),
        [](const ConsensusState& s) { return left(s, {9}) && queue_is(s, 1, 1, 0); });
    add(suite, "two_exits_fill_the_churn", "two use up the churn to the grain", asked({9, 3}),
        [](const ConsensusState& s) { return left(s, {9, 3}) && queue_is(s, 2, 2, 0); });
    add(suite, "third_exit_waits", "the third saves the budget that is left",
        asked({9, 2, 5}, [](ConsensusState& s) { weigh(s, 9, 1'023); }),
        [](const ConsensusState& s) { return left(s, {9, 2}) && queue_is(s, 2, 3, tst(1).value); });
    add(suite, "saved_budget_helps_an_exit", "a TST saved before lets a validator of a TST more go",
        asked({9}, saved(tst(1).value, 2'049)), [](const ConsensusState& s) { return left(s, {9}); });
    add(suite, "one_grain_short_for_an_exit", "a grain less and it waits", asked({9}, saved(tst(1).value - 1, 2'049)),
        [](const ConsensusState& s) { return left(s, {}) && queue_is(s, 0, 1, tst(2'049).value - 1); });
    add(suite, "heavier_than_the_churn", "a validator heavier than the churn saves up", asked({9, 3}, saved(0, 4'096)),
        [](const ConsensusState& s) { return left(s, {}) && queue_is(s, 0, 2, tst(2'048).value); });
    add(suite, "saved_enough_for_an_exit", "what was saved and the churn are just enough",
        asked({9, 3}, saved(tst(2'048).value, 4'096)),
        [](const ConsensusState& s) { return left(s, {9}) && queue_is(s, 1, 2, 0); });
    add(suite, "light_ones_wait_behind", "a light one behind a heavy one does not overtake",
        asked({9, 2},
              [](ConsensusState& s) {
                  weigh(s, 9, 4'096);
                  weigh(s, 2, 17);
              }),
        [](const ConsensusState& s) { return left(s, {}); });
    add(suite, "churn_by_quotient", "a large set has a churn above the least",
        asked({9, 2, 5},
              [](ConsensusState& s) {
                  s.config = minimal_with([](Parameters& c) {
                      c.MIN_CHURN = tst(1).value;
                      c.CHURN_QUOTIENT = 7;
                  });
              }),
        [](const ConsensusState& s) { return left(s, {9}) && queue_is(s, 1, 3, tst(1'755 - 1'024).value); });
    add(suite, "budget_beyond_64_bits", "budget and churn do not fit 64 bits together: the sum is exact",
        asked({9}, saved(UINT64_MAX, 1'024)),
        [](const ConsensusState& s) { return left(s, {9}) && queue_is(s, 1, 1, 0); });
}

// All validators from this index on have left.
Change small_set(std::size_t active, const Change& change) {
    return [=](ConsensusState& s) {
        for (std::size_t i = active; i < 12; ++i) {
            s.validators[i].exit_request_epoch = Epoch{0};
            s.validators[i].exit_epoch = Epoch{2};
        }
        change(s);
    };
}

void add_least_set(Suite& suite) {
    const auto none_left = [](const ConsensusState& s) {
        return std::none_of(s.validators.begin(), s.validators.end(),
                            [](const ref::Validator& v) { return v.exit_epoch == 8; });
    };
    add(suite, "at_the_least_set", "with MIN_ACTIVE_VALIDATORS an exit goes to the end",
        small_set(8, [](ConsensusState& s) { queue_exit(s, 3); }), [&](const ConsensusState& s) {
            return none_left(s) && queue_is(s, 1, 2, tst(1'024).value) &&
                   unbond_at(s, 1) == QueuedUnbond{ValidatorIndex{3}, {}, 0} && !unbond_at(s, 0);
        });
    add(suite, "exits_at_the_least_set_keep_their_order", "three go to the end, in their order",
        small_set(8,
                  [](ConsensusState& s) {
                      for (const std::uint64_t i : {5U, 1U, 3U})
                          queue_exit(s, i);
                  }),
        [&](const ConsensusState& s) {
            return none_left(s) && queue_is(s, 3, 6, tst(1'024).value) && unbond_at(s, 3)->validator_index == 5 &&
                   unbond_at(s, 4)->validator_index == 1 && unbond_at(s, 5)->validator_index == 3;
        });
    add(suite, "stake_behind_an_exit_at_the_least_set", "the stake of those behind it does not wait",
        small_set(8,
                  [](ConsensusState& s) {
                      queue_exit(s, 5);
                      unbond(s, holder(), tst(100).value);
                  }),
        [&](const ConsensusState& s) {
            return none_left(s) && queue_is(s, 2, 3, tst(1'024).value) && cohort_at(s, 3, 4)->tokens == tst(100).value;
        });
    add(suite, "one_above_the_least_set", "one may go, the second goes to the end",
        small_set(9,
                  [](ConsensusState& s) {
                      queue_exit(s, 3);
                      queue_exit(s, 4);
                  }),
        [](const ConsensusState& s) {
            return s.validators[3].exit_epoch == 8 && s.validators[4].exit_epoch == far_future() &&
                   queue_is(s, 2, 3, tst(1'024).value);
        });
    add(suite, "slashed_wait_too", "a slashed validator waits like the others",
        small_set(8,
                  [](ConsensusState& s) {
                      s.validators[3].slashed = true;
                      s.validators[3].slashed_from = Epoch{1};
                      queue_exit(s, 3);
                  }),
        [&](const ConsensusState& s) { return none_left(s) && queue_is(s, 1, 2, tst(1'024).value); });
    add(suite, "leaving_ones_do_not_count", "who leaves later already is not among those that stay",
        small_set(10,
                  [](ConsensusState& s) {
                      for (const std::size_t i : {0U, 1U}) {
                          s.validators[i].exit_request_epoch = Epoch{1};
                          s.validators[i].exit_epoch = Epoch{6};
                      }
                      queue_exit(s, 3);
                  }),
        [&](const ConsensusState& s) { return none_left(s) && queue_is(s, 1, 2, tst(1'024).value); });
    add(suite, "coming_ones_do_not_count", "who becomes active later is not among those that stay",
        small_set(9,
                  [](ConsensusState& s) {
                      s.validators[0].activation_epoch = Epoch{4};
                      queue_exit(s, 3);
                  }),
        none_left);
    add(suite, "budget_at_the_least_set_is_capped", "what is saved is capped by what the head needs",
        small_set(9,
                  [](ConsensusState& s) {
                      s.unbond_queue.budget = Amount{UINT64_MAX};
                      queue_exit(s, 3);
                      queue_exit(s, 4);
                  }),
        [](const ConsensusState& s) { return queue_is(s, 2, 3, tst(1'024).value); });
}

void add_whole_unbonds(Suite& suite) {
    add(
        suite, "one_unbond", "the stake becomes the validator's first cohort",
        [](ConsensusState& s) { unbond(s, holder(), tst(700).value); },
        [](const ConsensusState& s) {
            return cohort_at(s, 3, 4) == Cohort{tst(700), tst(700).value, Epoch{0}, Epoch{0}} &&
                   cohort_shares(s, 3, 4, holder()) == tst(700).value && s.validators[3].last_cohort == 4 &&
                   s.unbonding == tst(700).value && s.balances[3] == tst(4'824).value &&
                   s.shares[3] == tst(4'824).value && queue_is(s, 1, 1, 0);
        });
    add(
        suite, "unbonds_of_two", "both have their part of one cohort; one of them unbonds twice",
        [](ConsensusState& s) {
            unbond(s, holder(), tst(700).value);
            unbond(s, other(), tst(20).value);
            unbond(s, holder(), tst(30).value);
        },
        [](const ConsensusState& s) {
            return cohort_at(s, 3, 4) == Cohort{tst(750), tst(750).value, Epoch{0}, Epoch{0}} &&
                   cohort_shares(s, 3, 4, holder()) == tst(730).value &&
                   cohort_shares(s, 3, 4, other()) == tst(20).value;
        });
    add(
        suite, "unbonds_of_two_pools", "each pool has cohorts of its own",
        [](ConsensusState& s) {
            hold(s, 5, holder(), tst(50).value);
            unbond(s, holder(), tst(700).value);
            unbond(s, holder(), tst(50).value, 5);
        },
        [](const ConsensusState& s) {
            return cohort_at(s, 3, 4)->tokens == tst(700).value && cohort_at(s, 5, 4)->tokens == tst(50).value &&
                   s.unbonding == tst(750).value;
        });
    add(
        suite, "cohort_after_another", "a cohort knows the one before it",
        [](ConsensusState& s) {
            put_cohort(s, 3, 2, 77, {{other(), 70}});
            unbond(s, holder(), tst(5).value);
        },
        [](const ConsensusState& s) { return cohort_at(s, 3, 4)->previous == 2 && s.validators[3].last_cohort == 4; });
    add(
        suite, "cohort_after_one_that_is_gone", "also if that was withdrawn",
        [](ConsensusState& s) {
            s.validators[3].last_cohort = Epoch{2};
            unbond(s, holder(), tst(5).value);
        },
        [](const ConsensusState& s) { return cohort_at(s, 3, 4)->previous == 2; });
    const auto priced = [](std::uint64_t tokens, std::uint64_t shares) {
        return [=](ConsensusState& s) {
            s.balances[3] = Amount{tokens};
            unbond(s, holder(), shares);
        };
    };
    add(suite, "value_rounds_down", "5 · B / S, rounded down; the rest stays in the pool",
        priced(9'000'000'000'001, 1'234'567'891'011), [](const ConsensusState& s) {
            const std::uint64_t value = quotient(1'234'567'891'011, 9'000'000'000'001, tst(5'524).value);
            return cohort_at(s, 3, 4)->tokens == value && cohort_at(s, 3, 4)->shares == value &&
                   s.balances[3] == 9'000'000'000'001 - value;
        });
    add(suite, "worth_exactly_the_budget", "p is the budget: all of it leaves",
        priced(tst(5'524).value, tst(2'048).value),
        [](const ConsensusState& s) { return cohort_at(s, 3, 4)->tokens == tst(2'048).value && queue_is(s, 1, 1, 0); });
    add(suite, "worthless", "shares that are worth nothing leave without a cohort", priced(0, tst(700).value),
        [](const ConsensusState& s) {
            return !cohort_at(s, 3, 4) && s.validators[3].last_cohort == 0 && s.shares[3] == tst(4'824).value &&
                   queue_is(s, 1, 1, 0);
        });
    add(
        suite, "all_of_a_pool", "all shares leave: the pool is empty",
        [](ConsensusState& s) {
            for (const Address& address : {s.validators[3].operator_address, other()})
                s.entries.change().erase(key_of_pool_shares(3, address));
            s.shares[3] = tst(4'000).value;
            s.balances[3] = Amount{tst(1'999).value + 3};
            unbond(s, holder(), tst(4'000).value);
        },
        [](const ConsensusState& s) {
            return s.balances[3] == 0 && s.shares[3] == 0 && s.unbonding == tst(1'999).value + 3;
        });
    add(
        suite, "unbond_behind_an_exit_of_its_validator", "the exit is for epoch 8: until then stake leaves",
        [](ConsensusState& s) {
            queue_exit(s, 3);
            unbond(s, holder(), tst(70).value);
        },
        [](const ConsensusState& s) {
            return s.validators[3].exit_epoch == 8 && cohort_at(s, 3, 4)->tokens == tst(70).value;
        });
    add(
        suite, "exit_after_the_next_epoch", "an exit for epoch 5 does not stop it",
        [](ConsensusState& s) {
            s.validators[3].exit_request_epoch = Epoch{0};
            s.validators[3].exit_epoch = Epoch{5};
            unbond(s, holder(), tst(70).value);
        },
        [](const ConsensusState& s) { return cohort_at(s, 3, 4)->tokens == tst(70).value; });
}

void add_partial_unbonds(Suite& suite) {
    const auto saved = [](std::uint64_t budget, std::uint64_t tokens, std::uint64_t shares) {
        return [=](ConsensusState& s) {
            s.unbond_queue.budget = Amount{budget};
            s.balances[3] = Amount{tokens};
            unbond(s, holder(), shares);
        };
    };
    add(suite, "in_part", "as much as the budget lets go; the rest waits", saved(0, tst(5'524).value, tst(3'000).value),
        [](const ConsensusState& s) {
            return cohort_at(s, 3, 4)->tokens == tst(2'048).value && queue_is(s, 0, 1, 0) &&
                   unbond_at(s, 0)->shares == tst(952).value;
        });
    add(suite, "in_part_with_what_was_saved", "what was saved counts",
        saved(tst(200).value, tst(5'524).value, tst(3'000).value),
        [](const ConsensusState& s) { return unbond_at(s, 0)->shares == tst(752).value; });
    add(suite, "in_part_rounds_down_twice", "shares for the budget, and tokens for the shares, rounded down",
        saved(0, 7'777'777'777'777, tst(4'000).value), [](const ConsensusState& s) {
            const std::uint64_t shares = quotient(tst(2'048).value, tst(5'524).value, 7'777'777'777'777);
            const std::uint64_t value = quotient(shares, 7'777'777'777'777, tst(5'524).value);
            return cohort_at(s, 3, 4)->tokens == value && s.shares[3] == tst(5'524).value - shares &&
                   unbond_at(s, 0)->shares == tst(4'000).value - shares && queue_is(s, 0, 1, tst(2'048).value - value);
        });
    add(suite, "one_grain_above_the_budget", "worth one grain more: one share stays",
        saved(0, tst(5'524).value, tst(2'048).value + 1),
        [](const ConsensusState& s) { return unbond_at(s, 0)->shares == 1 && queue_is(s, 0, 1, 0); });
    add(
        suite, "a_share_dearer_than_the_budget", "not one share leaves: the budget is saved",
        [](ConsensusState& s) {
            for (const Address& address : {s.validators[3].operator_address, other(), holder()})
                s.entries.change().erase(key_of_pool_shares(3, address));
            s.shares[3] = 0;
            s.balances[3] = Amount{0};
            hold(s, 3, holder(), 2);
            s.balances[3] = tst(5'000);
            unbond(s, holder(), 1);
        },
        [](const ConsensusState& s) {
            return !cohort_at(s, 3, 4) && queue_is(s, 0, 1, tst(2'048).value) && unbond_at(s, 0)->shares == 1;
        });
    add(
        suite, "nothing_overtakes_a_part", "those behind it wait",
        [](ConsensusState& s) {
            unbond(s, holder(), tst(3'000).value);
            unbond(s, other(), 5);
            queue_exit(s, 7);
        },
        [](const ConsensusState& s) { return queue_is(s, 0, 3, 0) && unbond_at(s, 1)->shares == 5 && left(s, {}); });
    add(
        suite, "exits_and_stake_share_the_budget", "an exit, and stake for what it leaves",
        [](ConsensusState& s) {
            queue_exit(s, 7);
            unbond(s, holder(), tst(3'000).value);
        },
        [](const ConsensusState& s) {
            return left(s, {7}) && cohort_at(s, 3, 4)->tokens == tst(1'024).value && queue_is(s, 1, 2, 0);
        });
    add(
        suite, "head_that_waits_saves_no_more_than_it_needs", "an exit that the rest is not enough for keeps the rest",
        [](ConsensusState& s) {
            unbond(s, holder(), tst(1'500).value);
            queue_exit(s, 7);
        },
        [](const ConsensusState& s) { return left(s, {}) && queue_is(s, 1, 2, tst(548).value); });
}

void add_given_back(Suite& suite) {
    const auto given_back = [](const ConsensusState& s) {
        return pool_shares(s, 3, holder()) == tst(4'000).value && queue_is(s, 1, 1, 0) && !unbond_at(s, 0) &&
               s.shares[3] == tst(5'524).value && s.unbonding == 0;
    };
    const auto overtaken = [](std::uint64_t shares, const std::function<void(ref::Validator&)>& change) {
        return [=](ConsensusState& s) {
            change(s.validators[3]);
            unbond(s, holder(), shares);
        };
    };
    const auto exit_in = [](std::uint64_t epoch) {
        return [epoch](ref::Validator& v) {
            v.exit_request_epoch = Epoch{0};
            v.exit_epoch = Epoch{epoch};
        };
    };
    add(suite, "overtaken_by_an_exit", "the validator leaves with the next epoch: the shares are given back",
        overtaken(tst(70).value, exit_in(4)), given_back);
    add(suite, "overtaken_all_shares", "the holder has an entry again", overtaken(tst(4'000).value, exit_in(4)),
        given_back);
    add(suite, "of_one_that_left", "the validator left before", overtaken(tst(70).value, exit_in(2)), given_back);
    add(suite, "overtaken_by_a_slashing", "of a slashed validator: its stake leaves with the pool",
        overtaken(tst(70).value,
                  [](ref::Validator& v) {
                      v.slashed = true;
                      v.slashed_from = Epoch{1};
                  }),
        given_back);
    add(
        suite, "given_back_beyond_the_budget", "it needs no budget, and what is left of it goes on",
        [&](ConsensusState& s) {
            exit_in(4)(s.validators[3]);
            hold(s, 5, other(), tst(2'048).value);
            unbond(s, holder(), tst(3'900).value);
            unbond(s, other(), tst(2'048).value, 5);
        },
        [](const ConsensusState& s) {
            return pool_shares(s, 3, holder()) == tst(4'000).value && cohort_at(s, 5, 4)->tokens == tst(2'048).value;
        });
}

void add_item_bound(Suite& suite) {
    const auto bounded = [](const Change& change) {
        return [change](ConsensusState& s) {
            s.config = minimal_with([](Parameters& c) {
                c.MIN_CHURN = tst(2'048).value;
                c.MAX_QUEUE_ITEMS = 3;
            });
            change(s);
        };
    };
    const auto many = [](ConsensusState& s) {
        for (std::uint64_t i = 1; i <= 5; ++i)
            unbond(s, holder(), i * 100);
    };
    add(suite, "as_many_items_as_may_be", "MAX_QUEUE_ITEMS of five; the fourth has what it needs", bounded(many),
        [](const ConsensusState& s) { return queue_is(s, 3, 5, 400) && s.unbonding == 600; });
    add(suite, "given_back_ones_count", "items that are given back count", bounded([&](ConsensusState& s) {
            many(s);
            s.validators[3].slashed = true;
            s.validators[3].slashed_from = Epoch{1};
        }),
        [](const ConsensusState& s) { return queue_is(s, 3, 5, 400) && s.unbonding == 0; });
    add(suite, "exits_that_go_to_the_end_count", "and so do those that go to the end",
        bounded(small_set(8,
                          [](ConsensusState& s) {
                              for (const std::uint64_t i : {1U, 2U, 3U, 4U})
                                  queue_exit(s, i);
                          })),
        [](const ConsensusState& s) { return queue_is(s, 3, 7, tst(1'024).value); });
    add(suite, "cost_of_a_worthless_head", "a head that is worth nothing saves nothing",
        bounded([&](ConsensusState& s) {
            many(s);
            s.balances[3] = Amount{0};
        }),
        [](const ConsensusState& s) { return queue_is(s, 3, 5, 0); });
}

}  // namespace

void add_unbond_queue(Suite& suite) {
    if (!suite.wants("epoch_processing")) return;
    add_exits(suite);
    add_least_set(suite);
    add_whole_unbonds(suite);
    add_partial_unbonds(suite);
    add_given_back(suite);
    add_item_bound(suite);
}

}  // namespace touchstone::vectors
