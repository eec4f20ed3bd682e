// Validators and stake as they are asked for, of a node that makes blocks in simulated time.
#include <gtest/gtest.h>

#include "node/api/testing/asked_node.h"

namespace touchstone::node::api {
namespace {

constexpr std::uint64_t kStake = 1024 * GRAINS_PER_TST;

std::shared_ptr<const SimulatedChain> stake_chain() {
    static const auto made = SimulatedChain::make(
        {.validators = kValidators, .accounts = kValidators + 2, .commission = 500, .operators_have_accounts = true});
    return made;
}

class StakeMethodsTest : public AskedNodeTest {
  protected:
    StakeMethodsTest() : AskedNodeTest(stake_chain()) {}

    Json stake_of(std::size_t account, const std::string& validator) {
        return ask("stake_get", {{"address", address_to_text(address(account))}, {"validator", validator}});
    }
    /// Of the account, with its nonce in the pool; the id.
    Json send_next(std::size_t account, Payload payload) {
        const std::uint64_t nonce = simulation_.node(0).transaction_pool().next_nonce(address(account));
        return send(transaction(account, nonce, std::move(payload)));
    }
    Json receipt_of(const Json& id) { return ask("tx_receipt", {{"id", id}}); }
    std::string public_key(std::size_t validator) const {
        return "0x" + to_hex(stake_chain()->genesis_state->consensus().validators[validator].pubkey);
    }
};

TEST_F(StakeMethodsTest, AValidatorIsFoundByIndexAndByPublicKey) {
    const Json answer = ask("validator_get", {{"validator", "3"}});
    const Json& validator = answer["validator"];
    EXPECT_EQ(validator["index"], "3");
    EXPECT_EQ(validator["pubkey"], public_key(3));
    EXPECT_EQ(validator["operator"], address_to_text(address(3)));
    EXPECT_EQ(validator["status"], "active");
    EXPECT_EQ(validator["slashed"], false);
    EXPECT_EQ(answer["epoch"], "0");
    EXPECT_EQ(validator["shares"], std::to_string(kStake));
    EXPECT_EQ(validator["effective_stake"], std::to_string(kStake));
    EXPECT_EQ(validator["commission"], "500");
    EXPECT_EQ(validator["next_commission"], nullptr);
    EXPECT_EQ(validator["activation_epoch"], "0");
    EXPECT_EQ(validator["exit_epoch"], nullptr);
    EXPECT_EQ(validator["withdrawable_epoch"], nullptr);
    EXPECT_EQ(ask("validator_get", {{"validator", public_key(3)}}), answer);
}

/// [STK-06]
TEST_F(StakeMethodsTest, WhatAValidatorEarnsIsDividedBetweenPoolAndOperator) {
    simulation_.run_until_epoch(2);
    const Json validator = ask("validator_get", {{"validator", "3"}})["validator"];
    const auto earned = std::stoull(validator["stake"].get<std::string>()) - kStake;
    const auto commission = std::stoull(validator["unclaimed_commission"].get<std::string>());
    EXPECT_GT(earned, 0U);
    EXPECT_GT(commission, 0U);
    EXPECT_NEAR(static_cast<double>(commission) / static_cast<double>(earned + commission), 0.05, 0.001);
    const Json stake = stake_of(3, "3");
    EXPECT_EQ(stake["value"], validator["stake"]) << "the operator holds all of it";
}

TEST_F(StakeMethodsTest, AnOperatorHoldsTheStakeOfGenesisAndOthersNothing) {
    const Json own = stake_of(3, "3");
    EXPECT_EQ(own["address"], address_to_text(address(3)));
    EXPECT_EQ(own["validator_index"], "3");
    EXPECT_EQ(own["shares"], std::to_string(kStake));
    EXPECT_EQ(own["bonding"], "0");
    EXPECT_EQ(own["leaving_shares"], "0");
    EXPECT_EQ(own["cohorts"], Json::array());
    EXPECT_EQ(own["next_exit_epoch"], nullptr);
    EXPECT_EQ(ask("stake_get", {{"address", "0x" + to_hex(address(3))}, {"validator", public_key(3)}}), own);
    const Json other = stake_of(4, "3");
    EXPECT_EQ(other["shares"], "0");
    EXPECT_EQ(other["value"], "0");
}

/// [STK-08]
TEST_F(StakeMethodsTest, ABondIsSeenFromTheReceiptToThePoolAndBack) {
    const Json id = send_next(17, Delegate{ValidatorIndex(3), Amount(5 * GRAINS_PER_TST)});
    simulation_.run_until_slot(4);
    const Json receipt = receipt_of(id);
    EXPECT_EQ(receipt["status"], "success");
    ASSERT_EQ(receipt["events"].size(), 1U);
    const Json event = receipt["events"][0];
    EXPECT_EQ(event["topic"], "0x04" + std::string(62, '0'));
    EXPECT_EQ(event["stake"]["operation"], "delegate");
    EXPECT_EQ(event["stake"]["validator_index"], "3");
    EXPECT_EQ(event["stake"]["amount"], "5000000000");
    EXPECT_EQ(stake_of(17, "3")["bonding"], "5000000000");
    EXPECT_EQ(stake_of(17, "4")["bonding"], "0");
    EXPECT_EQ(stake_of(16, "3")["bonding"], "0");

    simulation_.run_until_epoch(5);
    const Json joined = stake_of(17, "3");
    EXPECT_EQ(joined["bonding"], "0");
    const auto shares = std::stoull(joined["shares"].get<std::string>());
    EXPECT_GT(shares, 0U);
    EXPECT_LT(shares, 5U * GRAINS_PER_TST) << "a share has earned something before";

    const Json back = send_next(17, Undelegate{ValidatorIndex(3), shares});
    simulation_.run_until_slot(5 * 8 + 2);
    EXPECT_EQ(receipt_of(back)["events"][0]["stake"]["amount"], "0") << "it waits in the queue";
    EXPECT_EQ(stake_of(17, "3")["leaving_shares"], std::to_string(shares));
    simulation_.run_until_epoch(6);
    simulation_.run_until_slot(6 * 8 + 1);
    const Json left = stake_of(17, "3");
    EXPECT_EQ(left["shares"], "0");
    ASSERT_EQ(left["cohorts"].size(), 1U) << left;
    EXPECT_EQ(left["cohorts"][0]["exit_epoch"], "6");
    EXPECT_EQ(left["cohorts"][0]["withdrawable_epoch"], std::to_string(6 + simulation_.parameters().UNBONDING_EPOCHS));
    EXPECT_EQ(left["cohorts"][0]["withdrawable"], false);
    EXPECT_GT(std::stoull(left["cohorts"][0]["value"].get<std::string>()), 4U * GRAINS_PER_TST);
    const Json before =
        ask("stake_get", {{"address", address_to_text(address(17))}, {"validator", "3"}, {"from", "5"}});
    EXPECT_EQ(before["cohorts"], Json::array());
}

/// [STK-07]
TEST_F(StakeMethodsTest, AFailedOperationHasTheNameOfItsStatusAndNoEvent) {
    const std::vector<std::pair<Payload, std::string>> cases{
        {Delegate{ValidatorIndex(99), Amount(GRAINS_PER_TST)}, "unknown_validator"},
        {Delegate{ValidatorIndex(3), Amount(1)}, "too_small"},
        {EditValidator{ValidatorIndex(3), 0}, "not_operator"},
        {Undelegate{ValidatorIndex(3), 1}, "not_enough_shares"},
        {Withdraw{ValidatorIndex(3), Epoch(1)}, "nothing_there"}};
    std::vector<Json> ids;
    for (const auto& [payload, status] : cases)
        ids.push_back(send_next(17, payload));
    simulation_.run_until_slot(4);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        EXPECT_EQ(receipt_of(ids[i])["status"], cases[i].second);
        EXPECT_EQ(receipt_of(ids[i])["events"], Json::array());
    }
}

TEST_F(StakeMethodsTest, AHigherCommissionIsSeenToWait) {
    const Json higher = send_next(3, EditValidator{ValidatorIndex(3), 700});
    const Json lower = send_next(4, EditValidator{ValidatorIndex(4), 300});
    simulation_.run_until_slot(4);
    EXPECT_EQ(receipt_of(higher)["status"], "success");
    EXPECT_EQ(receipt_of(lower)["status"], "success");
    const Json waits = ask("validator_get", {{"validator", "3"}})["validator"];
    EXPECT_EQ(waits["commission"], "500");
    EXPECT_EQ(waits["next_commission"], "700");
    EXPECT_EQ(waits["next_commission_epoch"], std::to_string(simulation_.parameters().UNBONDING_EPOCHS));
    const Json holds = ask("validator_get", {{"validator", "4"}})["validator"];
    EXPECT_EQ(holds["commission"], "300");
    EXPECT_EQ(holds["next_commission"], nullptr);
}

TEST_F(StakeMethodsTest, WhatNamesNoValidatorIsRefused) {
    for (const std::string& stranger :
         {std::string("16"), std::string("18446744073709551615"), "0x" + std::string(96, '1')}) {
        const Json unknown = error("validator_get", {{"validator", stranger}});
        EXPECT_EQ(unknown["code"], code::kUnknownValidator) << stranger;
        EXPECT_NE(unknown["data"]["reason"].get<std::string>().find(stranger), std::string::npos);
        EXPECT_EQ(error("stake_get", {{"address", address_to_text(address(0))}, {"validator", stranger}})["code"],
                  code::kUnknownValidator);
    }
    for (const Json& nonsense : {Json(3), Json("03"), Json("0x12"), Json("-1"), Json(""), Json(nullptr),
                                 Json("18446744073709551616"), Json(std::string(96, '1'))}) {
        EXPECT_EQ(error("validator_get", {{"validator", nonsense}})["code"], rpc::code::kInvalidParams) << nonsense;
    }
    EXPECT_EQ(error("stake_get", {{"address", "tst1"}, {"validator", "0"}})["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("stake_get", {{"validator", "0"}})["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("stake_get", {{"address", address_to_text(address(0))}, {"validator", "0"}, {"from", 5}})["code"],
              rpc::code::kInvalidParams);
}

}  // namespace
}  // namespace touchstone::node::api
