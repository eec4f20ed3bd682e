// Gossip of transactions [NET-75] to [NET-79].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/gossip.h"
#include "conformance-tests/generator/transactions.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Batch = ref::TransactionBatch;

const std::string kTransactions = "transactions";

/// What a transfer of `Payment` may cost at most, 21,000 gas at 2,000 grains.
constexpr std::uint64_t kCost = 42'000'000;

/// Accounts 0 and 1 are rich; 2 can pay for one transfer, 3 for one less a grain, 4 for two less a grain.
NodePointer genesis() {
    static const NodePointer made = genesis_node(
        genesis_state({.validators = 32,
                       .accounts = {tst(1000), tst(1000), Amount{kCost}, Amount{kCost - 1}, Amount{2 * kCost - 1}}}));
    return made;
}

GossipScenario start(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
                     const NodePointer& anchor = genesis()) {
    return {suite, "transactions", {name, shows, std::move(clauses)}, anchor};
}

SignedTransaction paid(const Payment& payment) { return pay(genesis()->post, payment); }
Batch batch(const std::vector<SignedTransaction>& transactions) { return {transactions}; }
Batch one(const Payment& payment) { return batch({paid(payment)}); }

SignedTransaction spoiled(SignedTransaction transaction) {
    transaction.signature.bytes[0] ^= 1U;
    return transaction;
}

void add_batches(Suite& suite) {
    start(suite, "empty", "a batch of none, and of one", {"NET-75"})
        .tick(1)
        .rejects("NET-75", kTransactions, batch({}))
        .accepts(kTransactions, one({}))
        .finish();
    start(suite, "same_place_twice", "two transactions of one sender and nonce: the same, and others", {"NET-75"})
        .tick(1)
        .rejects("NET-75", kTransactions, batch({paid({}), paid({})}))
        .rejects("NET-75", kTransactions, batch({paid({}), paid({.from = 1}), paid({.amount = 6})}))
        .accepts(kTransactions, batch({paid({}), paid({.nonces_ahead = 1}), paid({.from = 1})}))
        .finish();
    std::vector<SignedTransaction> many;
    for (std::uint64_t i = 0; i < 63; ++i)
        many.push_back(paid({.nonces_ahead = i}));
    start(suite, "most_of_a_sender", "as many transactions of a sender as a pool takes, and one more",
          {"NET-77", "DUT-26", "DUT-27"})
        .tick(1)
        .accepts(kTransactions, batch(many))
        .ignores("NET-77", kTransactions, batch(many))
        .accepts(kTransactions, one({.nonces_ahead = 63}))
        .ignores("NET-77", kTransactions, one({.nonces_ahead = 64}))
        .finish();
}

void add_each_alone(Suite& suite) {
    const std::uint64_t most_gas = ref::MINIMAL.BLOCK_GAS_LIMIT;
    Transaction reserved = message_of(genesis()->post, {.gas_limit = 1'000'000});
    reserved.payload = Payload(std::in_place_index<8>, ref::Reserved{{1, 2, 3}});
    start(suite, "never_valid", "transactions that no block can have", {"NET-76"})
        .tick(1)
        .rejects("NET-76", kTransactions, batch({sign_transaction(genesis()->post, 0, reserved)}))
        .rejects("NET-76", kTransactions, one({.gas_limit = 20'999}))
        .rejects("NET-76", kTransactions, one({.max_fee = 2'000, .tip = 2'001}))
        .rejects("NET-76", kTransactions, one({.gas_limit = most_gas + 1, .max_fee = 10}))
        .rejects("NET-76", kTransactions, one({.gas_limit = UINT64_MAX, .max_fee = 10}))
        .rejects("NET-76", kTransactions, batch({paid({}), paid({.tip = 2'001, .nonces_ahead = 1})}))
        .finish();
    start(suite, "greatest_values", "a gas limit of a whole block, a tip of the whole fee, and no gas to spare",
          {"NET-76"})
        .tick(1)
        .accepts(kTransactions, one({.gas_limit = most_gas, .max_fee = 10}))
        .accepts(kTransactions, one({.max_fee = 2'000, .tip = 2'000, .nonces_ahead = 1}))
        .accepts(kTransactions, one({.gas_limit = 21'000, .nonces_ahead = 2}))
        .finish();
}

void add_pool(Suite& suite) {
    start(suite, "known", "transactions that are in the pool already, alone and beside a new one", {"NET-77", "NET-79"})
        .tick(1)
        .accepts(kTransactions, one({}))
        .ignores("NET-77", kTransactions, one({}))
        .accepts(kTransactions, batch({paid({}), paid({.from = 1})}))
        .ignores("NET-77", kTransactions, batch({paid({.from = 1}), paid({})}))
        .finish();
    start(suite, "nonces", "nonces as far ahead as a pool looks, and further", {"NET-77", "DUT-26", "NET-79"})
        .tick(1)
        .accepts(kTransactions, one({.nonces_ahead = 64}))
        .ignores("NET-77", kTransactions, one({.nonces_ahead = 65}))
        .accepts(kTransactions, batch({paid({.nonces_ahead = 65}), paid({})}))
        .ignores("NET-77", kTransactions, one({}))
        .ignores("NET-77", kTransactions, one({.nonces_ahead = 65}))
        .finish();
    BlockBody body;
    body.transactions = {paid({})};
    const NodePointer spent = child(genesis(), 1, body);
    start(suite, "spent", "a transaction that is in a block of the head's chain, and the next one",
          {"NET-77", "DUT-26"})
        .tick(2)
        .imports(spent)
        .ignores("NET-77", kTransactions, one({}))
        .accepts(kTransactions, one({.nonces_ahead = 1}))
        .finish();
    start(suite, "balances", "what a sender has to have, for one and for those before it", {"NET-77", "DUT-26"})
        .tick(1)
        .ignores("NET-77", kTransactions, one({.from = 3}))
        .accepts(kTransactions, one({.from = 3, .max_fee = 1'999}))
        .accepts(kTransactions, one({.from = 2}))
        .accepts(kTransactions, one({.from = 4}))
        .ignores("NET-77", kTransactions, one({.from = 4, .nonces_ahead = 1}))
        .accepts(kTransactions, one({.from = 4, .max_fee = 1'999, .nonces_ahead = 1}))
        .ignores("NET-77", kTransactions, one({.from = 7}))
        .finish();
    start(suite, "fees", "a fee below any base fee, and one that may wait", {"NET-77", "DUT-26"})
        .tick(1)
        .ignores("NET-77", kTransactions, one({.max_fee = 9, .tip = 0}))
        .accepts(kTransactions, one({.max_fee = 10, .tip = 0}))
        .finish();
    start(suite, "replacements", "a transaction takes the place of one with a tenth less of fee and tip, rounded up",
          {"NET-77", "DUT-27"})
        .tick(1)
        .accepts(kTransactions, one({.max_fee = 1'001, .tip = 11}))
        .ignores("NET-77", kTransactions, one({.max_fee = 1'101, .tip = 13}))
        .ignores("NET-77", kTransactions, one({.max_fee = 1'102, .tip = 12}))
        .accepts(kTransactions, one({.max_fee = 1'102, .tip = 13}))
        .ignores("NET-77", kTransactions, one({.max_fee = 1'001, .tip = 11}))
        .finish();
}

void add_signatures(Suite& suite) {
    ConsensusState elsewhere = genesis()->post;
    elsewhere.genesis_root.bytes.fill(3);
    start(suite, "signature_wrong", "a signature that does not verify, also beside good ones", {"NET-78"})
        .tick(1)
        .rejects("NET-78", kTransactions, batch({spoiled(paid({}))}))
        .rejects("NET-78", kTransactions, batch({sign_transaction(elsewhere, 0, message_of(genesis()->post, {}))}))
        .rejects("NET-78", kTransactions, batch({paid({.from = 1}), spoiled(paid({}))}))
        .accepts(kTransactions, one({.from = 1}))
        .rejects("NET-78", kTransactions, batch({spoiled(paid({.from = 1})), paid({})}))  // that one is known
        .accepts(kTransactions, one({}))
        .finish();
    // From epoch 2 on, another fork.
    const NodePointer upgraded =
        changed_anchor(genesis(), [](ConsensusState& s) { s.fork_schedule.push_back({ref::version_of(9), Epoch{2}}); });
    const auto in_slot = [&](std::uint64_t slot, const Payment& payment) {
        return batch({pay(advanced(upgraded->post, Slot{slot}), payment)});
    };
    start(suite, "around_an_upgrade", "a signature of the other fork, in the epochs beside the upgrade and further off",
          {"NET-78", "NET-02", "CRY-16"}, upgraded)
        .tick(7, 1999)
        .rejects("NET-78", kTransactions, in_slot(16, {}))
        .tick(8)
        .ignores("NET-78", kTransactions, in_slot(16, {}))
        .accepts(kTransactions, in_slot(8, {}))
        .tick(15, 1999)
        .ignores("NET-78", kTransactions, in_slot(16, {.nonces_ahead = 1}))
        .tick(16)
        .accepts(kTransactions, in_slot(16, {.nonces_ahead = 1}))
        .ignores("NET-78", kTransactions, in_slot(8, {.nonces_ahead = 2}))
        .tick(23, 1999)
        .ignores("NET-78", kTransactions, in_slot(8, {.nonces_ahead = 2}))
        .tick(24)
        .rejects("NET-78", kTransactions, in_slot(8, {.nonces_ahead = 2}))
        .accepts(kTransactions, in_slot(24, {.nonces_ahead = 2}))
        .finish();
}

void add_order(Suite& suite) {
    start(suite, "order", "of two conditions that do not hold, the first gives the verdict", {"NET-07"})
        .tick(1)
        .rejects("NET-75", kTransactions, batch({paid({.tip = 2'001}), paid({.tip = 2'001})}))  // NET-76
        .rejects("NET-76", kTransactions, one({.tip = 2'001, .nonces_ahead = 65}))              // NET-77
        .ignores("NET-77", kTransactions, batch({spoiled(paid({.nonces_ahead = 65}))}))         // NET-78
        .rejects("NET-76", kTransactions, batch({spoiled(paid({})), paid({.from = 1, .tip = 2'001})}))
        .finish();
}

}  // namespace

void add_gossip_of_transactions(Suite& suite) {
    if (!suite.wants("gossip")) return;
    add_batches(suite);
    add_each_alone(suite);
    add_pool(suite);
    add_signatures(suite);
    add_order(suite);
}

}  // namespace touchstone::vectors
