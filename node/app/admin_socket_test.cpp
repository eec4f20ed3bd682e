#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/http/testing/http_client.h"
#include "node/app/admin_methods.h"
#include "node/app/rpc_gateway.h"
#include "node/rpc/method.h"
#include "node/rpc/test_methods.h"
#include "node/services/testing/peer_ports.h"
#include "node/services/testing/silent_ports.h"

namespace touchstone::node::app {
namespace {

using rpc::Json;

const std::string kBannedPeer = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
const std::string kTrusted = "12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8";
const std::string kAddress = "/ip4/192.0.2.7/tcp/9000/p2p/" + kBannedPeer;

class AdminMethodsTest : public testing::Test {
  protected:
    static PeerOptions with_trusted() {
        PeerOptions options;
        options.trusted = {{PeerId{kTrusted}, {}}};
        return options;
    }
    Json call(const std::string& method, const Json& params) {
        const Json request{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}};
        return Json::parse(*rpc::answer(request.dump(), *methods_));
    }

    bool connect() {
        return connections_.on_connected(PeerId{kBannedPeer},
                                         {.outbound = false, .address = "/ip4/192.0.2.7/tcp/9000"});
    }
    Json bans() { return call("admin_list_bans", Json::array()).at("result").at("bans"); }

    SetClock clock_;
    std::uint64_t ms_a_reading_ = 0;  // by which the clock goes on after each reading of a method
    PeerNetwork network_;
    CountingRandom random_;
    NoLog log_;
    KeptMemory memory_;
    Connections connections_{{clock_, network_, random_, log_, &memory_}, with_trusted(), MAINNET};
    LogLevels levels_;
    int stops_ = 0;
    adapters::Outcome<std::string> renewed_ = std::string("2027-01-31T12:00:00Z");
    std::shared_ptr<const rpc::MethodTable> methods_ =
        make_admin_methods({.network = network_,
                            .connections = [this]() -> Connections& { return connections_; },
                            .now_ms = [this] { return std::exchange(clock_.time_ms, clock_.time_ms + ms_a_reading_); },
                            .set_log_level =
                                [this](std::optional<LogArea> area, LogLevel level) {
                                    (area ? levels_.areas[*area] : levels_.level) = level;
                                    return levels_;
                                },
                            .renew_credentials = [this] { return renewed_; },
                            .stop = [this] { ++stops_; }});
};

TEST_F(AdminMethodsTest, ALevelIsSetOfOneAreaOrOfAll) {
    EXPECT_EQ(call("admin_set_log_level", {"sync", "debug"}).at("result"),
              Json::parse(R"({"level":"info","areas":{"sync":"debug"}})"));
    EXPECT_EQ(call("admin_set_log_level", {{"area", "all"}, {"level", "error"}}).at("result"),
              Json::parse(R"({"level":"error","areas":{"sync":"debug"}})"));
    EXPECT_EQ(call("admin_set_log_level", {"weather", "debug"}).at("error").at("code"), rpc::code::kInvalidParams);
    EXPECT_EQ(call("admin_set_log_level", {"sync", "loud"}).at("error").at("code"), rpc::code::kInvalidParams);
}

TEST_F(AdminMethodsTest, PeersAreDialedAndLetGo) {
    EXPECT_EQ(call("admin_add_peer", Json::array({kAddress})).at("result").at("id"), kBannedPeer);
    EXPECT_EQ(network_.dialed, std::vector{kAddress});
    for (const std::string& wrong : {std::string("/ip4/192.0.2.7/tcp/9000"), kBannedPeer, std::string()}) {
        EXPECT_EQ(call("admin_add_peer", Json::array({wrong})).at("error").at("code"), rpc::code::kInvalidParams);
    }
    EXPECT_EQ(call("admin_remove_peer", Json::array({kBannedPeer})).at("error").at("code"), -32020);
    ASSERT_TRUE(connect());
    EXPECT_EQ(call("admin_remove_peer", Json::array({kBannedPeer})).at("result").at("id"), kBannedPeer);
    EXPECT_EQ(network_.disconnected, std::vector{PeerId{kBannedPeer}});
    EXPECT_EQ(network_.dialed.size(), 1U);
}

TEST_F(AdminMethodsTest, APeerIsBannedForSomeTimeAndLetInAgain) {
    EXPECT_EQ(bans(), Json::array());
    ASSERT_TRUE(connect());
    const std::uint64_t until_ms = clock_.time_ms + 60'000;
    EXPECT_EQ(call("admin_ban_peer", {kBannedPeer, "60"}).at("result"),
              Json({{"id", kBannedPeer}, {"until_ms", std::to_string(until_ms)}}));
    EXPECT_EQ(bans(), Json::array({{{"id", kBannedPeer},
                                    {"ip", "192.0.2.7"},
                                    {"reason", "operator"},
                                    {"until_ms", std::to_string(until_ms)}}}));
    EXPECT_EQ(memory_.bans.at(PeerId{kBannedPeer}).until_ms, until_ms) << "written at once";
    EXPECT_EQ(memory_.bans.at(PeerId{kBannedPeer}).reason, "operator");
    EXPECT_FALSE(connect());
    EXPECT_EQ(call("admin_lift_ban", Json::array({kBannedPeer})).at("result"), Json({{"id", kBannedPeer}}));
    EXPECT_EQ(bans(), Json::array());
    EXPECT_TRUE(memory_.bans.empty());
    EXPECT_TRUE(connect());
    call("admin_ban_peer", {kBannedPeer, "3600"});
    network_.answer_all();
    EXPECT_TRUE(network_.refused.contains(PeerId{kBannedPeer})) << "by the network below too";
    call("admin_lift_ban", Json::array({kBannedPeer}));
    EXPECT_FALSE(network_.refused.contains(PeerId{kBannedPeer}));
    EXPECT_EQ(call("admin_lift_ban", Json::array({kBannedPeer})).at("error").at("code"), -32023);
    call("admin_ban_peer", {kBannedPeer, "60"});
    clock_.time_ms += 60'000;
    EXPECT_EQ(bans(), Json::array());
    EXPECT_TRUE(connect());
}

TEST_F(AdminMethodsTest, TheLongestBanIsToldWithItsEndWhateverTheClockDoesMeanwhile) {
    ms_a_reading_ = 1;
    const Json answer = call("admin_ban_peer", {kBannedPeer, "86400"});
    const std::uint64_t until_ms = memory_.bans.at(PeerId{kBannedPeer}).until_ms;
    EXPECT_EQ(answer.at("result"), Json({{"id", kBannedPeer}, {"until_ms", std::to_string(until_ms)}}));
}

TEST_F(AdminMethodsTest, ABanForAnOffenceIsListedWithIt) {
    ASSERT_TRUE(connect());
    connections_.punish(PeerId{kBannedPeer}, Offence::InvalidBlock);
    ASSERT_EQ(bans().size(), 1U);
    EXPECT_EQ(bans().at(0).at("reason"), "invalid_block");
}

TEST_F(AdminMethodsTest, WhatNobodyCanBanIsRefused) {
    for (const Json& wrong :
         {Json::array({"somebody", "60"}), Json::array({kBannedPeer, "0"}), Json::array({kBannedPeer, "86401"}),
          Json::array({kBannedPeer, 60}), Json::array({kBannedPeer}), Json::array({"", "60"})}) {
        EXPECT_EQ(call("admin_ban_peer", wrong).at("error").at("code"), rpc::code::kInvalidParams) << wrong;
    }
    EXPECT_EQ(call("admin_ban_peer", {kTrusted, "60"}).at("error").at("code"), -32022);
    EXPECT_EQ(bans(), Json::array());
}

TEST_F(AdminMethodsTest, CredentialsAreRenewedOrItIsSaidWhyNot) {
    const auto renew = [this] { return call("admin_renew_credentials", Json::array()); };
    EXPECT_EQ(renew().at("result"), Json({{"certificate_expires", "2027-01-31T12:00:00Z"}}));
    renewed_ = std::string();
    EXPECT_EQ(renew().at("result"), Json({{"certificate_expires", nullptr}}));
    renewed_ = adapters::Fault{adapters::FaultKind::Keys, "no key"};
    EXPECT_EQ(renew().at("error").at("code"), -32021);
    EXPECT_EQ(renew().at("error").at("data").at("reason"), "no key");
}

TEST_F(AdminMethodsTest, TheNodeIsStopped) {
    EXPECT_EQ(call("admin_stop", Json::array()).at("result"), Json({{"stopping", true}}));
    EXPECT_EQ(stops_, 1);
}

TEST_F(AdminMethodsTest, WhatIsAnsweredIsAsDeclaredAndDescribed) {
    ASSERT_TRUE(connect());
    for (const auto& [method, params] : {std::pair<std::string, Json>("admin_set_log_level", {"sync", "debug"}),
                                         std::pair<std::string, Json>("admin_add_peer", Json::array({kAddress})),
                                         std::pair<std::string, Json>("admin_remove_peer", Json::array({kBannedPeer})),
                                         std::pair<std::string, Json>("admin_ban_peer", {kBannedPeer, "60"}),
                                         std::pair<std::string, Json>("admin_list_bans", Json::array()),
                                         std::pair<std::string, Json>("admin_lift_ban", Json::array({kBannedPeer})),
                                         std::pair<std::string, Json>("admin_renew_credentials", Json::array()),
                                         std::pair<std::string, Json>("admin_stop", Json::array())}) {
        EXPECT_EQ(rpc::result_problem(methods_->find(method)->declaration, call(method, params).at("result")), "");
    }
    std::set<std::string> described;
    const Json document = call("rpc.discover", Json::array());
    for (const Json& method : document.at("result").at("methods"))
        described.insert(method.at("name"));
    EXPECT_EQ(described, (std::set<std::string>{"admin_add_peer", "admin_ban_peer", "admin_lift_ban", "admin_list_bans",
                                                "admin_remove_peer", "admin_renew_credentials", "admin_set_log_level",
                                                "admin_stop", "rpc.discover"}));
}

TEST_F(AdminMethodsTest, TheyAreReachedOverTheSocket) {
    const adapters::TemporaryFolder folder;
    adapters::HttpOptions options;
    options.unix_socket = folder / "admin";
    SilentEvents log;
    const PostToWriter at_once = [](const std::function<void()>& task) { task(); };
    const auto server = adapters::HttpServer::start(options, make_rpc_handlers(methods_, at_once), log);
    ASSERT_TRUE(server.ok()) << server.fault().text;
    adapters::HttpClient client(folder / "admin");
    client.send(adapters::post(R"({"jsonrpc":"2.0","id":1,"method":"admin_stop"})"));
    EXPECT_EQ(adapters::body_of(client.receive()), R"({"id":1,"jsonrpc":"2.0","result":{"stopping":true}})");
}

}  // namespace
}  // namespace touchstone::node::app
