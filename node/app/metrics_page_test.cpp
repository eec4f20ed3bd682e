#include "node/app/metrics_page.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/metrics/exposition.h"
#include "node/rpc/test_methods.h"
#include "node/services/testing/hand_time.h"

namespace touchstone::node::app {
namespace {

class SilentLog final : public Log {
    void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

class FixedNetwork final : public NetworkCounters {
  public:
    NetworkReport report() const override { return fixed; }
    NetworkReport fixed;
};

class NoPool final : public Verifier {
    void verify(SignatureSets, VerifyPriority, VerifyCompletion) override {}
};

NodeFigures figures() {
    NodeFigures figures;
    figures.status.slot = Slot(40);
    figures.status.head_slot = Slot(39);
    figures.status.justified_epoch = Epoch(3);
    figures.status.finalized_epoch = Epoch(2);
    figures.status.participation = 0.75;
    figures.status.peers = 2;
    figures.network.peers.inbound = 1;
    figures.network.peers.outbound = 1;
    figures.network.peers.clients = {{"touchstone-node", 1}, {"", 1}};
    figures.network.peers.demerits = {1, 0, 1, 0};
    figures.network.peers.events.goodbyes = {{GoodbyeReason::TooManyPeers, 4}};
    figures.network.served[Method::Status] = {.answered = 7, .bytes = 100, .above_quota = 1};
    figures.network.block_arrival.add(1200);
    figures.imports = {{ImportOutcome::Imported, 38}};
    figures.last_epoch.emplace().validators = {.pending = 1, .active = 5, .exiting = 2, .exited = 3, .slashed = 4};
    figures.last_epoch->stake = {
        .stake = 100, .operators = 6, .largest_operator = 25, .to_stop_finality = 2, .to_control_finality = 4};
    figures.genesis_time_ms = 1'700'000'000'500;
    return figures;
}

class MetricsPageTest : public testing::Test {
  protected:
    MetricsPageTest() {
        std::ofstream(folder_ / "chain.sqlite") << "12345";
        structured_log_ = adapters::StructuredLog::open({.file = folder_ / "log", .areas = {}}).value();
        structured_log_->warning("something");
        auto server = adapters::HttpServer::start(
            {.address = *adapters::parse_http_address("127.0.0.1:0")},
            {.on_body = [](const std::string&, const Caller&, const adapters::HttpReply&) {}}, log_);
        server_ = std::move(server).value();
        network_.fixed.thresholds = {-10, -20, -30};
        for (const double score : {0.0, -1.0, -11.0, -21.0, -31.0, -32.0}) {
            network_.fixed.peers.emplace_back().gossip_score = score;
        }
        network_.fixed.peers[0].round_trip_us = 20'000;
        network_.fixed.peers[1].round_trip_us = 500'000;
        network_.fixed.peers[2].round_trip_us = 10'000;
        network_.fixed.topics = {{{TopicKind::Attestation, 0}, {1, 100, 2, 200}, 8, 6},
                                 {{TopicKind::Attestation, 1}, {10, 1000, 20, 2000}, 8, 3}};
        network_.fixed.methods = {{Method::Ping, {5, 50, 6, 60}}};
        network_.fixed.verdicts = {{TopicKind::Block, {9, 8, 7}}};
        rpc_calls_.find("sum")->results = 3;
    }
    MetricsSources sources() {
        return {.node = node_,
                .network = network_,
                .verifier = verifier_,
                .rpc_calls = &rpc_calls_,
                .rpc = server_.get(),
                .subscriptions = &subscriptions_,
                .log = *structured_log_,
                .data_dir = folder_.path(),
                .files = {{"chain", folder_ / "chain.sqlite"}, {"chain_wal", folder_ / "chain.sqlite-wal"}},
                .slots_per_epoch = 8};
    }
    void expect_line(const std::string& line) {
        const std::string page = metrics_page(sources());
        EXPECT_NE(("\n" + page).find("\n" + line + "\n"), std::string::npos) << line << "\nis not in\n" << page;
    }
    static unsigned status_of(const adapters::HttpPages& pages, std::string_view path) {
        const auto page = pages(path);
        return page ? page->status : 404;
    }

    SilentLog log_;
    std::unique_ptr<adapters::StructuredLog> structured_log_;
    adapters::TemporaryFolder folder_;
    NodeMetrics node_;
    FixedNetwork network_;
    NoPool pool_;
    adapters::MeasuredVerifier verifier_{pool_};
    int notified_ = 0;
    RpcFigures rpc_calls_{rpc::example_methods(notified_)};
    HandTime time_;
    api::Subscriptions subscriptions_{time_, time_};
    std::unique_ptr<adapters::HttpServer> server_;
};

TEST_F(MetricsPageTest, SubscriptionsAreCounted) {
    expect_line("touchstone_rpc_subscriptions 0");
    expect_line("touchstone_rpc_subscriptions_dropped_total 0");
    expect_line("touchstone_rpc_waiting_bytes 0");
    expect_line("touchstone_rpc_cut_off_total 0");
}

TEST_F(MetricsPageTest, EveryMetricOfTheTableIsOnThePage) {
    node_.publish(figures());
    const std::string page = metrics_page(sources());
    for (const MetricRow& row : kMetricRows)
        EXPECT_NE(page.find("# TYPE " + std::string(row.name) + " "), std::string::npos) << row.name;
    // ./dev lint metrics has promtool read it.
    if (const char* const path = std::getenv("TOUCHSTONE_METRICS_PAGE")) std::ofstream(path) << page;
}

TEST_F(MetricsPageTest, FiguresStandUnderTheirNamesAndLabels) {
    node_.publish(figures());
    node_.on_head({Root(), Slot(39), Root(), true});
    node_.on_head({Root(), Slot(40), Root(), false});
    node_.add(MeasuredWork::BlockExecution, 30'000);
    node_.add(MeasuredWork::Commit, 700);
    verifier_.verify(SignatureSets(5), VerifyPriority::Transaction, [](const std::vector<bool>&) {});
    expect_line("touchstone_genesis_time_seconds 1700000000.5");
    expect_line("touchstone_head_slot 39");
    expect_line("touchstone_participation_ratio 0.75");
    expect_line("touchstone_head_changes_total{kind=\"reorganization\"} 1");
    expect_line("touchstone_block_imports_total{outcome=\"imported\"} 38");
    expect_line("touchstone_block_imports_total{outcome=\"invalid\"} 0");
    expect_line("touchstone_block_import_seconds_bucket{stage=\"execution\",le=\"0.025\"} 0");
    expect_line("touchstone_block_import_seconds_bucket{stage=\"execution\",le=\"0.05\"} 1");
    expect_line("touchstone_block_import_seconds_count{stage=\"fork_choice\"} 0");
    expect_line("touchstone_block_arrival_seconds_bucket{le=\"1\"} 0");
    expect_line("touchstone_block_arrival_seconds_bucket{le=\"1.5\"} 1");
    expect_line("touchstone_block_arrival_seconds_sum 1.2");
    expect_line("touchstone_store_commit_seconds_bucket{le=\"0.001\"} 1");
    expect_line("touchstone_signatures_under_way{priority=\"transaction\"} 5");
    expect_line("touchstone_validators{status=\"exiting\"} 2");
    expect_line("touchstone_stake_largest_operator_ratio 0.25");
    expect_line("touchstone_stake_nakamoto_operators{power=\"control\"} 4");
    expect_line("touchstone_database_bytes{file=\"chain\"} 5");
    expect_line("touchstone_log_lines_total{level=\"warning\"} 1");
    expect_line("touchstone_log_lines_left_out_total 0");
    expect_line("touchstone_peers{direction=\"inbound\"} 1");
    expect_line("touchstone_peers_by_client{client=\"touchstone-node\"} 1");
    expect_line("touchstone_peers_by_demerits{demerits=\"25_to_49\"} 1");
    expect_line("touchstone_peers_by_score{score=\"good\"} 1");
    expect_line("touchstone_peers_by_score{score=\"bad\"} 1");
    expect_line("touchstone_peers_by_score{score=\"no_gossip\"} 1");
    expect_line("touchstone_peers_by_score{score=\"not_heard\"} 2");
    expect_line("touchstone_peer_goodbyes_total{reason=\"too_many_peers\"} 4");
    expect_line("touchstone_peer_goodbyes_total{reason=\"fault\"} 0");
    expect_line("touchstone_peer_round_trip_seconds{rank=\"median\"} 0.02");
    expect_line("touchstone_peer_round_trip_seconds{rank=\"greatest\"} 0.5");
    expect_line("touchstone_gossip_bytes_total{topic=\"attestation\",direction=\"in\"} 1100");
    expect_line("touchstone_gossip_mesh_peers{topic=\"attestation\"} 3");
    expect_line("touchstone_gossip_verdicts_total{topic=\"block\",verdict=\"reject\"} 7");
    expect_line("touchstone_protocol_messages_total{protocol=\"ping\",direction=\"out\"} 6");
    expect_line("touchstone_requests_served_total{protocol=\"status\",outcome=\"above_quota\"} 1");
    expect_line("touchstone_rpc_calls_total{method=\"sum\",outcome=\"result\"} 3");
    const std::string page = metrics_page(sources());
    EXPECT_EQ(page.find("file=\"chain_wal\""), std::string::npos) << "there is no such file";
    EXPECT_EQ(page.find("method=\"greet\""), std::string::npos) << "nobody called it";
}

TEST_F(MetricsPageTest, HealthFollowsThePublishedFigures) {
    const adapters::HttpPages pages = make_pages(sources());
    EXPECT_EQ(status_of(pages, "/health/live"), 200U);
    EXPECT_EQ(status_of(pages, "/health/ready"), 503U) << "nothing is known yet";
    EXPECT_EQ(status_of(pages, "/metrics"), 200U);
    expect_line("touchstone_ready 0");
    node_.publish(figures());
    EXPECT_EQ(status_of(pages, "/health/ready"), 200U);
    expect_line("touchstone_ready 1");
    NodeFigures alone = figures();
    alone.status.peers = 0;
    node_.publish(alone);
    EXPECT_EQ(status_of(pages, "/health/ready"), 503U);
    EXPECT_EQ(pages("/health/ready")->body, "{\"ok\":false,\"reasons\":[\"no peers\"]}\n");
    EXPECT_EQ(pages("/health/live")->body, "{\"ok\":true,\"reasons\":[]}\n");
    EXPECT_EQ(status_of(pages, "/health/live"), 200U);
    EXPECT_EQ(status_of(pages, "/"), 404U);
}

}  // namespace
}  // namespace touchstone::node::app
