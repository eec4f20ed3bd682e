// The program as its operator meets it.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "node/adapters/genesis_file/genesis_file.h"
#include "node/adapters/http/testing/http_client.h"
#include "node/adapters/sqlite/database.h"
#include "node/app/test_node.h"

namespace touchstone::node::app {
namespace {

using adapters::Database;
using adapters::Statement;

class RunTest : public ::testing::Test {
  protected:
    std::vector<std::string> arguments(const std::string& name, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all{
            "run", "--data-dir", (folder_ / name).string(), "--genesis", genesis_.string(), "--log-format", "json"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    void expect_fault(const std::vector<std::string>& words, int code, const std::vector<std::string>& texts) const {
        const Finished finished = run_program(words);
        EXPECT_EQ(finished.code, code) << finished.output;
        for (const std::string& text : texts) {
            EXPECT_NE(finished.output.find(text), std::string::npos) << finished.output;
        }
    }
    std::string database(const std::string& name) const { return (folder_ / name / "chain.sqlite").string(); }

    adapters::TemporaryFolder folder_;
    std::filesystem::path genesis_ = folder_ / "genesis.json";
};

// -------------------------------------------------------------------------------------------------------- following

/// No two votes of one validator may contradict each other, whatever was killed when. Every vote that left the node is
/// in its journal or in a block; here all of them are in blocks. [DUT-18]
std::int64_t count_rows(const std::string& path, const std::string& query) {
    Database database(path, Database::Mode::OpenExisting);
    Statement statement = database.prepare(query);
    return statement.step() ? statement.integer(0) : -1;
}

/// [STO-08]
TEST_F(RunTest, OneNodeFinalizesAndGoesOnAfterKill9) {
    write_test_genesis(genesis_, {});
    std::uint64_t finalized = 0;
    std::uint64_t head_before = 0;
    {
        NodeProcess node(arguments("a", {"--dev-validators", "0-15", "--create-watermarks"}));
        const auto status =
            node.wait_for([](const LogLine& line) { return line.is("status") && line.number("finalized_epoch") >= 2; });
        ASSERT_TRUE(status) << node.output();
        finalized = status->number("finalized_epoch");
        EXPECT_GE(std::stod(status->value("participation")), 0.9) << status->text();
        node.signal(SIGKILL);
        EXPECT_EQ(node.wait(), -SIGKILL);
        for (const LogLine& line : node.log()) {
            if (line.is("status")) head_before = line.number("head_slot");
        }
    }
    const auto watermarks = (folder_ / "a" / "watermarks.sqlite").string();
    const auto signed_before = count_rows(watermarks, "SELECT max(block_slot) FROM watermarks");
    const auto rows_before = count_rows(database("a"), "SELECT max(seq) FROM journal");
    EXPECT_GE(signed_before, static_cast<std::int64_t>(head_before));

    NodeProcess node(arguments("a", {"--dev-validators", "0-15"}));
    const auto started = node.wait_for("started");
    ASSERT_TRUE(started) << node.output();
    EXPECT_GE(started->number("head_slot"), head_before);
    EXPECT_GE(started->number("finalized_epoch"), finalized);
    const auto status = node.wait_for(
        [&](const LogLine& line) { return line.is("status") && line.number("finalized_epoch") > finalized; });
    ASSERT_TRUE(status) << node.output();
    EXPECT_GT(status->number("head_slot"), head_before);
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(), 0) << node.output();

    EXPECT_GE(count_rows(watermarks, "SELECT min(target) FROM watermarks"), static_cast<std::int64_t>(finalized));
    EXPECT_GT(count_rows(watermarks, "SELECT max(block_slot) FROM watermarks"), signed_before);
    EXPECT_GT(count_rows(database("a"), "SELECT max(seq) FROM journal"), rows_before);
    EXPECT_EQ(count_rows(database("a"), "SELECT max(seq) - count(*) FROM journal"), 0);
    EXPECT_EQ(
        count_rows(database("a"), "SELECT count(*) FROM (SELECT slot FROM blocks GROUP BY slot HAVING count(*) > 1)"),
        0)
        << "no slot has two blocks";
}

TEST_F(RunTest, TwoNodesFollowOneChainAndALateThirdCatchesUp) {
    write_test_genesis(genesis_, {.starts_in_ms = 2500});
    NodeProcess first(arguments("a", {"--dev-validators", "0-7", "--create-watermarks"}));
    const auto listening = first.wait_for("listening");
    ASSERT_TRUE(listening) << first.output();
    const std::string address = listening->value("address");
    NodeProcess second(arguments("b", {"--dev-validators", "8-15", "--create-watermarks", "--peers", address}));
    const auto finalizes = [](const LogLine& line) { return line.is("status") && line.number("finalized_epoch") >= 2; };
    const auto status = first.wait_for(finalizes);
    ASSERT_TRUE(status) << first.output();
    EXPECT_EQ(status->number("peers"), 1U);
    const auto same = second.wait_for(finalizes);
    ASSERT_TRUE(same) << second.output();
    std::map<std::string, std::string> roots;
    for (const LogLine& line : first.log()) {
        if (line.is("status")) roots[line.value("finalized_epoch")] = line.value("finalized_root");
    }
    EXPECT_EQ(roots[same->value("finalized_epoch")], same->value("finalized_root"));

    NodeProcess third(arguments("c", {"--peers", address, "--ready-file", (folder_ / "ready").string()}));
    ASSERT_TRUE(third.wait_for("listening")) << third.output();
    const auto caught_up = third.wait_for(finalizes);
    ASSERT_TRUE(caught_up) << third.output();
    EXPECT_TRUE(std::filesystem::exists(folder_ / "ready"));
    third.signal(SIGINT);
    EXPECT_EQ(third.wait(), 0) << third.output();
    EXPECT_FALSE(std::filesystem::exists(folder_ / "ready"));
}

/// [SYN-02] [SYN-04] [SYN-26]
TEST_F(RunTest, ANodeBeginsFromACheckpointOfARunningOneAndGoesOnAfterKill9) {
    write_test_genesis(genesis_, {});
    NodeProcess first(arguments("a", {"--dev-validators", "0-15", "--create-watermarks"}));
    const auto listening = first.wait_for("listening");
    ASSERT_TRUE(listening) << first.output();
    const auto final =
        first.wait_for([](const LogLine& line) { return line.is("status") && line.number("finalized_epoch") >= 2; });
    ASSERT_TRUE(final) << first.output();
    const std::uint64_t epoch = final->number("finalized_epoch");
    const std::string checkpoint = final->value("finalized_root") + ":" + std::to_string(epoch);
    const auto joining =
        arguments("b", {"--checkpoint", checkpoint, "--peers", listening->value("address"), "--backfill", "all"});
    for (const char* event : {"state_sync_started", "trusted_block_found", "state_sync_anchor"}) {
        NodeProcess killed(joining);
        // What an earlier one came to is not told again.
        ASSERT_TRUE(killed.wait_for([event](const LogLine& line) {
            return line.is(event) || line.is("state_sync_anchor") || line.is("state_sync_finished");
        })) << killed.output();
        killed.signal(SIGKILL);
        EXPECT_EQ(killed.wait(), -SIGKILL);
    }
    NodeProcess joined(joining);
    const auto follows = joined.wait_for(
        [epoch](const LogLine& line) { return line.is("status") && line.number("finalized_epoch") > epoch; });
    ASSERT_TRUE(follows) << joined.output();
    joined.signal(SIGTERM);
    EXPECT_EQ(joined.wait(), 0) << joined.output();
    EXPECT_EQ(count_rows(database("b"), "SELECT count(*) FROM journal WHERE seq = 1 AND kind = 'anchor'"), 1);
    EXPECT_EQ(count_rows(database("b"), "SELECT min(slot) FROM blocks"),
              count_rows(database("a"), "SELECT min(slot) FROM blocks"))
        << "what was before came later";
}

TEST_F(RunTest, AFullDiskStopsTheNodeWhichGoesOnWhenThereIsRoomAgain) {
    write_test_genesis(genesis_, {});
    {
        NodeProcess node(arguments("a", {"--dev-validators", "0-15", "--create-watermarks"}), 500'000);
        EXPECT_EQ(node.wait(), 1) << node.output();
        EXPECT_TRUE(node.log().size() > 3);
        EXPECT_NE(node.output().find("\"event\":\"store_failed\""), std::string::npos) << node.output();
        EXPECT_NE(node.output().find("touchstone-node: the node stopped: "), std::string::npos) << node.output();
    }
    const auto rows = count_rows(database("a"), "SELECT max(seq) FROM journal");
    EXPECT_EQ(count_rows(database("a"), "SELECT count(*) FROM journal"), rows);
    NodeProcess node(arguments("a", {"--dev-validators", "0-15"}));
    const auto status =
        node.wait_for([](const LogLine& line) { return line.is("status") && line.number("finalized_epoch") >= 2; });
    ASSERT_TRUE(status) << node.output();
    EXPECT_GT(count_rows(database("a"), "SELECT max(seq) FROM journal"), rows);
}

// -------------------------------------------------------------------------------------------------------- bad input

TEST_F(RunTest, TheCommandLineIsChecked) {
    expect_fault({}, 2, {"subcommand is required"});
    expect_fault({"run"}, 2, {"data_dir is missing"});
    expect_fault({"run", "--data-dri", "/x"}, 2, {"there is no flag --data-dri", "did you mean data_dir?"});
    expect_fault({"run", "--verifier-threads", "many"}, 2, {"verifier-threads"});
    expect_fault({"--version"}, 0, {"touchstone-node ", "specification v"});
    expect_fault({"run", "--help"}, 0, {"--dev-validators", "--log-level"});
}

TEST_F(RunTest, ADamagedConfigurationIsRefusedWithTheLine) {
    const std::string config = folder_ / "node.toml";
    std::ofstream(config) << "data_dir = \"/x\"\ngenesis = \n";
    expect_fault({"run", "--config", config}, 2, {config, "line 2"});
    std::ofstream(config, std::ios::trunc) << "data_dir = \"/x\"\n[log]\nlevle = \"info\"\n";
    expect_fault({"run", "--config", config}, 2, {"line 3", "did you mean log.level?"});
    expect_fault({"run", "--config", folder_ / "none.toml"}, 2, {"none.toml", "No such file"});
}

TEST_F(RunTest, PrintsTheEffectiveConfigurationThatReadsBack) {
    const std::string config = folder_ / "node.toml";
    std::ofstream(config) << "data_dir = \"/from/file\"\ngenesis = \"/g\"\n[log]\nlevel = \"debug\"\n";
    const Finished printed = run_program({"run", "--config", config, "--data-dir", "/from/flag", "--print-config"});
    EXPECT_EQ(printed.code, 0);
    EXPECT_NE(printed.output.find("data_dir = \"/from/flag\""), std::string::npos) << printed.output;
    EXPECT_NE(printed.output.find("level = \"debug\""), std::string::npos);
    std::ofstream(config, std::ios::trunc) << printed.output;
    EXPECT_EQ(run_program({"run", "--config", config, "--print-config"}).output, printed.output);
}

TEST_F(RunTest, AGenesisThatCannotBeUsedIsRefused) {
    expect_fault(arguments("a"), 3, {genesis_.string(), "No such file"});
    std::ofstream(genesis_) << "{}";
    expect_fault(arguments("a"), 3, {genesis_.string(), "spec_version"});
    const Root root = write_test_genesis(genesis_, {.validators = 8});
    std::ostringstream text;
    text << std::ifstream(genesis_).rdbuf();
    std::string changed = text.str();
    const std::size_t place = changed.find(to_hex(root));
    ASSERT_NE(place, std::string::npos);
    changed[place] = changed[place] == '0' ? '1' : '0';
    std::ofstream(genesis_, std::ios::trunc) << changed;
    expect_fault(arguments("a"), 3, {"names the genesis root", to_hex(root)});
}

TEST_F(RunTest, AGenesisIsProvedOnceForEachDatabase) {
    write_test_genesis(genesis_, {.validators = 8, .starts_in_ms = 1'000'000});
    const auto run_once = [&] {
        NodeProcess node(arguments("a"));
        EXPECT_TRUE(node.wait_for("started")) << node.output();
        node.signal(SIGTERM);
        EXPECT_EQ(node.wait(), 0) << node.output();
        return node.output();
    };
    EXPECT_NE(run_once().find("\"event\":\"genesis_proofs_verified\",\"count\":8"), std::string::npos);
    EXPECT_EQ(run_once().find("genesis_proofs_verified"), std::string::npos);

    // The same chain, with a proof that does not hold: known to hold where it was seen, refused by who begins.
    auto file = adapters::read_genesis_file(genesis_).value();
    file.genesis.validators[3].proof_of_possession = BlsSignature{};
    ASSERT_TRUE(adapters::write_genesis_file(genesis_, file).ok());
    EXPECT_EQ(run_once().find("genesis_proofs_verified"), std::string::npos);
    expect_fault(arguments("b"), 3, {genesis_.string(), "its genesis is refused: GEN-06", "validator 3"});
    EXPECT_FALSE(std::filesystem::exists(database("b")));

    // Another genesis that claims to be this one.
    file.genesis.validators[3].operator_address.bytes[0] ^= 1;
    ASSERT_TRUE(adapters::write_genesis_file(genesis_, file).ok());
    expect_fault(arguments("a"), 3, {genesis_.string(), "names the genesis root", to_hex(file.genesis_root)});
}

/// Its finalized block is the genesis, and the period is long past: the same for who begins and for who comes back.
/// [WS-06]
TEST_F(RunTest, ANodeOutsideTheWeakSubjectivityPeriodGoesOnOnlyWhenOrdered) {
    write_test_genesis(genesis_, {.validators = 8, .slot_ms = 50, .started_ms_ago = 50ULL * 8 * 400});
    for (const char* start : {"fresh", "again"}) {
        SCOPED_TRACE(start);
        expect_fault(arguments("a"), 4, {"weak-subjectivity period", "false chain", "go_on_outside_weak_subjectivity"});
        NodeProcess node(arguments("a", {"--go-on-outside-weak-subjectivity"}));
        const auto warning = node.wait_for("outside_weak_subjectivity");
        ASSERT_TRUE(warning) << node.output();
        EXPECT_EQ(warning->value("level"), "warning");
        EXPECT_EQ(warning->value("go_on_outside_weak_subjectivity"), "true");
        ASSERT_TRUE(node.wait_for("started")) << node.output();
        node.signal(SIGTERM);
        EXPECT_EQ(node.wait(), 0) << node.output();
    }
}

/// [WS-06]
TEST_F(RunTest, AFreshStartWithinThePeriodOfTheGenesisNeedsNoOrder) {
    write_test_genesis(genesis_, {.validators = 8, .slot_ms = 50, .started_ms_ago = 50ULL * 8 * 4});
    NodeProcess node(arguments("a"));
    ASSERT_TRUE(node.wait_for("started")) << node.output();
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(), 0) << node.output();
    EXPECT_EQ(node.output().find("outside_weak_subjectivity"), std::string::npos);
}

TEST_F(RunTest, DevelopmentValidatorsMustBeInTheGenesis) {
    write_test_genesis(genesis_, {.validators = 8});
    expect_fault(arguments("a", {"--dev-validators", "0-8", "--create-watermarks"}), 2,
                 {"validator 8", "the genesis has only 8"});
    expect_fault(arguments("a", {"--dev-validators", "8-0"}), 2, {"dev_validators is \"8-0\""});
    expect_fault(arguments("a", {"--dev-keys", "7", "--create-watermarks"}), 2,
                 {"dev_keys names key 7", "name it in dev_validators"});
    expect_fault(arguments("a", {"--dev-keys", "8-0"}), 2, {"dev_keys is \"8-0\""});
}

TEST_F(RunTest, ValidatorsWithoutAWatermarkDoNotStart) {
    write_test_genesis(genesis_, {.validators = 8, .starts_in_ms = 1'000'000});
    expect_fault(arguments("a", {"--dev-validators", "0-3"}), 5, {"watermarks.sqlite is missing", "watermark create"});
    const std::vector<std::string> common{"--data-dir", folder_ / "a", "--genesis", genesis_};
    std::vector<std::string> create{"watermark", "create", "--dev-validators", "0-2"};
    create.insert(create.end(), common.begin(), common.end());
    expect_fault(create, 0, {"3 records begun, 0 were there already"});
    expect_fault(create, 0, {"0 records begun, 3 were there already"});
    expect_fault(arguments("a", {"--dev-validators", "0-3"}), 5, {"no record of 1 of the validators"});
    std::vector<std::string> show{"watermark", "show"};
    show.insert(show.end(), common.begin(), common.end());
    expect_fault(show, 0, {"block_slot=none source=none target=none"});
    NodeProcess node(arguments("a", {"--dev-validators", "0-2"}));
    ASSERT_TRUE(node.wait_for("started")) << node.output();
    expect_fault(show, 5, {"another process has it open"});
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(), 0) << node.output();
}

TEST_F(RunTest, KeyFilesThatOthersCanReadAreRefused) {
    write_test_genesis(genesis_, {.validators = 8, .starts_in_ms = 1'000'000});
    {
        NodeProcess node(arguments("a", {"--dev-validators", "0-3", "--create-watermarks"}));
        ASSERT_TRUE(node.wait_for("started")) << node.output();
        node.signal(SIGTERM);
        ASSERT_EQ(node.wait(), 0);
    }
    const std::string key = folder_ / "a" / "node.key";
    ASSERT_EQ(::chmod(key.c_str(), 0644), 0);
    expect_fault(arguments("a"), 5, {"the node key " + key, "chmod 600"});
    ASSERT_EQ(::chmod(key.c_str(), 0600), 0);
    std::ofstream(key, std::ios::trunc) << "short";
    expect_fault(arguments("a"), 5, {"64 hexadecimal digits"});
    std::filesystem::remove(key);
    const std::string watermarks = folder_ / "a" / "watermarks.sqlite";
    ASSERT_EQ(::chmod(watermarks.c_str(), 0640), 0);
    expect_fault(arguments("a", {"--dev-validators", "0-3"}), 5, {watermarks, "chmod 600"});
}

TEST_F(RunTest, ADataDirectoryOfAnotherChainANewerVersionOrInUseIsRefused) {
    write_test_genesis(genesis_, {.validators = 8, .starts_in_ms = 1'000'000});
    {
        NodeProcess node(arguments("a"));
        ASSERT_TRUE(node.wait_for("started")) << node.output();
        expect_fault(arguments("a"), 4, {"is in use by process"});
        node.signal(SIGTERM);
        ASSERT_EQ(node.wait(), 0);
    }
    const auto before = std::filesystem::file_size(database("a"));
    write_test_genesis(genesis_, {.validators = 8, .starts_in_ms = 1'000'000, .seed = 2});
    expect_fault(arguments("a"), 4, {database("a"), "belongs to another chain"});
    EXPECT_EQ(std::filesystem::file_size(database("a")), before) << "nothing lost";
    Database(database("a"), Database::Mode::OpenExisting).execute("PRAGMA user_version = 99");
    expect_fault(arguments("a"), 4, {"schema version 99, newer than"});
    std::ofstream(folder_ / "file") << "x";
    expect_fault(arguments("file"), 4, {"cannot make the data directory"});
}

TEST_F(RunTest, TheRpcListensWhereItIsToldOrTheNodeSaysWhyNot) {
    write_test_genesis(genesis_, {});
    NodeProcess node(arguments("a", {"--rpc-listen", "127.0.0.1:0"}));
    const auto listening = node.wait_for("rpc_listening");
    ASSERT_TRUE(listening) << node.output();
    const std::string address = listening->value("address");
    expect_fault(arguments("b", {"--rpc-listen", address}), 6, {address + ": Address already in use", "rpc.listen"});
    expect_fault(arguments("b", {"--rpc-listen", "0.0.0.0:0"}), 2, {"rpc.open_to_network"});
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(), 0) << node.output();
}

/// What the server answers to a GET, with its header; empty if nobody answers.
std::string fetch(const std::string& address, const std::string& path) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1))));
    ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &server.sin_addr);
    const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
    std::string answer;
    if (::connect(connection, reinterpret_cast<const sockaddr*>(&server), sizeof(server)) == 0) {
        const std::string request = "GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n";
        char buffer[4096];
        ssize_t size = ::send(connection, request.data(), request.size(), 0);
        while (size > 0) {
            size = ::recv(connection, buffer, sizeof(buffer), 0);
            if (size > 0) answer.append(buffer, static_cast<std::size_t>(size));
        }
    }
    ::close(connection);
    return answer;
}

/// A value of a metric without labels, or with those that are given; -1 if it is not on the page.
double metric(const std::string& page, const std::string& name) {
    const std::size_t place = page.find("\n" + name + " ");
    return place == std::string::npos ? -1 : std::stod(page.substr(place + name.size() + 2));
}

/// The answer, with its header.
std::string ask_admin(const std::filesystem::path& path, const std::string& method, const std::string& params) {
    adapters::HttpClient client(path);
    client.send(adapters::post(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}"));
    return client.receive();
}

TEST_F(RunTest, TheOperatorSetsLevelsAndStopsTheNodeOverItsSocket) {
    write_test_genesis(genesis_, {});
    const std::filesystem::path path = folder_ / "admin.socket";
    {
        NodeProcess killed(arguments("a", {"--rpc-admin-socket", path.string()}));
        ASSERT_TRUE(killed.wait_for("admin_listening")) << killed.output();
        killed.signal(SIGKILL);
        EXPECT_EQ(killed.wait(), -SIGKILL);
    }
    NodeProcess node(arguments("a", {"--rpc-admin-socket", path.string(), "--rpc-listen", "127.0.0.1:0",
                                     "--dev-validators", "0-15", "--create-watermarks"}));
    const auto listening = node.wait_for("rpc_listening");
    ASSERT_TRUE(listening) << node.output();
    ASSERT_TRUE(node.wait_for("admin_listening")) << node.output();
    adapters::HttpClient stranger(*adapters::parse_http_address(listening->value("address")));
    stranger.send(adapters::post(R"({"jsonrpc":"2.0","id":1,"method":"admin_stop"})"));
    EXPECT_NE(stranger.receive().find("-32601"), std::string::npos) << "there is no such method over TCP";
    expect_fault(arguments("b", {"--rpc-admin-socket", path.string()}), 6, {"another program listens there"});
    const std::string levels = ask_admin(path, "admin_set_log_level", R"(["chain","debug"])");
    EXPECT_NE(levels.find(R"("result":{"areas":{"chain":"debug"},"level":"info"})"), std::string::npos) << levels;
    ASSERT_TRUE(node.wait_for("block")) << node.output();
    const std::string stopping = ask_admin(path, "admin_stop", "[]");
    EXPECT_NE(stopping.find(R"("stopping":true)"), std::string::npos) << stopping;
    EXPECT_EQ(node.wait(), 0) << node.output();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(RunTest, ATokenIsMadeAndAskedFor) {
    write_test_genesis(genesis_, {});
    const std::filesystem::path token = folder_ / "token";
    NodeProcess node(arguments("a", {"--rpc-listen", "127.0.0.1:0", "--rpc-token-file", token.string()}));
    const auto listening = node.wait_for("rpc_listening");
    ASSERT_TRUE(listening) << node.output();
    std::string shown;
    std::ifstream(token) >> shown;
    EXPECT_EQ(shown.size(), 64U);
    const std::string call = R"({"jsonrpc":"2.0","id":1,"method":"node_version"})";
    adapters::HttpClient client(*adapters::parse_http_address(listening->value("address")));
    client.send(adapters::post(call, "Authorization: Bearer " + shown + "\r\n"));
    EXPECT_EQ(adapters::status_of(client.receive()), "HTTP/1.1 200 OK");
    client.send(adapters::post(call));
    EXPECT_EQ(adapters::status_of(client.receive()), "HTTP/1.1 401 Unauthorized");
    EXPECT_EQ(node.output().find(shown), std::string::npos) << "nothing logs it";
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(), 0) << node.output();
}

TEST_F(RunTest, MetricsAndHealthFollowTheNode) {
    write_test_genesis(genesis_, {});
    NodeProcess first(arguments("a", {"--dev-validators", "0-15", "--create-watermarks", "--metrics-listen",
                                      "127.0.0.1:0", "--rpc-listen", "127.0.0.1:0"}));
    const auto serving = first.wait_for("metrics_listening");
    ASSERT_TRUE(serving) << first.output();
    const std::string metrics = serving->value("address");
    const auto listening = first.wait_for("listening");
    ASSERT_TRUE(listening) << first.output();
    EXPECT_TRUE(fetch(metrics, "/health/ready").starts_with("HTTP/1.1 503 ")) << "no peers";
    EXPECT_TRUE(fetch(metrics, "/health/live").starts_with("HTTP/1.1 200 "));

    NodeProcess second(arguments("b", {"--peers", listening->value("address")}));
    ASSERT_TRUE(first.wait_until([&] { return fetch(metrics, "/health/ready").starts_with("HTTP/1.1 200 "); }))
        << fetch(metrics, "/health/ready");
    std::string page;
    ASSERT_TRUE(first.wait_until([&] {
        page = fetch(metrics, "/metrics");
        return metric(page, "touchstone_finalized_epoch") >= 2;
    })) << page;
    EXPECT_EQ(metric(page, "touchstone_ready"), 1);
    EXPECT_EQ(metric(page, "touchstone_local_validators"), 16);
    EXPECT_EQ(metric(page, "touchstone_peers{direction=\"inbound\"}"), 1);
    EXPECT_EQ(metric(page, "touchstone_peers_by_client{client=\"touchstone-node\"}"), 1);
    EXPECT_GT(metric(page, "touchstone_participation_ratio"), 0.9);
    EXPECT_GT(metric(page, "touchstone_block_imports_total{outcome=\"imported\"}"), 16);
    EXPECT_GT(metric(page, "touchstone_block_import_seconds_count{stage=\"execution\"}"), 16);
    EXPECT_GT(metric(page, "touchstone_store_commit_seconds_count"), 16);
    EXPECT_GT(metric(page, "touchstone_gossip_messages_total{topic=\"block\",direction=\"out\"}"), 8);
    EXPECT_GT(metric(page, "touchstone_signatures_verified_total{priority=\"block\",result=\"valid\"}"), 16);
    EXPECT_GT(metric(page, "touchstone_database_bytes{file=\"chain\"}"), 0);
    EXPECT_EQ(metric(page, "touchstone_rpc_connections"), 0);
    EXPECT_LT(metric(page, "touchstone_figures_age_seconds"), 30);
    expect_fault(arguments("c", {"--metrics-listen", metrics}), 6, {metrics + ": Address already in use"});
    for (NodeProcess* node : {&first, &second}) {
        node->signal(SIGTERM);
        EXPECT_EQ(node->wait(), 0) << node->output();
    }
}

TEST_F(RunTest, APortInUseOrAnAddressThatIsNoneIsRefused) {
    write_test_genesis(genesis_, {.validators = 8, .starts_in_ms = 1'000'000});
    NodeProcess node(arguments("a"));
    const auto listening = node.wait_for("listening");
    ASSERT_TRUE(listening) << node.output();
    std::string address = listening->value("address");
    address = address.substr(0, address.find("/p2p/"));
    expect_fault(arguments("b", {"--listen", address}), 6, {address, "in use"});
    expect_fault(arguments("b", {"--listen", "localhost:9000"}), 2,
                 {"localhost:9000", "check `listen`, `external_addresses` and `peers`"});
}

TEST_F(RunTest, LevelsOfTheLogChangeAtAHangup) {
    write_test_genesis(genesis_, {});
    const std::filesystem::path config = folder_ / "node.toml";
    std::ofstream(config) << "[log]\nareas = []\n";
    NodeProcess node(arguments("a", {"--dev-validators", "0-15", "--create-watermarks", "--config", config.string()}));
    ASSERT_TRUE(node.wait_for("status")) << node.output();
    std::ofstream(config) << "[log]\nareas = [\"chain=loud\"]\n";
    node.signal(SIGHUP);
    ASSERT_TRUE(node.wait_for("settings_refused")) << node.output();
    std::ofstream(config) << "[log]\nareas = [\"chain=debug\"]\n";
    node.signal(SIGHUP);
    ASSERT_TRUE(node.wait_for("log_levels_set")) << node.output();
    const auto block = node.wait_for("block");
    ASSERT_TRUE(block) << node.output();
    EXPECT_EQ(block->value("level"), "debug");
    EXPECT_EQ(block->value("area"), "chain");
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(), 0) << node.output();
    for (const LogLine& line : node.log())
        EXPECT_TRUE(line.value("level") != "debug" || line.value("area") == "chain") << line.text();
}

TEST_F(RunTest, CredentialsOfTheRpcAreRenewedAtAHangup) {
    write_test_genesis(genesis_, {.validators = 8, .starts_in_ms = 1'000'000});
    const std::filesystem::path token = folder_ / "token";
    NodeProcess node(arguments("a", {"--rpc-listen", "127.0.0.1:0", "--rpc-token-file", token.string()}));
    ASSERT_TRUE(node.wait_for("started")) << node.output();
    std::filesystem::rename(token, folder_ / "away");
    node.signal(SIGHUP);
    const auto refused = node.wait_for("rpc_credentials_refused");
    ASSERT_TRUE(refused) << node.output();
    EXPECT_NE(refused->value("reason").find(token.string()), std::string::npos) << refused->text();
    std::filesystem::rename(folder_ / "away", token);
    node.signal(SIGHUP);
    ASSERT_TRUE(node.wait_for("rpc_credentials_renewed")) << node.output();
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(), 0) << node.output();
}

TEST_F(RunTest, ALogFileTakesTheLog) {
    write_test_genesis(genesis_, {.validators = 8, .starts_in_ms = 1'000'000});
    const std::string log = folder_ / "node.log";
    NodeProcess node(arguments("a", {"--log-file", log, "--ready-file", folder_ / "ready"}));
    ASSERT_TRUE(node.wait_until([&] { return std::filesystem::exists(folder_ / "ready"); }));
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(), 0) << node.output();
    EXPECT_EQ(node.output(), "");
    std::ostringstream text;
    text << std::ifstream(log).rdbuf();
    EXPECT_NE(text.str().find("\"event\":\"listening\""), std::string::npos) << text.str();
    EXPECT_NE(text.str().find("\"event\":\"stopped\""), std::string::npos) << text.str();
}

}  // namespace
}  // namespace touchstone::node::app
