#include "node/kernel/stake/entries.h"

#include <gtest/gtest.h>

#include "node/base/arithmetic.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/stake/ledger.h"
#include "node/kernel/stake/pools.h"

namespace touchstone::node {
namespace {

Address filled(std::uint8_t byte) {
    Address address;
    address.bytes.fill(byte);
    return address;
}

/// One entry of each kind.
KvEntries one_of_each() {
    EntryOverlay entries{tree::TreeVersion{}};
    write_account(entries, filled(1), {2, Amount(3)});
    write_validator(entries, BlsPublicKey{}, ValidatorIndex(0));
    write_shares(entries, ValidatorIndex(4), filled(5), 6);
    write_queued_bond(entries, 7, QueuedBond{});
    write_queued_unbond(entries, 8, QueuedUnbond{});
    write_cohort(entries, ValidatorIndex(9), Epoch(10), Cohort{});
    write_cohort_shares(entries, ValidatorIndex(9), Epoch(10), filled(11), 12);
    KvEntries all;
    for (const tree::EntryChange& each : entries.changes())
        all.entries.push_back({each.key, *each.value});
    return all;
}

TEST(StakeEntries, KeysAreTagsAndBigEndianNumbers) {
    EXPECT_EQ(to_hex(queued_bond_key(0x0102)), "040000000000000102");
    EXPECT_EQ(to_hex(queued_unbond_key(1)), "050000000000000001");
    EXPECT_EQ(to_hex(cohort_key(ValidatorIndex(3), Epoch(4))), "0600000000000000030000000000000004");
    EXPECT_EQ(to_hex(pool_share_key(ValidatorIndex(3), filled(0xab))), "030000000000000003" + to_hex(filled(0xab)));
    EXPECT_EQ(to_hex(cohort_share_key(ValidatorIndex(3), Epoch(4), filled(0xab))),
              "0700000000000000030000000000000004" + to_hex(filled(0xab)));
    BlsPublicKey pubkey;
    pubkey.bytes[47] = 9;
    EXPECT_EQ(to_hex(validator_key(pubkey)), "02" + to_hex(pubkey));
}

TEST(StakeEntries, OfEveryKindAreAllowed) { EXPECT_TRUE(check_entries(one_of_each()).ok()); }

TEST(StakeEntries, OfNoKindOrLengthAreRefused) {
    const KvEntries good = one_of_each();
    for (std::size_t i = 0; i < good.entries.size(); ++i) {
        const auto refused = [&](auto&& change) {
            KvEntries entries = good;
            change(entries.entries[i]);
            const auto result = check_entries(entries);
            return !result.ok() && result.rejection().clause == Clause::ACC_02;
        };
        EXPECT_TRUE(refused([](KvEntry& entry) { entry.key.front() = 0; })) << i;
        EXPECT_TRUE(refused([](KvEntry& entry) { entry.key.front() = 8; })) << i;
        EXPECT_TRUE(refused([](KvEntry& entry) { entry.key.push_back(0); })) << i;
        EXPECT_TRUE(refused([](KvEntry& entry) { entry.key.resize(1); })) << i;
        EXPECT_TRUE(refused([](KvEntry& entry) { entry.value.push_back(0); })) << i;
        EXPECT_TRUE(refused([](KvEntry& entry) { entry.value.pop_back(); })) << i;
        const bool may_be_zero = good.entries[i].key.front() == 2 || good.entries[i].key.front() == 4 ||
                                 good.entries[i].key.front() == 5 || good.entries[i].key.front() == 6;
        EXPECT_EQ(refused([](KvEntry& entry) { std::ranges::fill(entry.value, std::uint8_t{0}); }), !may_be_zero) << i;
    }
}

TEST(EntryOverlay, ReadsWhatWasWrittenOverTheTreeAndLeavesTheTreeAlone) {
    tree::Entries tree;
    const std::vector<tree::EntryChange> before{account_change(filled(1), {0, Amount(5)}),
                                                account_change(filled(2), {0, Amount(6)})};
    const auto version = tree.apply({}, before, serial_for);
    ASSERT_TRUE(version.ok());
    EntryOverlay entries(*version);
    EXPECT_FALSE(entries.touched());
    EXPECT_EQ(read_account(entries, filled(1)), (Account{0, Amount(5)}));
    EXPECT_TRUE(entries.touched());
    write_account(entries, filled(1), Account{});
    ASSERT_TRUE(add_to_account(entries, filled(2), 4).ok());
    EXPECT_EQ(read_account(entries, filled(1)), Account{});
    EXPECT_EQ(read_account(entries, filled(2)), (Account{0, Amount(10)}));
    EXPECT_EQ(entries.changes(), (std::vector<tree::EntryChange>{{account_key(filled(1)), std::nullopt},
                                                                 account_change(filled(2), {0, Amount(10)})}));
    EXPECT_EQ(get_account(*version, account_path(filled(1))), (Account{0, Amount(5)}));
}

TEST(PoolShareNames, AreReadFromTheirKeysAndFromNoOthers) {
    const auto name = pool_share_of_key(pool_share_key(ValidatorIndex(0x0102030405060708), filled(9)));
    ASSERT_TRUE(name);
    EXPECT_EQ(name->index, ValidatorIndex(0x0102030405060708));
    EXPECT_EQ(name->holder, filled(9));
    EXPECT_FALSE(pool_share_of_key(cohort_share_key(ValidatorIndex(1), Epoch(2), filled(9))));
    EXPECT_FALSE(pool_share_of_key(account_key(filled(9))));
    EXPECT_FALSE(pool_share_of_key({}));
}

TEST(Pools, SharesAreMintedAndValuedAtThePriceOfThePoolRoundedDown) {
    EXPECT_EQ(mint_shares(Pool{0, 0}, 5), 5U);
    EXPECT_EQ(mint_shares(Pool{7, 0}, 5), 5U);
    EXPECT_EQ(mint_shares(Pool{10, 4}, 5), 2U);
    EXPECT_EQ(mint_shares(Pool{10, 4}, 4), 1U);
    EXPECT_EQ(mint_shares(Pool{10, 4}, 2), std::nullopt);
    EXPECT_EQ(mint_shares(Pool{0, 4}, 5), std::nullopt);
    EXPECT_EQ(mint_shares(Pool{0, 0}, 0), std::nullopt);
    EXPECT_EQ(mint_shares(Pool{1, kUint64Max - 4}, 1), std::nullopt);
    EXPECT_EQ(mint_shares(Pool{kUint64Max, 4}, kUint64Max), 4U);
    EXPECT_EQ(share_value(Pool{10, 4}, 3), 7U);
    EXPECT_EQ(share_value(Pool{kUint64Max, kUint64Max}, kUint64Max), kUint64Max);
    EXPECT_EQ(share_value(Pool{10, 0}, 3), 0U);
}

TEST(Pools, AHigherCommissionHoldsFromItsEpochOn) {
    Validator validator;
    validator.commission = 100;
    validator.next_commission = 300;
    validator.next_commission_epoch = Epoch(8);
    EXPECT_EQ(get_commission(validator, Epoch(7)), 100U);
    EXPECT_EQ(get_commission(validator, Epoch(8)), 300U);
}

}  // namespace
}  // namespace touchstone::node
