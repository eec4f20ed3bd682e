#include "reference/entries/stake_entries.h"

#include <gtest/gtest.h>

#include "reference/chain/test_chain.h"
#include "reference/chain/test_stage.h"
#include "reference/entries/entries.h"

namespace touchstone::reference {
namespace {

// [STK-03] Prefix, then numbers big-endian, so that entries stand in the order of their numbers.
TEST(StakeEntries, KeysAreThoseOfTheTable) {
    Address address;
    address.bytes.fill(0xaa);
    BLSPubkey pubkey;
    pubkey.bytes.fill(0xbb);
    const std::string a(64, 'a');
    EXPECT_EQ(to_hex(validator_key(pubkey)), "0x02" + std::string(96, 'b'));
    EXPECT_EQ(to_hex(pool_share_key(ValidatorIndex{258}, address)), "0x030000000000000102" + a);
    EXPECT_EQ(to_hex(queued_bond_key(1)), "0x040000000000000001");
    EXPECT_EQ(to_hex(queued_unbond_key(UINT64_MAX)), "0x05ffffffffffffffff");
    EXPECT_EQ(to_hex(cohort_key(ValidatorIndex{1}, Epoch{2})), "0x0600000000000000010000000000000002");
    EXPECT_EQ(to_hex(cohort_share_key(ValidatorIndex{1}, Epoch{2}, address)),
              "0x0700000000000000010000000000000002" + a);
}

// [ACC-02]
TEST(StakeEntries, EveryKeyAndValueIsOneOfTheTable) {
    const Address address{hash({}).bytes};
    const auto number = [](std::uint64_t value) { return ssz::serialize(value, MINIMAL); };
    const std::vector<std::pair<Bytes, Bytes>> good{
        {validator_key({}), number(7)},
        {pool_share_key(ValidatorIndex{1}, address), number(1)},
        {queued_bond_key(1), ssz::serialize(QueuedBond{}, MINIMAL)},
        {queued_unbond_key(1), ssz::serialize(QueuedUnbond{}, MINIMAL)},
        {cohort_key(ValidatorIndex{1}, Epoch{2}), ssz::serialize(Cohort{}, MINIMAL)},
        {cohort_share_key(ValidatorIndex{1}, Epoch{2}, address), number(1)},
    };
    const auto accepts = [](const Bytes& key, const Bytes& value) {
        const auto checked = check_entries({{key, value}}, MINIMAL);
        EXPECT_TRUE(checked || checked.failure().clause == Clause::ACC_02);
        return static_cast<bool>(checked);
    };
    for (const auto& [key, value] : good) {
        EXPECT_TRUE(accepts(key, value));
        Bytes longer = value;
        longer.push_back(0);
        EXPECT_FALSE(accepts(key, longer)) << to_hex(key);
        Bytes other_key = key;
        other_key.push_back(0);
        EXPECT_FALSE(accepts(other_key, value)) << to_hex(key);
        EXPECT_FALSE(accepts({key.begin(), key.end() - 1}, value)) << to_hex(key);
        EXPECT_FALSE(accepts({key[0]}, value)) << to_hex(key);
    }
    EXPECT_FALSE(accepts(pool_share_key(ValidatorIndex{1}, address), number(0)));
    EXPECT_FALSE(accepts(cohort_share_key(ValidatorIndex{1}, Epoch{2}, address), number(0)));
    EXPECT_TRUE(accepts(validator_key({}), number(0)));
    EXPECT_FALSE(accepts({0x00}, {}));
    EXPECT_FALSE(accepts({0x08}, {}));
}

TEST(StakeEntries, NoSharesHaveNoEntry) {
    ConsensusState state = test::genesis_state(8);
    const SharedEntries before = state.entries;
    set_pool_shares(state, ValidatorIndex{0}, Address{}, 5);
    set_cohort_shares(state, ValidatorIndex{0}, Epoch{9}, Address{}, 5);
    EXPECT_EQ(state.entries.map().size(), before.map().size() + 2);
    set_pool_shares(state, ValidatorIndex{0}, Address{}, 0);
    set_cohort_shares(state, ValidatorIndex{0}, Epoch{9}, Address{}, 0);
    EXPECT_TRUE(state.entries == before);
    EXPECT_EQ(get_pool_shares(state, ValidatorIndex{0}, Address{}), 0U);
}

TEST(StakeEntries, AQueueWithoutItsItemsIsRefused) {
    ConsensusState state = test::genesis_state(8);
    state.bond_queue.tail = 1;
    EXPECT_EQ(get_first_bond(state).failure().clause, Clause::STK_03);
    set_first_bond(state, QueuedBond{ValidatorIndex{8}, {}, {}, {}});
    EXPECT_EQ(get_first_bond(state).failure().clause, Clause::STK_03);
    state.unbond_queue = {UINT64_MAX, UINT64_MAX, {}};
    EXPECT_EQ(append_unbond(state, {}).failure().clause, Clause::TYP_01);
}

// [TYP-07]
TEST(StakeEntries, TheRootFollowsWhatChanged) {
    ConsensusState state = test::genesis_state(8);
    const SharedEntries before = state.entries;
    state.tree_root = Root{};
    set_pool_shares(state, ValidatorIndex{0}, Address{}, 0);  // there was none
    update_tree_root(state, before);
    EXPECT_EQ(state.tree_root, Root{});
    set_pool_shares(state, ValidatorIndex{0}, Address{}, 1);
    update_tree_root(state, before);
    EXPECT_EQ(state.tree_root, kv_root(state.entries.map()));
}

}  // namespace
}  // namespace touchstone::reference
