#include <gtest/gtest.h>

#include "node/api/testing/asked_node.h"
#include "node/api/testing/recorded_connection.h"

namespace touchstone::node::api {
namespace {

class PerformanceMethodsTest : public AskedNodeTest {
  protected:
    PerformanceMethodsTest() : AskedNodeTest(SimulatedChain::make(16)) { connection_ = reader_; }

    /// The last epoch that is told of.
    std::uint64_t last_complete() { return simulation_.node(0).chain().fork_choice().finalized().epoch.value() - 2; }
    Json performance(const Json& params) { return ask("validator_performance", params); }

    std::shared_ptr<RecordedConnection> reader_ = std::make_shared<RecordedConnection>();
};

TEST_F(PerformanceMethodsTest, ANodeThatHasFinalizedNothingHasNone) {
    const Json none = performance({{"validators", Json::array({"1"})}});
    EXPECT_EQ(none["epochs"], Json::array());
    EXPECT_EQ(none["next"], Json());
}

TEST_F(PerformanceMethodsTest, FinalEpochsAreToldInPages) {
    simulation_.run_until_epoch(8);
    const std::uint64_t last = last_complete();
    ASSERT_GE(last, 4U);
    const Json first = performance({{"validators", {"5", "2"}}, {"from", "1"}, {"count", "2"}});
    ASSERT_EQ(first["epochs"].size(), 2U);
    EXPECT_EQ(first["epochs"][0]["epoch"], "1");
    EXPECT_EQ(first["epochs"][1]["epoch"], "2");
    EXPECT_EQ(first["next"], "3");
    const Json& validators = first["epochs"][0]["validators"];
    ASSERT_EQ(validators.size(), 2U);
    EXPECT_EQ(validators[0]["validator_index"], "2");
    EXPECT_EQ(validators[0]["active"], true);
    EXPECT_EQ(validators[0]["target"]["timely"], true);
    EXPECT_NE(validators[0]["target"]["reward"], "0");
    EXPECT_EQ(validators[0]["target"]["penalty"], "0");
    EXPECT_NE(validators[0]["inclusion_distance"], Json());
    const Json rest = performance({{"validators", Json::array({"2"})}, {"from", first["next"]}});
    EXPECT_EQ(rest["epochs"].back()["epoch"], std::to_string(last));
    EXPECT_EQ(rest["next"], Json());
    const Json newest = performance({{"validators", Json::array({"2"})}, {"count", "1"}});
    EXPECT_EQ(newest["epochs"][0], rest["epochs"].back());
}

TEST_F(PerformanceMethodsTest, WhatIsAskedIsChecked) {
    EXPECT_EQ(error("validator_performance", {{"validators", Json::array({"16"})}})["code"], code::kUnknownValidator);
    EXPECT_EQ(error("validator_performance", {{"validators", Json::array({"1"})}, {"count", "9"}})["code"],
              rpc::code::kInvalidParams);
    EXPECT_EQ(error("subscribe_performance", {{"validators", Json::array({"16"})}})["code"], code::kUnknownValidator);
    const std::string root = to_json(Root()).get<std::string>();
    const Json params = {{"validators", Json::array({"1"})}, {"cursor", "2:" + root}};
    EXPECT_EQ(error("subscribe_performance", params)["code"], code::kCursorNotKept);
    const Json another = {{"validators", Json::array({"1"})}, {"cursor", root}};
    EXPECT_EQ(error("subscribe_performance", another)["code"], rpc::code::kInvalidParams);
}

TEST_F(PerformanceMethodsTest, EveryEpochIsToldOnceAndFromACursorThoseAfterIt) {
    const Json id = ask("subscribe_performance", {{"validators", Json::array({"3"})}})["subscription"];
    simulation_.run_until_epoch(8);
    const auto told = reader_->told(id);
    ASSERT_EQ(told.size(), last_complete() + 1);
    for (std::size_t epoch = 0; epoch < told.size(); ++epoch) {
        EXPECT_EQ(rpc::notification_problem(declaration("subscribe_performance"), told[epoch]), "") << told[epoch];
        EXPECT_EQ(told[epoch]["event"]["epoch"], std::to_string(epoch));
        EXPECT_EQ(told[epoch]["event"]["validators"][0]["validator_index"], "3");
    }
    const Json params = {{"validators", Json::array({"3"})}, {"cursor", told[1]["cursor"]}};
    const Json again = ask("subscribe_performance", params)["subscription"];
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 200);
    const auto rest = reader_->told(again);
    ASSERT_EQ(rest.size(), told.size() - 2);
    EXPECT_EQ(rest.front()["event"], told[2]["event"]);
    EXPECT_EQ(rest.back()["cursor"], told.back()["cursor"]);
}

}  // namespace
}  // namespace touchstone::node::api
