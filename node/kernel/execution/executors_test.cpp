// Executing a block's transactions at once gives what executing them one after another gives.
#include "node/kernel/execution/executors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <thread>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/testing/random_transactions.h"
#include "node/types/encoding.h"

namespace touchstone::node::execution_test {
namespace {

std::vector<std::pair<Address, Account>> changes_of(const BlockEffects& effects) {
    std::vector<std::pair<Address, Account>> changes;
    effects.accounts.for_each_changed(
        [&](const AccountTable::Entry& entry) { changes.emplace_back(entry.address, entry.account); });
    return changes;
}

void compare_with_serial(const State& state, const std::vector<SignedTransaction>& transactions,
                         const ParallelFor& parallel_for) {
    const BlockTerms terms(state.consensus(), MINIMAL);
    const auto prepared = prepare_all(transactions, terms);
    const BlockEffects serial = execute_serially(prepared, terms, state);
    const BlockEffects at_once = execute_optimistically(prepared, terms, state, parallel_for);
    RC_ASSERT(at_once.rejection == serial.rejection);
    RC_ASSERT(at_once.signatures == serial.signatures);
    RC_ASSERT(at_once.receipts == serial.receipts);
    RC_ASSERT(at_once.gas_used == serial.gas_used);
    RC_ASSERT(at_once.burnt == serial.burnt);
    RC_ASSERT(at_once.tips == serial.tips);
    RC_ASSERT(changes_of(at_once) == changes_of(serial));
    RC_ASSERT(at_once.stake.changed().has_value() == serial.stake.changed().has_value());
    if (!serial.stake.changed()) return;
    RC_ASSERT(at_once.stake.changed()->consensus == serial.stake.changed()->consensus);
    RC_ASSERT(at_once.stake.changed()->entries.changes() == serial.stake.changed()->entries.changes());
}

RC_GTEST_PROP(Executors, AgreeOnWhateverConflicts, ()) {
    compare_with_serial(state_at_one(), any_transfers(state_at_one()), threads_for(3));
}

RC_GTEST_PROP(Executors, AgreeWhereTheGasOfTheBlockEnds, ()) {
    const State& state = state_at_one();
    std::vector<SignedTransaction> transactions;
    const auto big = MINIMAL.BLOCK_GAS_LIMIT - *rc::gen::inRange<std::uint64_t>(0, 8) * kTransferGas;
    for (std::size_t i = 0; i < 8; ++i)
        transactions.push_back(chain().unsigned_transfer(state, i, chain().account_address(9), Amount(1)));
    transactions[*rc::gen::inRange<std::size_t>(0, 8)].message.gas_limit = big;
    for (auto& each : transactions)
        each.message.max_fee = 1'000, each.message.tip = 0;
    compare_with_serial(state, transactions, threads_for(2));
}

RC_GTEST_PROP(Executors, AgreeOnStakeOperationsAmongTransfers, ()) {
    const State state = any_state();
    compare_with_serial(state, any_operations(state), threads_for(3));
}

TEST(Executors, GiveTheSameStateOnManyThreadsWhileOthersReadIt) {
    const std::unique_ptr<Environment> parallel =
        std::make_unique<Environment>(Environment{chain().environment().config, threads_for(4)});
    State state = state_at_one();
    std::atomic<bool> ended = false;
    const StatePointer read = std::make_shared<const State>(state);
    std::jthread reader([&] {
        while (!ended)
            for (std::size_t i = 0; i < kAccounts; ++i)
                EXPECT_EQ(get_account(*read, chain().account_address(i)), (Account{0, Amount(kBalance)}));
    });
    State serial = state;
    for (int round = 0; round < 20; ++round) {
        BlockBody body;
        for (std::size_t i = 0; i < kAccounts; ++i)
            body.transactions.push_back(
                chain().unsigned_transfer(state, i, chain().account_address((i * 5 + 1) % kAccounts), Amount(1)));
        const std::vector<Receipt> receipts(kAccounts, Receipt{0, kTransferGas, {}});
        body.receipts_root = receipts_root(receipts, MINIMAL, serial_for);
        SignatureSets sets;
        ASSERT_TRUE(process_transactions(*parallel, state, body, ValidatorIndex(0), sets).ok());
        ASSERT_TRUE(process_transactions(chain().environment(), serial, body, ValidatorIndex(0), sets).ok());
        EXPECT_EQ(state.update_root(*parallel), serial.update_root(chain().environment()));
    }
    ended = true;
}

}  // namespace
}  // namespace touchstone::node::execution_test
