#include "node/app/settings.h"

#include <gtest/gtest.h>

#include <fstream>

#include "node/adapters/files/temporary_folder.h"
#include "node/app/peer_settings.h"

namespace touchstone::node::app {
namespace {

using Texts = std::vector<std::string>;

class SettingsTest : public ::testing::Test {
  protected:
    Outcome<SettingValues> read(const std::string& text) {
        std::ofstream(path_, std::ios::trunc) << text;
        return read_settings_file(path_);
    }
    void expect_refused(const std::string& text, const std::string& because) {
        const auto values = read(text);
        ASSERT_FALSE(values.ok()) << text;
        EXPECT_EQ(values.fault().kind, FaultKind::Configuration);
        EXPECT_NE(values.fault().text.find(path_.string()), std::string::npos);
        EXPECT_NE(values.fault().text.find(because), std::string::npos) << values.fault().text;
    }

    adapters::TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "node.toml";
};

const std::string kPeer = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

SettingValues required() { return {{"data_dir", std::string("/d")}, {"genesis", std::string("/g")}}; }

TEST_F(SettingsTest, AFileSetsWhatItNames) {
    const auto values = read(
        "data_dir = \"/var/node\"\npeers = [\"a\", \"b\"]\nlisten = \"c\"\nverifier_threads = 3\n"
        "create_watermarks = true\n[log]\nlevel = \"debug\"\n");
    ASSERT_TRUE(values.ok()) << values.fault().text;
    const SettingValues expected{
        {"data_dir", std::string("/var/node")}, {"peers", Texts{"a", "b"}},  {"listen", Texts{"c"}},
        {"verifier_threads", std::uint64_t{3}}, {"create_watermarks", true}, {"log.level", std::string("debug")}};
    EXPECT_EQ(values.value(), expected);
}

TEST_F(SettingsTest, ADamagedFileIsRefusedWithTheLine) {
    expect_refused("data_dir = \"/x\"\n\ngenesis = \"/y\n", "line 3");
    expect_refused("data_dir = \"/x\"\ndata_dir = \"/y\"\n", "line 2");
    expect_refused("\x01\x02", "line 1");
}

TEST_F(SettingsTest, AnUnknownKeyIsRefusedWithTheNearestKnownOne) {
    expect_refused("data_dir = \"/x\"\ndata_dri = \"/x\"\n",
                   "line 2: there is no setting data_dri; did you mean data_dir?");
    expect_refused("[log]\nlevle = \"info\"\n", "line 2: there is no setting log.levle; did you mean log.level?");
    expect_refused("[lgo]\nlevel = \"info\"\n", "line 1: there is no setting lgo");
    expect_refused("zzzzzzzzzzzz = 1\n", "lists all keys");
}

TEST_F(SettingsTest, AValueOfAnotherTypeIsRefusedWithTheLine) {
    expect_refused("\ndata_dir = 5\n", "line 2: data_dir must be a text in quotes");
    expect_refused("peers = [1]\n", "peers must be a list of texts");
    expect_refused("verifier_threads = -1\n", "verifier_threads must be a whole number, not negative");
    expect_refused("create_watermarks = \"yes\"\n", "create_watermarks must be true or false");
    expect_refused("log = 1\n", "there is no setting log");
}

TEST_F(SettingsTest, AMissingFileIsNamed) {
    const auto values = read_settings_file(folder_ / "none.toml");
    ASSERT_FALSE(values.ok());
    EXPECT_NE(values.fault().text.find("none.toml"), std::string::npos);
}

TEST_F(SettingsTest, WhatIsPrintedReadsBackAsTheSame) {
    SettingValues values = required();
    values["peers"] = Texts{"/ip4/1.2.3.4/tcp/5", "quote \" backslash \\ line \n"};
    values["log.file"] = std::string("/l");
    values["build_on_head"] = true;
    values["go_on_outside_weak_subjectivity"] = true;
    const auto back = read(print_settings(values));
    ASSERT_TRUE(back.ok()) << back.fault().text << print_settings(values);
    EXPECT_EQ(back.value().size(), setting_keys().size());
    for (const auto& [key, value] : values)
        EXPECT_EQ(back.value().at(key), value) << key;
    for (const SettingKey& key : setting_keys()) {
        if (values.contains(key.name)) continue;
        EXPECT_EQ(back.value().find(key.name)->second, key.fallback) << key.name;
    }
}

TEST_F(SettingsTest, ACheckpointIsARootAndAnEpoch) {
    const std::string digits(64, 'a');
    SettingValues values = required();
    values["checkpoint"] = "0x" + digits + ":17";
    values["backfill"] = std::string("recent");
    const auto settings = make_settings(values);
    ASSERT_TRUE(settings.ok());
    ASSERT_TRUE(settings->checkpoint);
    EXPECT_EQ(settings->checkpoint->epoch, Epoch(17));
    EXPECT_EQ(to_hex(settings->checkpoint->root), digits);
    EXPECT_FALSE(settings->backfill_all);
    EXPECT_FALSE(make_settings(required())->checkpoint);
    for (const std::string& wrong : {digits + ":17", "0x" + digits, "0x" + digits + ":", "17:0x" + digits,
                                     "0x" + digits.substr(1) + ":17", "0x" + digits + ":-1", "0x" + digits + ":17 "}) {
        EXPECT_FALSE(parse_checkpoint(wrong)) << wrong;
    }
}

TEST_F(SettingsTest, FlagsWinOverTheFile) {
    SettingValues values = required();
    overlay(values, {{"data_dir", std::string("/other")}});
    EXPECT_EQ(make_settings(values).value().data_dir, "/other");
}

TEST_F(SettingsTest, DefaultsFollowTheDataDirectory) {
    const auto settings = make_settings(required());
    ASSERT_TRUE(settings.ok());
    EXPECT_EQ(settings->node_key, "/d/node.key");
    EXPECT_EQ(settings->listen, Texts{"/ip4/127.0.0.1/tcp/0"});
    EXPECT_GE(settings->verifier_threads, 1U);
    EXPECT_FALSE(settings->ready_file);
    EXPECT_FALSE(settings->rpc);
    EXPECT_FALSE(settings->admin_socket);
    EXPECT_FALSE(settings->metrics);
    EXPECT_EQ(settings->log.level, LogLevel::Info);
}

TEST_F(SettingsTest, NonsenseIsRefusedByTheKey) {
    const auto refused = [](const std::string& key, const SettingValue& value) {
        SettingValues values = required();
        values[key] = value;
        const auto settings = make_settings(values);
        EXPECT_FALSE(settings.ok()) << key;
        return settings.ok() ? std::string() : settings.fault().text;
    };
    EXPECT_NE(refused("data_dir", std::string()).find("data_dir is missing"), std::string::npos);
    EXPECT_NE(refused("genesis", std::string()).find("genesis is missing"), std::string::npos);
    EXPECT_NE(refused("listen", Texts{}).find("listen has no address"), std::string::npos);
    EXPECT_NE(refused("max_peers", std::uint64_t{0}).find("from 1 to 1000"), std::string::npos);
    EXPECT_NE(refused("max_peers", std::uint64_t{1001}).find("from 1 to 1000"), std::string::npos);
    EXPECT_NE(refused("target_peers", std::uint64_t{76}).find("more than max_peers, 75"), std::string::npos);
    EXPECT_NE(refused("trusted_peers", Texts{"somebody"}).find("\"somebody\""), std::string::npos);
    EXPECT_NE(refused("trusted_peers", Texts{"/ip4/192.0.2.7/tcp/1"}).find("peer id"), std::string::npos);
    EXPECT_NE(refused("denied_peers", Texts{"192.0.2.0/33"}).find("range"), std::string::npos);
    EXPECT_NE(refused("bootstrap_peers", Texts{kPeer}).find("multiaddr"), std::string::npos);
    EXPECT_NE(refused("bootstrap_peers", Texts{"/ip4/192.0.2.300/tcp/1/p2p/" + kPeer}).find("multiaddr"),
              std::string::npos);
    EXPECT_NE(refused("denied_peers", Texts(257, "192.0.2.1")).find("more than 256"), std::string::npos);
    for (const char* address :
         {"192.0.2.7:9000", "/ip4/192.0.2.7", "/ip4/192.0.2.7/tcp/0", "/ip4/192.0.2.7/tcp/65536",
          "/ip4/192.0.2.300/tcp/1", "/dns4/node.example/tcp/1", "/ip4/192.0.2.7/tcp/1/ws", "/tcp/1"}) {
        EXPECT_NE(refused("external_addresses", Texts{address}).find("as /ip4/192.0.2.7/tcp/9000"), std::string::npos)
            << address;
    }
    EXPECT_NE(refused("external_addresses", Texts{"/ip4/192.0.2.7/tcp/9000/p2p/" + kPeer}).find("peer id is added"),
              std::string::npos);
    EXPECT_NE(refused("external_addresses", Texts(17, "/ip4/192.0.2.7/tcp/9000")).find("more than 16"),
              std::string::npos);
    EXPECT_NE(refused("dev_validators", std::string("0-x")).find("dev_validators is \"0-x\""), std::string::npos);
    EXPECT_NE(refused("verifier_threads", std::uint64_t{65}).find("more than 64"), std::string::npos);
    EXPECT_NE(refused("durability", std::string("none")).find("durability"), std::string::npos);
    EXPECT_NE(refused("rpc.listen", std::string("localhost:1")).find("IP address and a port"), std::string::npos);
    EXPECT_NE(refused("rpc.listen", std::string("0.0.0.0:1")).find("rpc.open_to_network"), std::string::npos);
    EXPECT_NE(refused("rpc.tls_certificate", std::string("/c")).find("without rpc.tls_key"), std::string::npos);
    EXPECT_NE(refused("rpc.tls_key", std::string("/k")).find("without rpc.tls_certificate"), std::string::npos);
    for (const char* origin : {"wallet.example", "https://wallet.example/", "https://*"}) {
        EXPECT_NE(refused("rpc.cors_origins", Texts{origin}).find("as https://wallet.example"), std::string::npos)
            << origin;
    }
    for (const char* key : {"rpc.max_connections", "rpc.max_batch", "rpc.max_body_bytes", "rpc.burst",
                            "rpc.call_seconds", "rpc.queue_messages"}) {
        EXPECT_NE(refused(key, std::uint64_t{0}).find(std::string(key) + " is 0, but must be from"), std::string::npos)
            << key;
    }
    EXPECT_NE(refused("rpc.queue_bytes", std::uint64_t{1U << 20U}).find("less than rpc.max_response_bytes"),
              std::string::npos);
    EXPECT_NE(refused("rpc.max_waiting_bytes", std::uint64_t{1U << 20U}).find("less than rpc.queue_bytes"),
              std::string::npos);
    EXPECT_NE(refused("metrics.listen", std::string("9645")).find("metrics.listen is \"9645\""), std::string::npos);
    EXPECT_NE(refused("metrics.listen", std::string("0.0.0.0:1")).find("metrics.open_to_network"), std::string::npos);
    EXPECT_NE(refused("log.level", std::string("loud")).find("log.level"), std::string::npos);
    for (const char* text : {"sync", "sync=loud", "weather=debug", "=debug", ""})
        EXPECT_NE(refused("log.areas", Texts{text}).find("as sync=debug"), std::string::npos) << text;
    EXPECT_NE(refused("log.format", std::string("xml")).find("log.format"), std::string::npos);
}

TEST_F(SettingsTest, TheRpcHasItsLimitsFromTheSettingsAndTheirDefaults) {
    SettingValues values = required();
    values["rpc.listen"] = std::string("127.0.0.1:0");
    const auto plain = make_settings(values);
    ASSERT_TRUE(plain.ok()) << plain.fault().text;
    ASSERT_TRUE(plain->rpc);
    EXPECT_EQ(plain->rpc->http.connections, adapters::HttpOptions().connections);
    EXPECT_EQ(plain->rpc->http.requests_per_second, 50U);
    EXPECT_EQ(plain->rpc->http.loopback_requests_per_second, 0U);
    EXPECT_EQ(plain->rpc->gateway.limits.batch_calls, rpc::Limits().batch_calls);
    EXPECT_EQ(plain->rpc->gateway.call_time, RpcGatewayOptions().call_time);
    EXPECT_FALSE(plain->rpc->http.tls);
    values["rpc.max_batch"] = std::uint64_t{7};
    values["rpc.max_requests_per_connection"] = std::uint64_t{8};
    values["rpc.call_seconds"] = std::uint64_t{9};
    const auto tuned = make_settings(values);
    ASSERT_TRUE(tuned.ok()) << tuned.fault().text;
    EXPECT_EQ(tuned->rpc->gateway.limits.batch_calls, 7U);
    EXPECT_EQ(tuned->rpc->http.requests_of_connection, 8U);
    EXPECT_EQ(tuned->rpc->gateway.call_time, std::chrono::seconds(9));
}

TEST_F(SettingsTest, TheRpcIsOpenToOthersWithATokenAndEncryption) {
    SettingValues values = required();
    values["rpc.listen"] = std::string("0.0.0.0:8645");
    values["rpc.token_file"] = std::string("/t");
    EXPECT_FALSE(make_settings(values).ok()) << "everybody on the way would read the token";
    values["rpc.tls_certificate"] = std::string("/c");
    values["rpc.tls_key"] = std::string("/k");
    const auto guarded = make_settings(values);
    ASSERT_TRUE(guarded.ok()) << guarded.fault().text;
    EXPECT_EQ(guarded->rpc->http.tls->key, "/k");
    values["rpc.cors_origins"] = Texts{"*"};
    EXPECT_FALSE(make_settings(values).ok()) << "any page could use a token that it has found";
    SettingValues open = required();
    open["rpc.listen"] = std::string("0.0.0.0:8645");
    open["rpc.open_to_network"] = true;
    EXPECT_TRUE(make_settings(open).ok()) << "something in front of it keeps strangers out";
}

TEST_F(SettingsTest, AreasOfTheLogHaveLevelsOfTheirOwn) {
    SettingValues values = required();
    values["log.level"] = std::string("warning");
    values["log.areas"] = Texts{"sync=debug", "peers=error"};
    const auto settings = make_settings(values);
    ASSERT_TRUE(settings.ok()) << settings.fault().text;
    EXPECT_EQ(settings->log.areas,
              (adapters::AreaLevels{{LogArea::Sync, LogLevel::Debug}, {LogArea::Peers, LogLevel::Error}}));
}

TEST_F(SettingsTest, PeersAreNamedByIdsAddressesAndRanges) {
    const std::string address = "/ip4/192.0.2.7/tcp/9000/p2p/" + kPeer;
    SettingValues values = required();
    values["target_peers"] = std::uint64_t{10};
    values["max_peers"] = std::uint64_t{10};
    values["trusted_peers"] = Texts{kPeer, address};
    values["bootstrap_peers"] = Texts{"/ip6/2001:db8::7/tcp/9000/p2p/" + kPeer};
    values["denied_peers"] = Texts{"198.51.100.0/24", "2001:db8::1"};
    const auto settings = make_settings(values);
    ASSERT_TRUE(settings.ok()) << settings.fault().text;
    const PeerOptions& options = settings->peer_options;
    EXPECT_EQ(options.target_peers, 10U);
    ASSERT_EQ(options.trusted.size(), 1U) << "one peer, said twice";
    EXPECT_EQ(options.trusted[0].peer, PeerId{kPeer});
    EXPECT_EQ(options.trusted[0].addresses, Texts{address});
    EXPECT_EQ(options.bootstrap.size(), 1U);
    ASSERT_EQ(options.denied_addresses.size(), 2U);
    EXPECT_TRUE(options.denied_addresses[0].contains(*parse_ip("198.51.100.200")));
    values["denied_peers"] = Texts{kPeer};
    const auto both = make_settings(values);
    ASSERT_FALSE(both.ok());
    EXPECT_NE(both.fault().text.find("in trusted_peers too"), std::string::npos);
}

TEST_F(SettingsTest, ANodeBehindARouterTellsWhereItIsReached) {
    SettingValues values = required();
    EXPECT_TRUE(make_settings(values)->external_addresses.empty());
    EXPECT_FALSE(make_settings(values)->private_peers);
    values["external_addresses"] = Texts{"/ip4/192.0.2.7/tcp/9000", "/ip6/2001:db8::7/tcp/65535"};
    values["private_peers"] = true;
    const auto settings = make_settings(values);
    ASSERT_TRUE(settings.ok()) << settings.fault().text;
    EXPECT_EQ(settings->external_addresses.size(), 2U);
    EXPECT_TRUE(settings->private_peers);
}

TEST(MostConnections, LeavesRoomAboveThePeersThatAreWanted) {
    PeerOptions options;
    EXPECT_EQ(most_connections(options), 100U);
    options.max_peers = 1;
    EXPECT_EQ(most_connections(options), 17U);
    options.trusted.resize(256);
    options.max_peers = 1000;
    EXPECT_EQ(most_connections(options), 1589U);
}

TEST(ParseIndices, NumbersAndRanges) {
    using Indices = std::vector<std::uint64_t>;
    EXPECT_EQ(parse_indices(""), Indices{});
    EXPECT_EQ(parse_indices("7"), Indices{7});
    EXPECT_EQ(parse_indices("20,0-3"), (Indices{0, 1, 2, 3, 20}));
    EXPECT_EQ(parse_indices("18446744073709551615"), Indices{18446744073709551615U});
    for (const char* text : {"a", "1-", "-1", "3-1", "1,1", "0-2,2", "1,", ",", "1 ", "0-99999999",
                             "18446744073709551616", "0x1", "1--2", "0-1048575,2000000"}) {
        EXPECT_FALSE(parse_indices(text)) << text;
    }
}

}  // namespace
}  // namespace touchstone::node::app
