// The transactions of a block [BLK-11], [BLK-13], [BLK-14], [FEE-02]: each block's alone, and chains of blocks.
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/execution.h"
#include "conformance-tests/generator/scenario.h"
#include "conformance-tests/generator/stake.h"
#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/transition/block.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {

namespace ref = reference;

Block block_of(const ConsensusState& pre, const std::vector<SignedTransaction>& transactions) {
    Block block;
    block.slot = pre.slot;
    block.proposer_index = ref::get_beacon_proposer_index(pre);
    block.body.transactions = transactions;
    block.body.receipts_root = receipts_root_of(pre, transactions);
    return block;
}

void add_block_of_transactions(Suite& suite, const Title& title, const ConsensusState& pre, const Block& block,
                               const Expected& expected) {
    Vector vector = state_vector("operations", "transactions", title, pre);
    vector.inputs["block"] = ref::ssz::serialize(block, pre.config);
    ConsensusState post = pre;
    const auto receipts = ref::process_transactions(post, block);
    if (receipts) {
        ref::update_tree_root(post, pre.entries);
        check_sums(suite, vector.id(), pre, post);
        vector.files["post"] = ref::ssz::serialize(post, pre.config);
        vector.files["receipts"] = ref::ssz::serialize(receipts.value(), pre.config);
    } else {
        vector.rejected = std::string(to_string(receipts.failure().clause));
    }
    if (vector.rejected != expected) {
        return suite.problem(vector.id() + ": expected " + expected.value_or("accepted") + ", the reference says " +
                             vector.rejected.value_or("accepted"));
    }
    suite.add(std::move(vector));
}

namespace {

using Transactions = std::vector<SignedTransaction>;

// A block holds four transfers, its target two.
const ConsensusState& small_state() {
    static const ConsensusState state = [] {
        const auto config = minimal_with([](Parameters& c) { c.BLOCK_GAS_LIMIT = 84'000; });
        return advanced(
            genesis_state({.validators = 8, .config = config, .accounts = {tst(1000), tst(20), tst(3), Amount{1}}}),
            Slot{9});
    }();
    return state;
}

ValidatorIndex proposer_of(const ConsensusState& state) { return ref::get_beacon_proposer_index(state); }
const Address& operator_of(const ConsensusState& state) {
    return state.validators[proposer_of(state).value].operator_address;
}

void accept(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& pre,
            const Transactions& transactions) {
    add_block_of_transactions(suite, {name, shows, {"BLK-14", "BLK-11", "BLK-13", "FEE-01", "FEE-02"}}, pre,
                              block_of(pre, transactions));
}

void reject(Suite& suite, const std::string& clause, const std::string& name, const std::string& shows,
            const ConsensusState& pre, const Transactions& transactions) {
    add_block_of_transactions(suite, {name, shows, {clause}}, pre, block_of(pre, transactions), clause);
}

void add_base_fees(Suite& suite) {
    const ConsensusState& state = small_state();
    ConsensusState used = state;
    used.gas_used = 77;
    accept(suite, "none", "no transactions and no receipts: the base fee falls by an eighth", state, {});
    accept(suite, "gas_used_is_reset", "the gas of the block before is forgotten", used, {});
    const auto transfers = [](const ConsensusState& pre, std::uint64_t count) {
        Transactions list;
        for (std::uint64_t i = 0; i < count; ++i)
            list.push_back(pay(pre, {.nonces_ahead = i}));
        return list;
    };
    accept(suite, "one", "half of the target", state, transfers(state, 1));
    accept(suite, "at_the_target", "the base fee stays", state, transfers(state, 2));
    accept(suite, "above_the_target", "the base fee rises", state, transfers(state, 3));
    accept(suite, "full", "the gas limit is filled exactly: the base fee rises by an eighth", state,
           transfers(state, 4));
    reject(suite, "TXN-06", "one_too_many", "no gas is left for a fifth", state, transfers(state, 5));
    ConsensusState low = state;
    low.base_fee = 10;
    accept(suite, "at_the_minimum", "the base fee does not fall below the minimum", low, {});
    low.base_fee = 0;
    accept(suite, "base_fee_zero_full", "a base fee of zero rises by one", low, transfers(low, 4));
    ConsensusState high = state;
    high.base_fee = 40'000'000;
    accept(suite, "base_fee_huge", "a block at a base fee of forty million", high,
           {pay(high, {.max_fee = 40'000'000, .tip = 0})});
    high.base_fee = UINT64_MAX;
    accept(suite, "base_fee_greatest_empty", "the greatest base fee falls", high, {});
}

void add_gas_limits(Suite& suite) {
    const ConsensusState& state = small_state();
    accept(suite, "gas_that_is_used_counts", "the first asks for the whole block, and leaves room for three more",
           state,
           {pay(state, {.gas_limit = 84'000}), pay(state, {.gas_limit = 63'000, .nonces_ahead = 1}),
            pay(state, {.gas_limit = 42'000, .nonces_ahead = 2}), pay(state, {.nonces_ahead = 3})});
    reject(suite, "TXN-06", "one_gas_too_much", "the second asks for one gas more than is left", state,
           {pay(state, {}), pay(state, {.gas_limit = 63'001, .nonces_ahead = 1})});
    accept(suite, "new_account_fills_the_block", "42,000 and 41,000 and the rest of 1,000 gas", state,
           {pay(state, {}), pay(state, {.nonces_ahead = 1}),
            pay(state, {.to = new_address(5), .gas_limit = 42'000, .nonces_ahead = 2})});
    reject(suite, "TXN-06", "failing_gas_counts", "the gas of one that failed counts, all of it", state,
           {pay(state, {.to = new_address(5), .gas_limit = 40'000}), pay(state, {.nonces_ahead = 1}),
            pay(state, {.gas_limit = 23'001, .nonces_ahead = 2})});
}

void add_sequences(Suite& suite) {
    const ConsensusState& state = small_state();
    accept(suite, "statuses", "one succeeds, one is out of gas, one has too little", state,
           {pay(state, {}), pay(state, {.to = new_address(5), .nonces_ahead = 1}),
            pay(state, {.from = 2, .amount = tst(4).value})});
    accept(suite, "several_senders", "three senders, in turns", state,
           {pay(state, {.from = 1}), pay(state, {.from = 0}), pay(state, {.from = 2}),
            pay(state, {.from = 0, .nonces_ahead = 1})});
    accept(suite, "new_account_once", "an account that the block made costs nothing more", state,
           {pay(state, {.to = new_address(5), .gas_limit = 41'000}),
            pay(state, {.to = new_address(5), .nonces_ahead = 1})});
    accept(suite, "received_and_spent", "what came in the block can be spent in it", state,
           {pay(state, {.to = account_address(3), .amount = tst(2).value}),
            pay(state, {.from = 3, .amount = tst(1).value})});
    accept(suite, "new_account_spends", "an account that the block made sends in it", state,
           {pay(state, {.to = account_address(9), .amount = tst(2).value, .gas_limit = 41'000}),
            pay(state, {.from = 9, .amount = tst(1).value})});
    reject(suite, "TXN-11", "spent_before_received", "the order counts: it has nothing yet", state,
           {pay(state, {.from = 3}), pay(state, {.to = account_address(3), .amount = tst(2).value})});
    reject(suite, "TXN-10", "nonce_missing", "a nonce between two is missing", state,
           {pay(state, {}), pay(state, {.nonces_ahead = 2})});
    reject(suite, "TXN-10", "nonces_exchanged", "two of one sender, the later first", state,
           {pay(state, {.nonces_ahead = 1}), pay(state, {})});
    reject(suite, "TXN-10", "same_transaction_twice", "a transaction is not processed twice", state,
           {pay(state, {}), pay(state, {})});
    accept(suite, "failed_one_keeps_its_nonce", "after one that failed comes the next nonce", state,
           {pay(state, {.amount = UINT64_MAX}), pay(state, {.nonces_ahead = 1})});
    reject(suite, "TXN-10", "failed_one_again", "one that failed is not processed twice", state,
           {pay(state, {.amount = UINT64_MAX}), pay(state, {.amount = UINT64_MAX})});
    SignedTransaction bad = pay(state, {.nonces_ahead = 1});
    bad.signature.bytes[0] ^= 1U;
    reject(suite, "TXN-09", "second_badly_signed", "one bad transaction makes the block invalid", state,
           {pay(state, {}), bad});
    Transaction later = message_of(state, {.gas_limit = 50'000});
    later.payload = other_payloads().back();
    reject(suite, "TXN-04", "payload_of_a_later_version", "a payload of a later version after a transfer", state,
           {pay(state, {.from = 1}), sign_transaction(state, 0, later)});
    accept(
        suite, "drained_in_two", "the second takes the rest", state,
        {pay(state, {.from = 2, .amount = tst(2).value, .max_fee = 1'000, .tip = 0}),
         pay(state, {.from = 2, .amount = tst(1).value - 42'000'000, .max_fee = 1'000, .tip = 0, .nonces_ahead = 1})});
}

void add_tips(Suite& suite) {
    const ConsensusState& state = small_state();
    const Transactions two{pay(state, {.tip = 7}), pay(state, {.tip = 11, .nonces_ahead = 1})};
    accept(suite, "tips_make_an_account", "the operator's account begins with its tips", state, two);
    accept(suite, "tips_join_a_balance", "the operator has an account",
           with_account(state, operator_of(state), 4, 1'000), two);
    accept(suite, "no_tips_no_account", "without tips the operator gets no account", state,
           {pay(state, {.tip = 0}), pay(state, {.max_fee = 1'000, .nonces_ahead = 1})});
    accept(suite, "failing_ones_tip", "one that fails pays its tip", state,
           {pay(state, {.to = new_address(3), .tip = 9})});
    const auto operated_by = [&](std::uint64_t account) {
        ConsensusState changed = state;
        changed.validators[proposer_of(state).value].operator_address = account_address(account);
        return changed;
    };
    accept(suite, "operator_sends", "the sender is the proposer's operator: its tip comes back", operated_by(0), two);
    accept(suite, "operator_receives", "the recipient is the proposer's operator", operated_by(1), two);
    accept(suite, "operator_is_made_by_the_block", "the operator's account comes from a transfer of the block",
           operated_by(9), {pay(state, {.to = account_address(9), .gas_limit = 41'000})});
    reject(suite, "TXN-11", "tips_cannot_be_spent", "tips come after the last transaction", operated_by(3),
           {pay(state, {.max_fee = 1'000'000, .tip = 500'000}), pay(state, {.from = 3, .amount = 0})});
    accept(suite, "operator_would_exist_with_its_tips",
           "an operator without account, to whom something is sent, is a new account", state,
           {pay(state, {.to = operator_of(state), .gas_limit = 41'000})});
    Block other = block_of(state, two);
    other.proposer_index = ValidatorIndex{(other.proposer_index.value + 1) % 8};
    add_block_of_transactions(
        suite, {"operator_of_the_block", "the operator is that of the block's proposer_index", {"FEE-02", "BLK-13"}},
        state, other);
    const ConsensusState full = with_account(state, operator_of(state), 0, UINT64_MAX);
    reject(suite, "TYP-01", "tips_overflow", "a balance of the operator that does not fit", full, two);
}

void add_receipts(Suite& suite) {
    const ConsensusState& state = small_state();
    const Transactions two{pay(state, {}), pay(state, {.to = new_address(5), .nonces_ahead = 1})};
    const auto wrong = [&](const std::string& name, const std::string& shows, const Transactions& transactions,
                           const Root& root) {
        Block block = block_of(state, transactions);
        block.body.receipts_root = root;
        add_block_of_transactions(suite, {name, shows, {"BLK-11"}}, state, block, "BLK-11");
    };
    const auto root_of = [&](const std::vector<ref::Receipt>& receipts) {
        return ref::hash_tree_root(ref::Receipts{receipts}, state.config);
    };
    const ref::Receipt good{0, 21'000, {}};
    const ref::Receipt failed{1, 21'000, {}};
    accept(suite, "receipts", "the receipts of one that succeeds and one that fails", state, two);
    Block block = block_of(state, two);
    block.body.receipts_root = root_of({good, failed});
    add_block_of_transactions(suite, {"receipts_by_hand", "their root, written down", {"BLK-11", "TXN-13"}}, state,
                              block);
    wrong("receipts_root_zero", "a zero root is not that of an empty list", {}, {});
    wrong("receipts_root_of_something", "a receipt of nothing", {}, root_of({good}));
    wrong("receipts_root_of_nothing", "no receipts for two transactions", two, empty_receipts_root(state.config));
    wrong("receipts_exchanged", "the receipts in another order", two, root_of({failed, good}));
    wrong("receipt_missing", "a receipt is missing", two, root_of({good}));
    wrong("receipt_too_many", "a receipt too many", two, root_of({good, failed, good}));
    wrong("receipt_with_another_status", "another status", two, root_of({good, {2, 21'000, {}}}));
    wrong("receipt_with_other_gas", "other gas", two, root_of({good, {1, 20'999, {}}}));
    wrong("receipt_with_an_event", "an event that there was not", two, root_of({{0, 21'000, {ref::Event{}}}, failed}));
    Block both = block_of(state, two);
    both.body.transactions[1].signature.bytes[0] ^= 1U;
    both.body.receipts_root = {};
    add_block_of_transactions(suite,
                              {"transactions_before_receipts", "of both faults the transaction is named", {"TXN-09"}},
                              state, both, "TXN-09");
    ConsensusState unknown = state;
    unknown.base_fee = UINT64_MAX;
    Block empty = block_of(unknown, {});
    empty.body.receipts_root = {};
    add_block_of_transactions(suite, {"receipts_before_fees", "of both faults the receipts are named", {"BLK-11"}},
                              unknown, empty, "BLK-11");
}

// Blocks with transactions, in chains.
void add_chains(Suite& suite) {
    const auto run = [&](const std::string& name, const std::string& shows, const ConsensusState& start,
                         std::uint64_t until, const std::function<Transactions(const ConsensusState&)>& transactions) {
        Chain chain{start};
        while (chain.state.slot.value < until) {
            const Slot next{chain.state.slot.value + 1};
            BlockBody body;
            body.attestations = attestations_of_slot(chain.state, chain.state.slot);
            body.transactions = transactions(advanced(chain.state, next));
            chain.add(next, std::move(body));
        }
        add_blocks(suite, "sanity", {name, shows, {"BLK-14", "BLK-13", "FEE-01", "FEE-02", "TXN-12", "VAL-06"}}, start,
                   chain.blocks, std::nullopt);
    };
    const auto accounts = std::vector<Amount>(12, tst(100));
    const ConsensusState start = genesis_state({.validators = 16, .accounts = accounts});
    run("transfer_in_the_first_block", "a transfer in a block on genesis", start, 1,
        [](const ConsensusState& state) { return Transactions{pay(state, {})}; });
    run("transfers_over_epochs", "transfers in each block of three epochs, to old and new accounts", start, 25,
        [](const ConsensusState& state) {
            Transactions list;
            const std::uint64_t slot = state.slot.value;
            for (std::uint64_t i = 0; i < 6; ++i) {
                const std::uint64_t from = (slot + i) % 12;
                const bool is_new = i == 5 && slot % 4 == 0;
                list.push_back(pay(state, {.from = from,
                                           .to = is_new ? new_address(static_cast<std::uint8_t>(slot))
                                                        : account_address((slot * i) % 12),
                                           .amount = slot * 1'000 + i,
                                           .gas_limit = 41'000,
                                           .max_fee = state.base_fee + 50,
                                           .tip = 10 * i}));
            }
            return list;
        });
    const auto tight = minimal_with([](Parameters& c) { c.BLOCK_GAS_LIMIT = 84'000; });
    const ConsensusState busy = genesis_state({.validators = 8, .config = tight, .accounts = accounts});
    run("fees_rise_and_fall", "full blocks, then empty ones", busy, 20, [](const ConsensusState& state) {
        Transactions list;
        for (std::uint64_t i = 0; i < 4 && state.slot.value <= 10; ++i)
            list.push_back(pay(state, {.from = i, .max_fee = 10'000, .tip = i}));
        return list;
    });
    ConsensusState operators = start;
    for (std::size_t i = 0; i < 16; ++i)
        operators.validators[i].operator_address = account_address(i);
    run("operators_send_and_earn", "the operators are the senders; some have no account before their first tip",
        operators, 17, [](const ConsensusState& state) {
            Transactions list;
            for (std::uint64_t i = 0; i < 12; i += 3)
                list.push_back(pay(state, {.from = i, .to = account_address(15 - i), .gas_limit = 41'000, .tip = 100}));
            return list;
        });
    run("many_in_one_block", "sixty transfers in a block", start, 2, [](const ConsensusState& state) {
        Transactions list;
        for (std::uint64_t i = 0; i < 60; ++i)
            list.push_back(pay(state, {.from = i % 12, .to = account_address(i % 7), .nonces_ahead = i / 12}));
        return list;
    });
}

void add_broken_chains(Suite& suite) {
    const ConsensusState start = genesis_state({.validators = 16, .accounts = std::vector<Amount>(4, tst(100))});
    const ConsensusState next = advanced(start, Slot{1});
    const auto with = [&](const std::string& clause, const std::string& name, const std::string& shows,
                          const BlockBody& body) {
        add_blocks(suite, "sanity", {name, shows, {clause}}, start, {make_invalid_block(start, Slot{1}, body)}, clause);
    };
    BlockBody body;
    body.transactions = {pay(next, {}), pay(next, {})};
    with("TXN-10", "transaction_twice", "a transaction twice in a block", body);
    body.transactions = {pay(next, {.from = 9})};
    with("TXN-11", "transaction_of_nobody", "a transaction of somebody without an account", body);
    body.transactions = {pay(next, {})};
    body.receipts_root = empty_receipts_root(start.config);
    with("BLK-11", "receipts_of_no_transaction", "the receipts of an empty block", body);
    body.receipts_root = {};
    body.transactions[0].signature.bytes[9] ^= 1U;
    body.voluntary_exits = {{{Epoch{0}, ValidatorIndex{40}}, {}}};
    with("EXI-01", "exits_come_before_transactions", "of a bad exit and a bad transaction the exit is named", body);
    Chain chain{start};
    body = {};
    body.transactions = {pay(next, {})};
    chain.add(Slot{1}, body);
    const SignedBlock again = make_invalid_block(chain.state, Slot{2}, body);
    add_blocks(
        suite, "sanity",
        {"transaction_of_the_block_before", "a transaction of the block before is not processed twice", {"TXN-10"}},
        start, {chain.blocks[0], again}, "TXN-10");
    SignedBlock untouched = chain.blocks[0];
    BlockBody empty;
    untouched.message.state_root = make_block(start, Slot{1}, empty).message.state_root;
    resign(start, untouched);
    add_blocks(suite, "sanity",
               {"state_root_without_transactions", "the state root of a block without its transactions", {"BLK-08"}},
               start, {untouched}, "BLK-08");
    Vector vector = state_vector(
        "sanity", "blocks", {"entries_of_another_tree", "entries that are not those of the state", {"KVT-19"}}, start);
    ref::KvEntries entries = ref::list_of(start.entries.map());
    ++entries.entries[0].value[8];
    vector.inputs["pre_entries"] = ref::ssz::serialize(entries, start.config);
    vector.inputs["block_0"] = ref::ssz::serialize(chain.blocks[0], start.config);
    vector.params = R"({"blocks":["block_0"]})";
    vector.rejected = "KVT-19";
    suite.add(std::move(vector));
}

// Two branches, each with a state of its own.
void add_forks(Suite& suite) {
    const ConsensusState state = genesis_state({.validators = 32, .accounts = std::vector<Amount>(4, tst(100))});
    const NodePointer genesis = genesis_node(state);
    const auto body_of = [](const NodePointer& parent, std::uint64_t slot, const Payment& payment) {
        BlockBody body;
        body.transactions = {pay(advanced(parent->post, Slot{slot}), payment)};
        return body;
    };
    const NodePointer trunk = child(genesis, 1, body_of(genesis, 1, {}));
    const NodePointer left = child(trunk, 2, body_of(trunk, 2, {.to = account_address(2), .amount = tst(60).value}));
    const NodePointer right =
        child(trunk, 2, body_of(trunk, 2, {.to = new_address(1), .amount = tst(50).value, .gas_limit = 41'000}), 1);
    const NodePointer left_next = child(left, 3, body_of(left, 3, {.to = account_address(3), .amount = tst(30).value}));
    // The same transaction on the other branch, and one that has enough there only.
    const NodePointer right_next =
        child(right, 4, body_of(right, 4, {.to = account_address(2), .amount = tst(49).value}), 1);
    BlockBody late = body_of(left_next, 4, {.from = 2, .to = account_address(1), .amount = tst(150).value});
    const SignedBlock alien = make_invalid_block(right->post, Slot{4}, late);
    Scenario(
        suite, "on_block",
        {"accounts_of_two_branches", "each branch has accounts of its own", {"FC-20", "TYP-07", "BLK-14", "TXN-10"}},
        genesis)
        .timely(trunk)
        .timely(left)
        .block(right)
        .timely(left_next)
        .tick(4)
        .block(right_next)
        .block(child(right, 4, body_of(right, 4, {.to = account_address(2), .amount = tst(1).value}), 9))
        .block(make_invalid_block(left->post, Slot{4}, body_of(trunk, 2, {})), "TXN-10")
        .block(alien, "BLK-08")
        .finish();
}

}  // namespace

void add_blocks_of_transactions(Suite& suite) {
    if (suite.wants("operations")) {
        add_base_fees(suite);
        add_gas_limits(suite);
        add_sequences(suite);
        add_tips(suite);
        add_receipts(suite);
    }
    if (suite.wants("sanity")) {
        add_chains(suite);
        add_broken_chains(suite);
    }
    if (suite.wants("fork_choice")) add_forks(suite);
}

}  // namespace touchstone::vectors
