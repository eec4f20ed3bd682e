// The queue of stake that comes [STK-17], [STK-21], [STK-22], at the end of epoch 3. Epoch 2 is final: what was sent up
// to slot 16. Activations are for epoch 8.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/stake_queues.h"
#include "reference/stake/queues.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

// Eleven validators of 1,024 TST, and 11, which was registered with 64 TST and never active; 300 TST may come in an
// epoch. The holder has 100 TST of shares of pool 3; a share is worth a token.
ConsensusState queue_state(const Change& change) {
    static const ConsensusState made = [] {
        const Parameters config = minimal_with([](Parameters& c) {
            c.MIN_CHURN = tst(300).value;
            c.CHURN_QUOTIENT = 64;
        });
        ConsensusState state = state_before_queues({.validators = 12, .config = config, .accounts = {tst(1)}});
        state.finalized_checkpoint.epoch = Epoch{2};
        hold(state, 3, holder(), tst(100).value);
        make_candidate(state, 11, 64);
        const Address own = state.validators[11].operator_address;
        state.entries.change().erase(key_of_pool_shares(11, own));
        state.shares[11] = 0;
        state.balances[11] = {};
        hold(state, 11, own, tst(64).value);
        return state;
    }();
    ConsensusState state = made;
    change(state);
    return settled(state);
}

void add(Suite& suite, const std::string& name, const std::string& shows, const Change& change, const Holds& holds) {
    add_queue_case(suite, "bond_queue", ref::process_bond_queue,
                   {name, shows, {"STK-21", "STK-22", "STK-17", "STK-02", "STK-03", "VAL-07"}}, queue_state(change),
                   holds);
}

void bond(ConsensusState& state, std::uint64_t amount, std::uint64_t index = 3, const Address& delegator = other(),
          std::uint64_t slot = 9) {
    queue_bond(state, {ValidatorIndex{index}, delegator, Amount{amount}, Slot{slot}});
}

bool queue_is(const ConsensusState& post, std::uint64_t head, std::uint64_t tail, std::uint64_t budget) {
    return post.bond_queue == ref::Queue{head, tail, Amount{budget}};
}

// What came into a pool for its shares, and to whom.
bool came(const ConsensusState& post, std::uint64_t tokens, std::uint64_t shares, std::uint64_t index = 3) {
    const std::uint64_t before = index == 3 ? tst(1'124).value : tst(64).value;
    return post.balances[index].value == before + tokens && post.shares[index] == before + shares &&
           pool_shares(post, index, other()) == shares;
}

void add_bonds(Suite& suite) {
    const auto one = [](std::uint64_t amount, std::uint64_t slot = 9) {
        return [=](ConsensusState& s) { bond(s, amount, 3, other(), slot); };
    };
    add(
        suite, "empty", "nothing to do: no budget is saved", [](ConsensusState& s) { s.bond_queue = {5, 5, tst(50)}; },
        [](const ConsensusState& s) { return queue_is(s, 5, 5, 0); });
    add(suite, "one_bond", "stake comes into the pool for shares", one(tst(40).value), [](const ConsensusState& s) {
        return came(s, tst(40).value, tst(40).value) && queue_is(s, 1, 1, 0) && s.bonding == 0 && !bond_at(s, 0);
    });
    add(suite, "as_much_as_the_churn", "the budget to the grain", one(tst(300).value),
        [](const ConsensusState& s) { return came(s, tst(300).value, tst(300).value) && queue_is(s, 1, 1, 0); });
    add(suite, "of_the_final_slot", "a bond of the very slot that is final", one(tst(40).value, 16),
        [](const ConsensusState& s) { return came(s, tst(40).value, tst(40).value); });
    add(suite, "one_slot_too_new", "a bond of the slot after it waits, and saves what it needs", one(tst(40).value, 17),
        [](const ConsensusState& s) { return came(s, 0, 0) && queue_is(s, 0, 1, tst(40).value); });
    add(suite, "too_new_and_heavy", "or what there is", one(tst(400).value, 17),
        [](const ConsensusState& s) { return queue_is(s, 0, 1, tst(300).value); });
    add(
        suite, "a_new_head_holds_all", "those behind it wait, whatever they are",
        [](ConsensusState& s) {
            bond(s, tst(5).value, 3, other(), 17);
            bond(s, tst(5).value, 11, other(), 3);
        },
        [](const ConsensusState& s) { return queue_is(s, 0, 2, tst(5).value) && came(s, 0, 0, 11); });
    add(
        suite, "nothing_final", "where nothing but genesis is final, only slot 0 is",
        [](ConsensusState& s) {
            s.finalized_checkpoint = {};
            bond(s, tst(5).value, 3, other(), 0);
            bond(s, tst(7).value, 3, other(), 1);
        },
        [](const ConsensusState& s) { return came(s, tst(5).value, tst(5).value) && queue_is(s, 1, 2, tst(7).value); });
    add(
        suite, "several_bonds", "two of one holder, one of another",
        [](ConsensusState& s) {
            bond(s, tst(40).value);
            bond(s, tst(7).value, 3, holder());
            bond(s, tst(2).value);
        },
        [](const ConsensusState& s) {
            return pool_shares(s, 3, other()) == tst(42).value && pool_shares(s, 3, holder()) == tst(107).value;
        });
    const auto priced = [&](std::uint64_t tokens, std::uint64_t amount) {
        return [=](ConsensusState& s) {
            s.balances[3] = Amount{tokens};
            bond(s, amount);
        };
    };
    add(suite, "shares_round_down", "shares for a price that is no whole number",
        priced(1'234'567'890'123, tst(40).value), [](const ConsensusState& s) {
            const std::uint64_t shares = quotient(tst(40).value, tst(1'124).value, 1'234'567'890'123);
            return pool_shares(s, 3, other()) == shares && s.balances[3] == 1'234'567'890'123 + tst(40).value;
        });
    add(
        suite, "first_of_an_empty_pool", "of an empty pool a share is a token",
        [](ConsensusState& s) {
            s.entries.change().erase(key_of_pool_shares(11, s.validators[11].operator_address));
            s.shares[11] = 0;
            s.balances[11] = Amount{0};
            bond(s, tst(16).value, 11);
        },
        [](const ConsensusState& s) { return s.shares[11] == tst(16).value && s.balances[11] == tst(16).value; });
}

void add_parts(Suite& suite) {
    add(
        suite, "in_part", "as much as the budget lets come; the rest waits",
        [](ConsensusState& s) { bond(s, tst(500).value); },
        [](const ConsensusState& s) {
            return came(s, tst(300).value, tst(300).value) && queue_is(s, 0, 1, 0) &&
                   bond_at(s, 0)->amount == tst(200).value && s.bonding == tst(200).value;
        });
    add(
        suite, "in_part_with_what_was_saved", "what was saved counts",
        [](ConsensusState& s) {
            s.bond_queue.budget = tst(150);
            bond(s, tst(500).value);
        },
        [](const ConsensusState& s) { return came(s, tst(450).value, tst(450).value); });
    add(
        suite, "saved_enough", "what was saved and the churn are enough",
        [](ConsensusState& s) {
            s.bond_queue.budget = tst(200);
            bond(s, tst(500).value);
        },
        [](const ConsensusState& s) { return came(s, tst(500).value, tst(500).value) && queue_is(s, 1, 1, 0); });
    add(
        suite, "part_of_one_increment", "the least part of a bond",
        [](ConsensusState& s) {
            bond(s, tst(299).value, 3, holder());
            bond(s, tst(5).value);
        },
        [](const ConsensusState& s) {
            return pool_shares(s, 3, other()) == tst(1).value && bond_at(s, 1)->amount == tst(4).value &&
                   queue_is(s, 1, 2, 0);
        });
    add(
        suite, "part_below_one_increment", "a grain less comes not at all, and is saved",
        [](ConsensusState& s) {
            bond(s, tst(299).value + 1, 3, holder());
            bond(s, tst(5).value);
        },
        [](const ConsensusState& s) { return pool_shares(s, 3, other()) == 0 && queue_is(s, 1, 2, tst(1).value - 1); });
    add(
        suite, "last_part_below_one_increment", "all that is left of a bond may be less",
        [](ConsensusState& s) { bond(s, 77); },
        [](const ConsensusState& s) { return came(s, 77, 77) && queue_is(s, 1, 1, 0); });
    add(
        suite, "nothing_overtakes_a_part", "those behind it wait, also for pools that are free",
        [](ConsensusState& s) {
            bond(s, tst(500).value);
            bond(s, tst(5).value, 11);
        },
        [](const ConsensusState& s) { return queue_is(s, 0, 2, 0) && came(s, 0, 0, 11); });
    add(
        suite, "budget_beyond_64_bits", "budget and churn do not fit 64 bits together: the sum is exact",
        [](ConsensusState& s) {
            s.bond_queue.budget = Amount{UINT64_MAX};
            bond(s, tst(500).value);
            bond(s, tst(5).value, 3, other(), 17);
        },
        [](const ConsensusState& s) {
            return came(s, tst(500).value, tst(500).value) && queue_is(s, 1, 2, tst(5).value);
        });
    add(
        suite, "pools_that_are_not_active_are_free", "stake that does not count costs no budget",
        [](ConsensusState& s) {
            bond(s, tst(900).value, 11);
            bond(s, tst(300).value);
        },
        [](const ConsensusState& s) {
            return came(s, tst(900).value, tst(900).value, 11) && came(s, tst(300).value, tst(300).value);
        });
    add(
        suite, "pool_whose_activation_is_decided", "from the decision on it costs",
        [](ConsensusState& s) {
            s.validators[11].activation_epoch = Epoch{7};
            bond(s, tst(900).value, 11);
        },
        [](const ConsensusState& s) { return came(s, tst(300).value, tst(300).value, 11) && queue_is(s, 0, 1, 0); });
}

void add_refunds(Suite& suite) {
    const auto refunded = [](std::uint64_t amount) {
        return [amount](const ConsensusState& s) {
            return balance_of(s, other()) == amount && s.bonding == 0 && queue_is(s, 1, 1, 0) &&
                   pool_shares(s, 3, other()) == 0;
        };
    };
    const auto to_one = [](const std::function<void(ref::Validator&)>& change, std::uint64_t amount = tst(900).value) {
        return [=](ConsensusState& s) {
            change(s.validators[3]);
            bond(s, amount);
        };
    };
    add(suite, "to_one_that_leaves", "a validator whose exit waits: all comes back, whatever the budget",
        to_one([](ref::Validator& v) { v.exit_request_epoch = Epoch{3}; }), refunded(tst(900).value));
    add(suite, "to_one_that_left", "a validator that left", to_one([](ref::Validator& v) {
            v.exit_request_epoch = Epoch{0};
            v.exit_epoch = Epoch{2};
        }),
        refunded(tst(900).value));
    add(suite, "to_one_slashed", "a slashed validator", to_one([](ref::Validator& v) {
            v.slashed = true;
            v.slashed_from = Epoch{1};
        }),
        refunded(tst(900).value));
    add(
        suite, "to_an_account_that_is_there", "the refund joins a balance",
        [](ConsensusState& s) {
            s.validators[3].exit_request_epoch = Epoch{3};
            bond(s, tst(9).value, 3, account_address(0));
        },
        [](const ConsensusState& s) { return balance_of(s, account_address(0)) == tst(10).value; });
    const auto with_balance = [](std::uint64_t tokens, std::uint64_t amount) {
        return [=](ConsensusState& s) {
            s.balances[3] = Amount{tokens};
            bond(s, amount);
        };
    };
    add(suite, "full_pool", "a pool of MAX_EFFECTIVE_STAKE takes nothing",
        with_balance(tst(4'096).value, tst(20).value), refunded(tst(20).value));
    add(suite, "overfull_pool", "nor one that rewards made greater", with_balance(tst(4'100).value, tst(20).value),
        refunded(tst(20).value));
    add(suite, "room_for_all", "exactly as much as there is room for", with_balance(tst(4'076).value, tst(20).value),
        [](const ConsensusState& s) { return s.balances[3] == tst(4'096).value && balance_of(s, other()) == 0; });
    add(suite, "room_for_a_part", "what is too much comes back", with_balance(tst(4'086).value + 1, tst(20).value),
        [](const ConsensusState& s) {
            return s.balances[3] == tst(4'096).value && balance_of(s, other()) == tst(10).value + 1;
        });
    add(suite, "room_and_budget", "what is too much comes back first; of the rest a part comes",
        with_balance(tst(3'696).value, tst(1'000).value), [](const ConsensusState& s) {
            return balance_of(s, other()) == tst(600).value && s.balances[3] == tst(3'996).value &&
                   bond_at(s, 0)->amount == tst(100).value && queue_is(s, 0, 1, 0);
        });
    add(
        suite, "refund_though_it_waits", "also if nothing comes in for want of budget",
        [](ConsensusState& s) {
            s.balances[3] = tst(4'093);
            bond(s, tst(299).value + 500'000'000, 5, holder());
            bond(s, tst(20).value);
        },
        [](const ConsensusState& s) {
            return balance_of(s, other()) == tst(17).value && bond_at(s, 1)->amount == tst(3).value &&
                   queue_is(s, 1, 2, 500'000'000) && s.bonding == tst(3).value;
        });
    add(suite, "pool_without_tokens", "shares without tokens have no price: all comes back",
        with_balance(0, tst(20).value), refunded(tst(20).value));
    add(
        suite, "not_one_share", "a share is dearer than the bond: all comes back",
        [](ConsensusState& s) {
            for (const Address& address : {s.validators[3].operator_address, holder()})
                s.entries.change().erase(key_of_pool_shares(3, address));
            s.shares[3] = 0;
            s.balances[3] = Amount{0};
            hold(s, 3, holder(), 1);
            s.balances[3] = Amount{tst(20).value + 1};
            bond(s, tst(20).value);
        },
        refunded(tst(20).value));
    add(
        suite, "shares_beyond_64_bits", "more shares than fit: all comes back, though only a part would have come",
        [](ConsensusState& s) {
            hold(s, 3, holder(), UINT64_MAX - tst(1'124).value - 5);
            s.balances[3] = tst(1'000);
            bond(s, tst(900).value);
        },
        refunded(tst(900).value));
}

void add_activations(Suite& suite) {
    const auto activation = [](ConsensusState& s, std::uint64_t slot = 16) {
        s.validators[11].eligibility_epoch = Epoch{2};
        queue_bond(s, {ValidatorIndex{11}, {}, {}, Slot{slot}});
    };
    const auto activated = [](std::uint64_t effective) {
        return [effective](const ConsensusState& s) {
            return s.validators[11].activation_epoch == 8 && s.validators[11].effective_stake == tst(effective).value &&
                   s.validators[11].eligibility_epoch == 2 && queue_is(s, 1, 1, 0);
        };
    };
    const auto with_balance = [&](
                                  std::uint64_t grains, const Change& change = [](ConsensusState&) {}) {
        return [=](ConsensusState& s) {
            s.balances[11] = Amount{grains};
            activation(s);
            change(s);
        };
    };
    const auto turned_away = [](const ConsensusState& s) {
        const ref::Validator& v = s.validators[11];
        return v.activation_epoch == far_future() && v.eligibility_epoch == far_future() && queue_is(s, 1, 1, 0);
    };
    add(suite, "activation", "a validator will be active", with_balance(tst(64).value), activated(64));
    add(suite, "activation_with_what_is_in_the_pool", "what is there now counts, in whole increments",
        with_balance(tst(100).value - 1), activated(99));
    add(suite, "activation_of_the_least", "exactly MIN_ACTIVATION_STAKE", with_balance(tst(32).value), activated(32));
    add(suite, "activation_below_the_least", "one grain less: it is no more eligible", with_balance(tst(32).value - 1),
        turned_away);
    add(suite, "activation_of_an_empty_pool", "nothing is left in the pool", with_balance(0), turned_away);
    add(suite, "activation_as_heavy_as_the_churn", "the budget to the grain", with_balance(tst(300).value),
        activated(300));
    add(suite, "activation_heavier_than_the_churn", "it saves up", with_balance(tst(301).value),
        [](const ConsensusState& s) {
            return s.validators[11].activation_epoch == far_future() && s.validators[11].eligibility_epoch == 2 &&
                   queue_is(s, 0, 1, tst(300).value);
        });
    add(suite, "activation_that_has_saved_enough", "what was saved and the churn are just enough",
        with_balance(tst(301).value, [](ConsensusState& s) { s.bond_queue.budget = tst(1); }), activated(301));
    add(
        suite, "activation_saves_no_more_than_it_needs", "the cost is what is in the pool",
        [&](ConsensusState& s) {
            activation(s, 17);
            s.bond_queue.budget = tst(4'000);
        },
        [](const ConsensusState& s) { return queue_is(s, 0, 1, tst(64).value); });
    add(suite, "activation_above_what_counts", "at most MAX_EFFECTIVE_STAKE counts, and costs",
        with_balance(tst(5'000).value, [](ConsensusState& s) { s.bond_queue.budget = tst(3'796); }), activated(4'096));
    add(suite, "activation_of_one_that_leaves", "who asked for its exit is not activated",
        with_balance(tst(64).value,
                     [](ConsensusState& s) {
                         s.validators[11].exit_request_epoch = Epoch{3};
                         s.validators[11].exit_epoch = Epoch{4};
                     }),
        turned_away);
    add(
        suite, "activation_after_a_bond", "what came before it in the queue counts already",
        [&](ConsensusState& s) {
            bond(s, tst(36).value, 11);
            activation(s);
        },
        [](const ConsensusState& s) {
            return s.validators[11].effective_stake == tst(100).value && queue_is(s, 2, 2, 0);
        });
    add(
        suite, "bond_after_an_activation", "what comes after it in the queue costs",
        [&](ConsensusState& s) {
            activation(s);
            bond(s, tst(300).value, 11);
        },
        [](const ConsensusState& s) {
            return s.validators[11].effective_stake == tst(64).value && came(s, tst(236).value, tst(236).value, 11) &&
                   queue_is(s, 1, 2, 0) && bond_at(s, 1)->amount == tst(64).value;
        });
    add(
        suite, "activation_of_an_eligibility_that_is_not_final", "it waits like a bond",
        [&](ConsensusState& s) { activation(s, 24); },
        [](const ConsensusState& s) { return queue_is(s, 0, 1, tst(64).value); });
    add(
        suite, "turned_away_needs_no_budget", "an item that goes leaves the budget to the next",
        [&](ConsensusState& s) {
            with_balance(tst(31).value)(s);
            bond(s, tst(300).value);
        },
        [](const ConsensusState& s) { return came(s, tst(300).value, tst(300).value) && queue_is(s, 2, 2, 0); });
}

void add_item_bound(Suite& suite) {
    const auto bounded = [](const Change& change) {
        return [change](ConsensusState& s) {
            s.config.MAX_QUEUE_ITEMS = 3;
            change(s);
        };
    };
    const auto many = [](ConsensusState& s) {
        for (std::uint64_t i = 1; i <= 5; ++i)
            bond(s, i * 100);
    };
    add(suite, "as_many_items_as_may_be", "MAX_QUEUE_ITEMS of five; the fourth has what it needs", bounded(many),
        [](const ConsensusState& s) { return came(s, 600, 600) && queue_is(s, 3, 5, 400) && s.bonding == 900; });
    add(suite, "refunds_count", "items that are refunded count", bounded([&](ConsensusState& s) {
            s.validators[3].exit_request_epoch = Epoch{3};
            many(s);
        }),
        [](const ConsensusState& s) { return balance_of(s, other()) == 600 && queue_is(s, 3, 5, 400); });
}

}  // namespace

void add_bond_queue(Suite& suite) {
    if (!suite.wants("epoch_processing")) return;
    add_bonds(suite);
    add_parts(suite);
    add_refunds(suite);
    add_activations(suite);
    add_item_bound(suite);
}

}  // namespace touchstone::vectors
