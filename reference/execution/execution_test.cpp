#include <gtest/gtest.h>

#include "reference/chain/test_chain.h"
#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/execution/fees.h"
#include "reference/execution/transaction.h"
#include "reference/transition/block.h"

namespace touchstone::reference {
namespace {

const ConsensusState& genesis() {
    static const ConsensusState state = test::genesis_state(8, MINIMAL, 2);
    return state;
}

SignedTransaction transfer(const ConsensusState& state, std::uint64_t nonce, const Address& recipient, Amount amount) {
    return test::sign_transaction(state, 0, {{}, nonce, 41'000, 1'500, 7, Transfer{recipient, amount}});
}

TEST(Accounts, CopiesOfAStateDoNotSeeEachOther) {
    ConsensusState one = genesis();
    const ConsensusState other = one;
    set_account(one, Address{}, {0, Amount{9}});
    EXPECT_TRUE(has_account(one, Address{}));
    EXPECT_FALSE(has_account(other, Address{}));
    EXPECT_FALSE(one == other);
    set_account(one, Address{}, {});
    EXPECT_TRUE(one == other);
}

TEST(Accounts, EntriesHaveToBeOrderedAccountsOfTheTree) {
    const KvEntries good = list_of(genesis().entries.map());
    const auto clause_of = [&](const auto& change) {
        ConsensusState state = genesis();
        KvEntries list = good;
        change(list.entries);
        const auto attached = attach_entries(state, list);
        return attached ? "none" : to_string(attached.failure().clause);
    };
    EXPECT_EQ(clause_of([](auto&) {}), "none");
    EXPECT_EQ(clause_of([](auto& list) { std::swap(list[0], list[1]); }), "KVT-18");
    EXPECT_EQ(clause_of([](auto& list) { list[1] = list[0]; }), "KVT-18");
    EXPECT_EQ(clause_of([](auto& list) { list[0].key.clear(); }), "KVT-18");
    EXPECT_EQ(clause_of([](auto& list) { list.back().key[0] = 8; }), "ACC-02");
    EXPECT_EQ(clause_of([](auto& list) { list[1].key.push_back(0); }), "ACC-02");
    EXPECT_EQ(clause_of([](auto& list) { list[1].value.pop_back(); }), "ACC-02");
    EXPECT_EQ(clause_of([](auto& list) { list[1].value.assign(16, 0); }), "ACC-02");
    EXPECT_EQ(clause_of([](auto& list) { list[1].value[15] ^= 1; }), "KVT-19");
    EXPECT_EQ(clause_of([](auto& list) { list.pop_back(); }), "KVT-19");
}

// [TXN-03] The figures of the rationale.
TEST(Transactions, ATransferUses21000Gas) {
    const auto transaction = transfer(genesis(), 0, {}, {});
    EXPECT_EQ(ssz::serialize(transaction, MINIMAL).size(), 177U);
    EXPECT_TRUE(intrinsic_gas(transaction, MINIMAL) == 21'000);
    EXPECT_EQ(MINIMAL.BLOCK_GAS_LIMIT / 21'000, 24'000U);
}

TEST(Transactions, ANewAccountIsPaidForByItsSender) {
    ConsensusState state = genesis();
    const Address recipient{hash({}).bytes};
    const auto processed = process_transaction(state, transfer(state, 0, recipient, Amount{5}), 0).value();
    EXPECT_EQ(processed.receipt, (Receipt{SUCCESS, 41'000, {}}));
    EXPECT_EQ(processed.tip, Amount{41'000 * 7});
    EXPECT_EQ(get_account(state, recipient), (Account{0, Amount{5}}));
    EXPECT_EQ(get_account(state, test::development_address(0)),
              (Account{1, Amount{1'000'000 * GRAINS_PER_TST - 5 - 41'000 * 1'007}}));
    EXPECT_EQ(state.burnt, Amount{41'000 * 1'000});
    const auto again = process_transaction(state, transfer(state, 1, recipient, Amount{5}), 0).value();
    EXPECT_EQ(again.receipt, (Receipt{SUCCESS, 21'000, {}}));
}

TEST(Fees, ABlockTellsTheNextOneItsBaseFee) {
    const std::uint64_t target = MINIMAL.BLOCK_GAS_LIMIT / 2;
    const auto next = [](std::uint64_t base_fee, std::uint64_t gas) {
        return next_base_fee(base_fee, gas, MINIMAL).value();
    };
    EXPECT_EQ(next(1000, target), 1000U);
    EXPECT_EQ(next(1000, 2 * target), 1125U);
    EXPECT_EQ(next(1000, target + 1), 1001U);
    EXPECT_EQ(next(1000, 0), 875U);
    EXPECT_EQ(next(1000, target - 1), 1000U);
    EXPECT_EQ(next(11, 0), 10U);
    EXPECT_EQ(next(0, 2 * target), 1U);
    EXPECT_EQ(next(3, target), 3U);
    EXPECT_EQ(next_base_fee(UINT64_MAX, 2 * target, MINIMAL).failure().clause, Clause::TYP_01);
}

}  // namespace
}  // namespace touchstone::reference
