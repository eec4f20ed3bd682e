// Subscribers of a node that is cut off, turns to another branch, and is started again.
#include <gtest/gtest.h>

#include "node/api/testing/asked_node.h"
#include "node/api/testing/recorded_connection.h"

namespace touchstone::node::api {
namespace {

constexpr std::size_t kFollowed = 3;

/// Node 3 of four, and a reader that keeps the chain which it is told.
class ResumeTest : public ::testing::TestWithParam<std::uint64_t> {
  protected:
    ResumeTest()
        : simulation_(config(GetParam()), chain(), std::make_shared<sim::VerdictCache>()),
          timers_(simulation_.scheduler(), 0, [](const auto& task) { task(); }),
          subscriptions_(clock_, timers_) {
        simulation_.start_all();
        begin();
        roots_.push_back(to_json(node().genesis_block_root()));
        cursor_ = roots_.front();
    }
    ~ResumeTest() override { subscriptions_.end(); }

    static sim::SimulationConfig config(std::uint64_t seed) {
        sim::SimulationConfig config;
        config.seed = seed;
        config.nodes = 4;
        config.validators = 16;
        return config;
    }
    static std::shared_ptr<const SimulatedChain> chain() {
        static const auto made = SimulatedChain::make(16);
        return made;
    }
    const Chain& node() { return simulation_.node(kFollowed).chain(); }
    void begin() {
        subscriptions_.begin(simulation_.node(kFollowed));
        methods_ = make_methods(simulation_.node(kFollowed), nullptr, &subscriptions_);
    }
    void restart() {
        subscriptions_.end();
        simulation_.stop(kFollowed);
        simulation_.start(kFollowed);
        begin();
    }

    void connect() {
        reader_ = std::make_shared<RecordedConnection>();
        const Json request = {
            {"jsonrpc", "2.0"}, {"method", "subscribe_heads"}, {"params", {{"cursor", cursor_}}}, {"id", 1}};
        rpc::Exchange exchange(request.dump(), *methods_, {}, Caller{reader_});
        exchange.run_next();
        const Json response = Json::parse(exchange.response().value_or("null"));
        ASSERT_TRUE(response.contains("result")) << response;
    }
    /// Does what it was told, and is gone.
    void disconnect() {
        reader_->close("gone");
        for (const Json& each : reader_->received)
            apply(each.at("params"));
    }
    void apply(const Json& params) {
        const Json& event = params.at("event");
        cursor_ = params.at("cursor");
        if (event.at("kind") == "block") {
            EXPECT_EQ(event.at("parent_root"), roots_.back());
            roots_.push_back(event.at("root"));
            return;
        }
        ASSERT_EQ(event.at("kind"), "reorganization");
        EXPECT_EQ(event.at("from").at("root"), roots_.back());
        roots_.resize(roots_.size() - std::stoull(event.at("left").get<std::string>()));
        EXPECT_EQ(event.at("common_ancestor").at("root"), roots_.back());
        ++turns_;
    }
    std::vector<Json> canonical_roots() {
        std::vector<Json> roots(1, to_json(node().genesis_block_root()));
        for (const StoredBlock& block : node().canonical_blocks(Slot(1), 10'000))
            roots.push_back(to_json(block.root));
        return roots;
    }

    Simulation simulation_;
    sim::SimulatedClock clock_{simulation_.scheduler(), 0};
    sim::SimulatedTimers timers_;
    Subscriptions subscriptions_;
    std::shared_ptr<const rpc::MethodTable> methods_;
    std::shared_ptr<RecordedConnection> reader_;
    std::vector<Json> roots_;
    Json cursor_;
    std::size_t turns_ = 0;
};

TEST_P(ResumeTest, AReaderThatStaysHasTheChainThroughATurn) {
    connect();
    simulation_.run_until_epoch(2);
    simulation_.network().partition({0, 0, 0, 1});
    simulation_.run_until_epoch(5);
    simulation_.network().heal();
    simulation_.run_until_epoch(9);
    disconnect();
    EXPECT_EQ(roots_, canonical_roots());
    EXPECT_GE(turns_, 1U) << "its own branch has gone";
}

TEST_P(ResumeTest, ACursorOfABranchThatFinalityForgotLeadsBackAfterARestart) {
    connect();
    simulation_.run_until_epoch(2);
    simulation_.network().partition({0, 0, 0, 1});
    simulation_.run_until_epoch(5);
    disconnect();
    EXPECT_EQ(roots_, canonical_roots()) << "on its own branch";
    simulation_.network().heal();
    simulation_.run_until_epoch(9);
    restart();
    simulation_.run_until_epoch(10);
    connect();
    simulation_.run_until_epoch(11);
    disconnect();
    EXPECT_EQ(roots_, canonical_roots());
    EXPECT_GE(turns_, 1U);
}

TEST_P(ResumeTest, ARestartIsNoGap) {
    connect();
    simulation_.run_until_epoch(3);
    disconnect();
    restart();
    simulation_.run_until_epoch(4);
    connect();
    simulation_.run_until_epoch(5);
    disconnect();
    EXPECT_EQ(roots_, canonical_roots());
}

INSTANTIATE_TEST_SUITE_P(Seeds, ResumeTest, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace touchstone::node::api
