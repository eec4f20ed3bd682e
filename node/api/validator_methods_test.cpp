// Validators in lists, their duties, places in queues, holders and rewards.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "node/api/testing/asked_node.h"

namespace touchstone::node::api {
namespace {

class ValidatorMethodsTest : public AskedNodeTest {
  protected:
    ValidatorMethodsTest() : AskedNodeTest(chain()) {}

    /// On which a validator may leave as soon as it is active. [STK-11]
    static std::shared_ptr<const SimulatedChain> chain() {
        static const auto made = [] {
            sim::SimulatedGenesis choices{.validators = kValidators,
                                          .accounts = kValidators + 2,
                                          .commission = 500,
                                          .operators_have_accounts = true};
            choices.parameters.SHARD_COMMITTEE_PERIOD = 0;
            return SimulatedChain::make(choices);
        }();
        return made;
    }
};

TEST_F(ValidatorMethodsTest, AListIsToldInPages) {
    const Json all = ask("validator_list");
    EXPECT_EQ(all["total"], "16");
    ASSERT_EQ(all["validators"].size(), kValidators);
    EXPECT_EQ(all["next"], nullptr);
    EXPECT_EQ(all["validators"][3], ask("validator_get", {{"validator", "3"}})["validator"]);
    const Json page = ask("validator_list", {{"first", "14"}, {"count", "1"}});
    EXPECT_EQ(page["validators"], Json::array({all["validators"][14]}));
    EXPECT_EQ(page["next"], "15");
    EXPECT_EQ(ask("validator_list", {{"first", "18446744073709551615"}})["validators"], Json::array());
    EXPECT_EQ(error("validator_list", {{"count", "257"}})["code"], rpc::code::kInvalidParams);
}

TEST_F(ValidatorMethodsTest, AListIsFiltered) {
    const Json own = ask("validator_list", {{"operator", address_to_text(address(5))}})["validators"];
    ASSERT_EQ(own.size(), 1U);
    EXPECT_EQ(own[0]["index"], "5");
    EXPECT_EQ(ask("validator_list", {{"status", "active"}})["validators"].size(), kValidators);
    EXPECT_EQ(ask("validator_list", {{"status", "exited"}})["validators"].size(), 0U);
    EXPECT_EQ(error("validator_list", {{"status", "asleep"}})["code"], rpc::code::kInvalidParams);
}

TEST_F(ValidatorMethodsTest, EveryActiveValidatorVotesOnceInAnEpochAndEverySlotHasAProposer) {
    for (const char* epoch : {"0", "1"}) {
        std::set<std::string> proposals;
        std::set<std::string> seats;
        for (std::size_t i = 0; i < kValidators; ++i) {
            const Json duties = ask("validator_duties", {{"validator", std::to_string(i)}, {"epoch", epoch}});
            ASSERT_TRUE(duties["attestation"].is_object());
            const Json& seat = duties["attestation"];
            seats.insert(Json::array({seat["slot"], seat["committee_index"], seat["position"]}).dump());
            for (const Json& slot : duties["proposals"])
                EXPECT_TRUE(proposals.insert(slot.get<std::string>()).second) << slot;
        }
        EXPECT_EQ(seats.size(), kValidators);
        EXPECT_EQ(proposals.size(), simulation_.parameters().SLOTS_PER_EPOCH);
    }
    EXPECT_EQ(error("validator_duties", {{"validator", "0"}, {"epoch", "2"}})["code"], rpc::code::kInvalidParams);
}

TEST_F(ValidatorMethodsTest, WhoExitsStandsInTheQueueAndThenLeaves) {
    EXPECT_EQ(ask("validator_queue", {{"validator", "3"}})["exit"], nullptr);
    const Json id = send(transaction(3, 0, ExitValidator{ValidatorIndex(3)}));
    simulation_.run_until_slot(4);
    ASSERT_EQ(ask("tx_receipt", {{"id", id}})["status"], "success");
    const Json place = ask("validator_queue", {{"validator", "3"}});
    EXPECT_EQ(place["status"], "exiting");
    EXPECT_EQ(place["exit"]["ahead"], "0");
    EXPECT_EQ(place["activation"], nullptr);
    EXPECT_EQ(ask("stake_queues")["unbond"]["length"], "1");
    EXPECT_EQ(ask("stake_queues", {{"at", "2"}})["unbond"]["length"], "0");
    simulation_.run_until_epoch(12);
    const Json after = ask("validator_queue", {{"validator", "3"}});
    EXPECT_EQ(after["status"], "exited");
    EXPECT_EQ(after["exit"], nullptr);
    EXPECT_EQ(ask("stake_queues")["unbond"]["length"], "0");
    EXPECT_EQ(ask("validator_list", {{"status", "exited"}})["total"], "16");
    EXPECT_EQ(ask("validator_list", {{"status", "exited"}})["validators"].size(), 1U);
}

TEST_F(ValidatorMethodsTest, HoldersOfAPoolAreFoundFromBothSides) {
    send(transaction(17, 0, Delegate{ValidatorIndex(3), Amount(5 * GRAINS_PER_TST)}));
    simulation_.run_until_epoch(5);
    const Json delegations = ask("validator_delegations", {{"validator", "3"}});
    EXPECT_EQ(delegations["next"], nullptr);
    ASSERT_EQ(delegations["delegations"].size(), 2U);
    std::map<std::string, Json> by_holder;
    for (const Json& each : delegations["delegations"])
        by_holder[each["holder"].get<std::string>()] = each["shares"];
    EXPECT_EQ(by_holder[address_to_text(address(3))], std::to_string(1024 * GRAINS_PER_TST));
    const Json stake = ask("stake_get", {{"address", address_to_text(address(17))}, {"validator", "3"}});
    EXPECT_EQ(by_holder[address_to_text(address(17))], stake["shares"]);
    const Json list = ask("stake_list", {{"address", address_to_text(address(17))}});
    ASSERT_EQ(list["stakes"].size(), 1U);
    EXPECT_EQ(list["stakes"][0],
              (Json{{"validator_index", "3"}, {"shares", stake["shares"]}, {"value", stake["value"]}}));
    const Json last = "0x" + std::string(64, 'f');
    EXPECT_EQ(ask("stake_list", {{"address", address_to_text(address(17))}, {"after", last}})["stakes"], Json::array());
}

TEST_F(ValidatorMethodsTest, RewardsAreWhatTheEpochsEndPays) {
    EXPECT_EQ(error("validator_rewards", {{"validator", "3"}})["code"], code::kNotYet);
    simulation_.run_until_slot(2 * 8 - 1);
    const Json rewards = ask("validator_rewards", {{"validator", "3"}});
    ASSERT_EQ(rewards["at"]["slot"], "15");
    EXPECT_EQ(rewards["epoch"], "0");
    std::uint64_t sum = 0;
    for (const char* part : {"source", "target", "head"})
        sum += std::stoull(rewards[part]["reward"].get<std::string>());
    EXPECT_GT(sum, 0U);
    const auto worth = [this](const char* at) {
        const Json validator = ask("validator_get", {{"validator", "3"}, {"at", at}})["validator"];
        return std::stoull(validator["stake"].get<std::string>()) +
               std::stoull(validator["unclaimed_commission"].get<std::string>());
    };
    simulation_.run_until_slot(2 * 8);
    const std::uint64_t before = worth("15");
    EXPECT_GE(worth("16"), before + sum) << "and what a proposer gets";
}

TEST_F(ValidatorMethodsTest, TotalsAreSums) {
    const Json totals = ask("stake_totals");
    EXPECT_EQ(totals["validators"], "16");
    EXPECT_EQ(totals["active_validators"], "16");
    EXPECT_EQ(totals["active_stake"], std::to_string(16 * 1024 * GRAINS_PER_TST));
    EXPECT_EQ(totals["bonding"], "0");
}

}  // namespace
}  // namespace touchstone::node::api
