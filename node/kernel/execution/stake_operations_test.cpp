// What all operations on stake have in common, and blocks of them.
#include "node/kernel/execution/stake_operations.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/selection.h"
#include "node/kernel/execution/testing/random_transactions.h"
#include "node/kernel/stake/entries.h"
#include "node/types/encoding.h"

namespace touchstone::node::execution_test {
namespace {

TEST(StakeOperation, CostsTheGasThatTheSpecificationNames) {
    const auto gas = [](const Payload& payload) {
        return intrinsic_gas(unsigned_operation(first_state(), 0, payload), MINIMAL);
    };
    const std::uint64_t base =
        MINIMAL.GAS_PER_TRANSACTION + MINIMAL.GAS_PER_BYTE * 137;  // all but the payload's fields
    EXPECT_EQ(gas(RegisterValidator{}), base + MINIMAL.GAS_PER_BYTE * 160 + MINIMAL.GAS_REGISTER_VALIDATOR);
    EXPECT_EQ(gas(EditValidator{}), base + MINIMAL.GAS_PER_BYTE * 16 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(ExitValidator{}), base + MINIMAL.GAS_PER_BYTE * 8 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(Delegate{}), base + MINIMAL.GAS_PER_BYTE * 16 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(Undelegate{}), base + MINIMAL.GAS_PER_BYTE * 16 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(Withdraw{}), base + MINIMAL.GAS_PER_BYTE * 16 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(ClaimCommission{}), base + MINIMAL.GAS_PER_BYTE * 8 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(Payload(std::in_place_index<8>)), 0U);
}

TEST(StakeOperation, UsesItsFixedGasHoweverMuchIsOffered) {
    State state = first_state();
    SignedTransaction transaction = unsigned_operation(state, 0, ClaimCommission{ValidatorIndex(0)});
    const std::uint64_t gas = transaction.message.gas_limit;
    transaction.message.gas_limit = 3 * gas;
    const auto processed = process_unsigned(state, transaction);
    ASSERT_TRUE(processed.ok());
    EXPECT_EQ(processed->receipt.gas_used, gas);
    EXPECT_EQ(processed->tip, 3 * gas);
    EXPECT_EQ(get_account(state, account(0)).balance.value(), kBalance - gas * price(first_state()) + 5 * kTst);
    transaction.message.gas_limit = gas - 1;
    State again = first_state();
    EXPECT_EQ(process_unsigned(again, transaction).rejection().clause, Clause::TXN_05);
}

// ---------------------------------------------------------------------------------------------------------- in blocks

/// Grains by where they are, and the shares that are said to be. [VAL-06] [STK-04]
struct Sums {
    Uint128 supply = 0;
    Uint128 bonding = 0;
    Uint128 unbonding = 0;
    std::map<std::uint64_t, std::uint64_t> shares;  // of each pool, those in the queue included
};

Sums sums_of(const State& state) {
    constexpr std::size_t kIndexSize = 8;
    const ConsensusState& consensus = state.consensus();
    Sums sums;
    sums.supply = Uint128{consensus.burnt.value()} + consensus.bonding.value() + consensus.unbonding.value();
    for (std::size_t i = 0; i < consensus.validators.size(); ++i)
        sums.supply += consensus.balances[i].value() + consensus.commissions[i].value();
    for (const KvEntry& entry : tree::all_entries(state.tree()).entries) {
        const auto index = [&] {
            std::uint64_t number = 0;
            for (std::size_t i = 1; i <= kIndexSize; ++i)
                number = number << 8U | entry.key[i];
            return number;
        };
        switch (entry.key[0]) {
            case 1:
                sums.supply += get_account(state, *address_of_key(entry.key)).balance.value();
                break;
            case 3:
                sums.shares[index()] += read(state, [&](EntryAccess& e) {
                    Address holder;
                    std::copy(entry.key.begin() + 1 + kIndexSize, entry.key.end(), holder.bytes.begin());
                    return read_shares(e, ValidatorIndex(index()), holder);
                });
                break;
            case 4:
                sums.bonding += decode<QueuedBond>(entry.value, MINIMAL)->amount.value();
                break;
            case 5: {
                const QueuedUnbond item = decode<QueuedUnbond>(entry.value, MINIMAL).value();
                sums.shares[item.validator_index.value()] += item.shares;
                break;
            }
            case 6:
                sums.unbonding += decode<Cohort>(entry.value, MINIMAL)->tokens.value();
                break;
            default:
                break;
        }
    }
    return sums;
}

RC_GTEST_PROP(StakeOperations, NeitherMakeNorLoseGrainsOrShares, ()) {
    const State before = any_state();
    State state = before;
    BlockBody body;
    body.transactions = any_operations(before);
    const BlockTerms terms(before.consensus(), MINIMAL);
    const BlockEffects effects = execute_serially(prepare_all(body.transactions, terms), terms, before);
    RC_PRE(!effects.rejection);
    body.receipts_root = receipts_root(effects.receipts, MINIMAL, serial_for);
    SignatureSets sets;
    RC_ASSERT(process_transactions(chain().environment(), state, body, ValidatorIndex(2), sets).ok());
    const Sums sums = sums_of(state);
    RC_ASSERT(sums.supply == sums_of(before).supply);
    RC_ASSERT(sums.bonding == state.consensus().bonding.value());
    RC_ASSERT(sums.unbonding == state.consensus().unbonding.value());
    for (std::size_t i = 0; i < state.validator_count(); ++i) {
        const auto found = sums.shares.find(i);
        RC_ASSERT((found == sums.shares.end() ? 0 : found->second) == state.consensus().shares[i]);
    }
    RC_ASSERT(state.consensus().tree_root == state.tree().root());
    RC_ASSERT(state.keys().size() == state.validator_count());
    RC_ASSERT(check_entries(tree::all_entries(state.tree())).ok());
    RC_ASSERT(is_well_formed(state.consensus(), MINIMAL));
}

RC_GTEST_PROP(StakeOperations, AreSelectedWithTheReceiptsOfTheirBlock, ()) {
    const State before = any_state();
    const std::vector<SignedTransaction> candidates = any_operations(before);
    const SelectedTransactions selected =
        select_transactions(chain().environment(), before, candidates, MINIMAL.MAX_BLOCK_BYTES);
    BlockBody body;
    body.transactions = selected.transactions;
    body.receipts_root = receipts_root(selected.receipts, MINIMAL, serial_for);
    State state = before;
    SignatureSets sets;
    const auto receipts = process_transactions(chain().environment(), state, body, ValidatorIndex(2), sets);
    RC_ASSERT(receipts.ok());
    RC_ASSERT(receipts->receipts == selected.receipts);
}

std::vector<std::uint8_t> statuses_of(const std::vector<SignedTransaction>& transactions, const State& state) {
    const BlockTerms terms(state.consensus(), MINIMAL);
    const BlockEffects effects = execute_optimistically(prepare_all(transactions, terms), terms, state, threads_for(2));
    EXPECT_FALSE(effects.rejection);
    std::vector<std::uint8_t> statuses;
    for (const Receipt& each : effects.receipts)
        statuses.push_back(each.status);
    return statuses;
}

TEST(StakeOperations, OfABlockSeeWhatTheOnesBeforeThemDid) {
    const State& state = first_state();
    const auto of = [&](std::size_t sender, std::uint64_t nonce, const Payload& payload) {
        SignedTransaction made = unsigned_operation(state, sender, payload);
        made.message.nonce = nonce;
        return made;
    };
    const std::uint64_t rest = balance_after(state, 5, withdraw(0));
    const std::vector<SignedTransaction> transactions = {
        of(6, 0, registration(0, 6)),                                    // becomes validator 16
        of(7, 0, registration(0, 7)),                                    // the same key
        of(7, 1, Delegate{ValidatorIndex(16), Amount(2 * kTst)}),        // to the new one
        of(5, 0, withdraw(0)),                                           //
        of(5, 1, Transfer{account(4), Amount(rest)}),                    // only with what was withdrawn
        of(4, 0, Delegate{ValidatorIndex(0), Amount(kBalance + kTst)}),  // only with what was transferred
        of(6, 1, ExitValidator{ValidatorIndex(16)}),                     //
        of(7, 2, Delegate{ValidatorIndex(16), Amount(2 * kTst)}),        // which leaves by now
        of(0, 0, ClaimCommission{ValidatorIndex(0)}),                    //
        of(0, 1, ClaimCommission{ValidatorIndex(0)}),                    // a second time
    };
    EXPECT_EQ(statuses_of(transactions, state), (std::vector<std::uint8_t>{0, 5, 0, 0, 0, 0, 0, 9, 0, 13}));
}

TEST(StakeOperations, OfTheProposersOperatorDoNotSpendTheTipsOfTheBlock) {
    State state = first_state();
    BlockBody body;
    const std::uint64_t all = balance_after(state, 2, Delegate{});
    body.transactions = {unsigned_operation(state, 2, Delegate{ValidatorIndex(0), Amount(all)})};
    const std::uint64_t gas = body.transactions[0].message.gas_limit;
    const Receipt receipt{0, gas, {stake_event(4, {ValidatorIndex(0), Amount(all), 0})}};
    body.receipts_root = receipts_root(std::array{receipt}, MINIMAL, serial_for);
    SignatureSets sets;
    ASSERT_TRUE(process_transactions(chain().environment(), state, body, ValidatorIndex(2), sets).ok());
    EXPECT_EQ(get_account(state, account(2)), (Account{1, Amount(gas * 3)}));
}

/// Who makes an invalid block makes nobody verify more proofs than a valid one could have.
TEST(StakeOperations, HaveTheirProofsVerifiedAsFarAsTheGasOfABlockReaches) {
    const State& state = first_state();
    const BlockTerms terms(state.consensus(), MINIMAL);
    std::vector<SignedTransaction> transactions(150, unsigned_operation(state, 5, registration(0, 5)));
    std::vector<std::size_t> loops;
    const ParallelFor counting = [&](std::size_t count, const RangeTask& task) {
        loops.push_back(count);
        serial_for(count, task);
    };
    const BlockEffects effects = execute_optimistically(prepare_all(transactions, terms), terms, state, counting);
    EXPECT_EQ(effects.rejection->clause, Clause::TXN_10);
    const std::uint64_t fit = MINIMAL.BLOCK_GAS_LIMIT / transactions[0].message.gas_limit;
    EXPECT_EQ(loops, (std::vector<std::size_t>{150, fit + 1}));
}

TEST(StakeOperations, ThatOverflowEndTheSelectionOfABlock) {
    State state = first_state();
    state.mutable_consensus().bonding = Amount(kUint64Max);
    const std::vector<SignedTransaction> candidates = {
        unsigned_operation(state, 1, Transfer{account(2), Amount(1)}),
        unsigned_operation(state, 5, Delegate{ValidatorIndex(0), Amount(kTst)}),
        unsigned_operation(state, 6, Transfer{account(2), Amount(1)}),
    };
    const SelectedTransactions selected =
        select_transactions(chain().environment(), state, candidates, MINIMAL.MAX_BLOCK_BYTES);
    EXPECT_EQ(selected.transactions, (std::vector{candidates[0]}));
}

TEST(StakeOperations, OfABlockThatIsRefusedLeaveNothing) {
    State state = first_state();
    BlockBody body;
    body.transactions = {unsigned_operation(state, 5, registration(0, 5))};
    body.receipts_root.bytes[0] = 1;
    SignatureSets sets;
    EXPECT_EQ(process_transactions(chain().environment(), state, body, ValidatorIndex(2), sets).rejection().clause,
              Clause::BLK_11);
    EXPECT_EQ(state.consensus(), first_state().consensus());
    EXPECT_EQ(state.tree().root(), first_state().tree().root());
    EXPECT_EQ(state.keys().size(), 16U);
}

}  // namespace
}  // namespace touchstone::node::execution_test
