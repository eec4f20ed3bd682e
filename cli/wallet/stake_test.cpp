#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cli/wallet/stake_text.h"
#include "cli/wallet/stake_view.h"
#include "node/base/arithmetic.h"

namespace touchstone::cli {
namespace {

using node::Amount;
using node::Epoch;

RpcJson validator_answer() {
    return RpcJson::parse(R"({"at":{"root":"0xcd","slot":"75"},"epoch":"9","validator":{
        "index":"3","pubkey":"0xab","operator":"tst1op","status":"active","slashed":false,
        "stake":"37500000000","shares":"37000000000","effective_stake":"37000000000",
        "unclaimed_commission":"1500000000","eligibility_epoch":"0","activation_epoch":"0","exit_request_epoch":null,
        "exit_epoch":null,"withdrawable_epoch":null,"commission":"500","next_commission":"1050",
        "next_commission_epoch":"260"}})");
}

RpcJson stake_answer() {
    return RpcJson::parse(R"({"address":"tst1me","validator_index":"3","epoch":"9","shares":"5000","value":"5100000000",
        "bonding":"2000000000","leaving_shares":"7","cohorts":[
        {"exit_epoch":"8","shares":"9","value":"9","withdrawable_epoch":"264","withdrawable":false},
        {"exit_epoch":"2","shares":"3200000000","value":"3100000000","withdrawable_epoch":"9","withdrawable":true}],
        "next_exit_epoch":null})");
}

TEST(StakeText, ShowsAValidatorToPeople) {
    const auto view = validator_from(validator_answer());
    ASSERT_TRUE(view);
    EXPECT_EQ(validator_text(*view),
              "validator         3, active\n"
              "public key        0xab\n"
              "operator          tst1op\n"
              "stake             37.5 TST in 37000000000 shares; 37 TST count\n"
              "commission        5 %, 10.5 % from epoch 260; 1.5 TST not claimed\n"
              "eligible from     epoch 0\n"
              "active from       epoch 0\n");
}

TEST(StakeText, ShowsWhatAnAccountHas) {
    const auto view = stake_from(stake_answer());
    ASSERT_TRUE(view);
    EXPECT_EQ(stake_text(*view, *validator_from(validator_answer())),
              "validator         3, active, commission 5 %\n"
              "holds             5.1 TST (5000 shares of 37000000000)\n"
              "joins             2 TST\n"
              "waits to leave    7 shares\n"
              "left in epoch 8   0.000000009 TST, withdrawable from epoch 264\n"
              "left in epoch 2   3.1 TST, withdrawable now\n");
    EXPECT_EQ(stake_to_json(*view)["cohorts"].size(), 2U);
    EXPECT_EQ(stake_to_json(*view)["bonding"], "2000000000");
}

TEST(StakeText, WhatANodeDidNotLookThroughIsSaid) {
    RpcJson answer = stake_answer();
    answer["bonding"] = nullptr;
    const auto view = stake_from(answer);
    ASSERT_TRUE(view);
    EXPECT_NE(stake_text(*view, *validator_from(validator_answer())).find("too long"), std::string::npos);
}

TEST(StakeView, OtherAnswersAreNone) {
    for (const char* field : {"index", "status", "operator", "stake", "shares", "commission"}) {
        RpcJson answer = validator_answer();
        answer["validator"].erase(field);
        EXPECT_FALSE(validator_from(answer)) << field;
    }
    for (const char* field : {"epoch", "validator"}) {
        RpcJson answer = validator_answer();
        answer.erase(field);
        EXPECT_FALSE(validator_from(answer)) << field;
    }
    for (const char* field : {"validator_index", "epoch", "shares", "value", "cohorts"}) {
        RpcJson answer = stake_answer();
        answer.erase(field);
        EXPECT_FALSE(stake_from(answer)) << field;
    }
    RpcJson answer = stake_answer();
    answer["cohorts"][1].erase("withdrawable");
    EXPECT_FALSE(stake_from(answer));
    answer["cohorts"] = {1};
    EXPECT_FALSE(stake_from(answer));
}

/// [STK-02]
TEST(SharesWorth, AreTheLeastThatSuffice) {
    EXPECT_EQ(shares_worth(Amount(5), Amount(10), 10), 5U);
    EXPECT_EQ(shares_worth(Amount(5), Amount(11), 10), 5U) << "4 would be worth 4";
    EXPECT_EQ(shares_worth(Amount(11), Amount(10), 10), std::nullopt);
    EXPECT_EQ(shares_worth(Amount(0), Amount(0), 10), 0U);
}

RC_GTEST_PROP(SharesWorth, AreWorthThatAndNotMoreThanThereAre, (std::uint64_t tokens, std::uint64_t shares)) {
    RC_PRE(tokens > 0 && shares > 0);
    using node::Uint128;
    const auto amount = *rc::gen::inRange<std::uint64_t>(0, tokens);
    const auto found = shares_worth(Amount(amount), Amount(tokens), shares);
    RC_ASSERT(found.has_value());
    RC_ASSERT(*found <= shares);
    RC_ASSERT(Uint128{*found} * tokens / shares >= amount);
    RC_ASSERT(*found == 0 || Uint128{*found - 1} * tokens / shares < amount);
}

TEST(StakeText, PercentsHaveNoNeedlessZeros) {
    EXPECT_EQ(percent_text(0), "0 %");
    EXPECT_EQ(percent_text(500), "5 %");
    EXPECT_EQ(percent_text(1050), "10.5 %");
    EXPECT_EQ(percent_text(1), "0.01 %");
    EXPECT_EQ(percent_text(10'000), "100 %");
}

/// [STK-07] [STK-08]
TEST(StakeText, ReceiptsAreExplained) {
    EXPECT_NE(meaning_of("locked").find("MIN_SELF_STAKE"), std::string::npos);
    EXPECT_EQ(meaning_of("success"), "");
    const auto text = [](const std::string& operation, const std::string& amount) {
        return event_text(
            {{"events",
              {{{"emitter", "tst1"},
                {"topic", "0x04"},
                {"data", "0x"},
                {"stake",
                 {{"operation", operation}, {"validator_index", "3"}, {"amount", amount}, {"number", "0"}}}}}}});
    };
    EXPECT_EQ(text("delegate", "2500000000"), "2.5 TST join validator 3 once this is final");
    EXPECT_EQ(text("undelegate", "0"), "the shares wait to leave validator 3");
    EXPECT_EQ(text("undelegate", "5"), "0.000000005 TST of validator 3 are in the account again");
    EXPECT_EQ(event_text({{"events", RpcJson::array()}}), "");
    EXPECT_EQ(event_text({{"events", nullptr}}), "");
}

}  // namespace
}  // namespace touchstone::cli
