#include "reference/stake/pools.h"

#include <gtest/gtest.h>

#include "reference/chain/test_stage.h"

namespace touchstone::reference {
namespace {

// [STK-02]
TEST(Pools, SharesAreMintedAtThePriceRoundedDown) {
    EXPECT_EQ(mint_shares(Amount{0}, 0, Amount{7}), 7U);
    EXPECT_EQ(mint_shares(Amount{9}, 0, Amount{7}), 7U);
    EXPECT_EQ(mint_shares(Amount{3}, 2, Amount{4}), 2U);
    EXPECT_EQ(mint_shares(Amount{0}, 1, Amount{7}), std::nullopt);
    EXPECT_EQ(mint_shares(Amount{8}, 1, Amount{7}), std::nullopt);  // rounds to nothing
    EXPECT_EQ(mint_shares(Amount{8}, 0, Amount{0}), std::nullopt);
}

TEST(Pools, ProductsAreExactAndSharesFitTogether) {
    constexpr std::uint64_t MOST = UINT64_MAX;
    EXPECT_EQ(mint_shares(Amount{MOST}, MOST / 2, Amount{MOST}), MOST / 2);
    EXPECT_EQ(mint_shares(Amount{1}, MOST, Amount{1}), std::nullopt);
    EXPECT_EQ(mint_shares(Amount{2}, MOST - 1, Amount{1}), std::nullopt);
    EXPECT_EQ(mint_shares(Amount{MOST}, MOST - 1, Amount{1}), std::nullopt);
    EXPECT_EQ(mint_shares(Amount{1}, 1, Amount{MOST - 1}), MOST - 1);
    EXPECT_EQ(mint_shares(Amount{1}, 1, Amount{MOST}), std::nullopt);
    EXPECT_TRUE(share_value(Amount{MOST}, MOST, MOST) == MOST);
    EXPECT_TRUE(share_value(Amount{MOST}, MOST, MOST - 1) == MOST - 1);
    EXPECT_TRUE(share_value(Amount{5}, 3, 2) == 3);
    EXPECT_TRUE(share_value(Amount{5}, 0, 2) == 0);
}

// [STK-13], [STK-20]
TEST(Pools, TheLastSharesTakeEverything) {
    test::Stage stage;
    ConsensusState& state = stage.state();
    state.balances[0] = Amount{10};
    state.shares[0] = 3;
    EXPECT_EQ(take_from_pool(state, ValidatorIndex{0}, 1).value(), Amount{3});
    EXPECT_EQ(take_from_pool(state, ValidatorIndex{0}, 2).value(), Amount{7});
    EXPECT_EQ(state.balances[0], Amount{0});
    EXPECT_EQ(state.burnt, Amount{0});
    EXPECT_EQ(take_from_pool(state, ValidatorIndex{0}, 1).failure().clause, Clause::TYP_01);
}

// [STK-05], [STK-06]
TEST(Pools, CommissionIsThatOfTheEpoch) {
    test::Stage stage;
    ConsensusState& state = stage.state();
    Validator& validator = stage.validator(2);
    validator.commission = 500;
    validator.next_commission = 2'500;
    validator.next_commission_epoch = Epoch{3};
    EXPECT_EQ(get_commission(validator, Epoch{2}), 500U);
    EXPECT_EQ(get_commission(validator, Epoch{3}), 2'500U);
    const Amount before = state.balances[2];
    ASSERT_TRUE(pay_commission(state, ValidatorIndex{2}, 39));
    EXPECT_EQ(state.commissions[2], Amount{1});  // 1.95, rounded down
    EXPECT_TRUE(before - state.balances[2] == 1);
    state.balances[2] = Amount{1};
    EXPECT_EQ(pay_commission(state, ValidatorIndex{2}, 40).failure().clause, Clause::TYP_01);
}

// [STK-14]
TEST(Pools, StakeIsFreeBeforeItCountsAndWhenItsTimeIsOver) {
    const Parameters config = test::stage_config();
    Validator validator;
    validator.activation_epoch = validator.exit_epoch = Epoch{FAR_FUTURE_EPOCH};
    EXPECT_TRUE(is_free(validator, Epoch{0}, config));
    validator.activation_epoch = Epoch{1};
    EXPECT_FALSE(is_free(validator, Epoch{1'000}, config));
    validator.exit_epoch = Epoch{6};
    EXPECT_FALSE(is_free(validator, Epoch{9}, config));
    EXPECT_TRUE(is_free(validator, Epoch{10}, config));
    validator.hold_epoch = Epoch{11};
    EXPECT_FALSE(is_free(validator, Epoch{10}, config));
    EXPECT_TRUE(is_free(validator, Epoch{11}, config));
}

}  // namespace
}  // namespace touchstone::reference
