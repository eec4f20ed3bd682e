#include "node/api/testing/asked_node.h"
#include "node/ports/network_counters.h"

namespace touchstone::node::api {
namespace {

class FixedCounters final : public NetworkCounters {
  public:
    NetworkReport report() const override {
        NetworkReport report;
        report.topics = {{{TopicKind::Block, 0}, {1, 10, 2, 20}, 4, 3},
                         {{TopicKind::Attestation, 1}, {5, 50, 6, 60}, 4, 2}};
        report.methods = {{Method::Ping, {7, 70, 8, 80}}};
        report.verdicts = {{TopicKind::Block, {9, 8, 7}}};
        return report;
    }
};

class StatisticsMethodsTest : public AskedNodeTest {
  protected:
    StatisticsMethodsTest() : AskedNodeTest(SimulatedChain::make(16)) {}
    void run_until_epoch(std::uint64_t epoch) {
        simulation_.run_until_slot(epoch * simulation_.node(0).chain().parameters().SLOTS_PER_EPOCH + 3);
    }
};

TEST_F(StatisticsMethodsTest, EpochsAreToldOnceTheyHaveEnded) {
    EXPECT_EQ(ask("net_statistics"), (Json{{"epochs", Json::array()}, {"next", nullptr}}));
    run_until_epoch(3);
    const Json all = ask("net_statistics");
    ASSERT_EQ(all["epochs"].size(), 3U) << all;
    EXPECT_EQ(all["next"], nullptr);
    const Json& last = all["epochs"][2];
    EXPECT_EQ(last["epoch"], "2");
    EXPECT_GE(std::stoull(last["participation_ppm"].get<std::string>()), 900'000U);
    EXPECT_EQ(last["validators"]["active"], "16");
    EXPECT_NE(last["stake"]["active"], "0");
    EXPECT_EQ(last["clients"], Json::object()) << "the node is alone";
}

TEST_F(StatisticsMethodsTest, HistoryIsToldInPages) {
    run_until_epoch(4);
    const Json first = ask("net_statistics", {"1", "2"});
    ASSERT_EQ(first["epochs"].size(), 2U);
    EXPECT_EQ(first["epochs"][0]["epoch"], "1");
    EXPECT_EQ(first["next"], "3");
    const Json rest = ask("net_statistics", {first["next"], "2"});
    ASSERT_EQ(rest["epochs"].size(), 1U);
    EXPECT_EQ(rest["next"], nullptr);
    EXPECT_EQ(ask("net_statistics", {nullptr, "1"})["epochs"][0]["epoch"], "3") << "the last";
    EXPECT_EQ(ask("net_statistics", Json::array({"100"}))["epochs"].size(), 0U);
    EXPECT_EQ(error("net_statistics", {nullptr, "226"})["code"], rpc::code::kInvalidParams);
}

TEST_F(StatisticsMethodsTest, TrafficIsWhatTheNetworkCounted) {
    EXPECT_EQ(ask("net_traffic")["topics"], Json::array()) << "a simulated network counts nothing";
    const FixedCounters counters;
    methods_ = make_methods(simulation_.node(0), &counters);
    const Json traffic = ask("net_traffic");
    ASSERT_EQ(traffic["topics"].size(), 2U);
    EXPECT_EQ(traffic["topics"][0]["topic"], "block");
    EXPECT_EQ(traffic["topics"][0]["subnet"], nullptr);
    EXPECT_EQ(traffic["topics"][0]["carried"]["bytes_out"], "20");
    EXPECT_EQ(traffic["topics"][1]["subnet"], "1");
    EXPECT_EQ(traffic["protocols"][0]["protocol"], "ping");
    EXPECT_EQ(traffic["verdicts"][0]["rejected"], "7");
}

}  // namespace
}  // namespace touchstone::node::api
