#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/devnet/agreement.h"
#include "cli/devnet/child_process.h"
#include "cli/devnet/file_tail.h"
#include "cli/devnet/node_configuration.h"
#include "cli/devnet/node_log.h"
#include "cli/devnet/node_process.h"
#include "cli/devnet/progress.h"
#include "cli/devnet/replay_report.h"
#include "cli/devnet/stall.h"
#include "cli/devnet/summary.h"
#include "node/adapters/files/temporary_folder.h"

namespace touchstone::cli {
namespace {

using node::Epoch;
using node::Root;
using node::Slot;
using node::adapters::TemporaryFolder;

constexpr std::uint64_t kSlotsPerEpoch = 8;

Root root(std::uint8_t name) {
    Root result;
    result.bytes[0] = name;
    return result;
}

/// A chain with a block in each slot, named after the slot; from `fork` on with other names.
NodeChain chain_up_to(std::uint8_t head, std::uint8_t fork = 255) {
    NodeChain chain(root(0));
    const auto name = [&](std::uint8_t slot) {
        return root(slot >= fork ? static_cast<std::uint8_t>(slot + 100) : slot);
    };
    for (std::uint8_t slot = 1; slot <= head; ++slot) {
        chain.blocks.add(name(slot), Slot(slot), name(static_cast<std::uint8_t>(slot - 1)));
    }
    chain.head = name(head);
    chain.finalized = {Epoch(0), root(0)};
    return chain;
}

NodeChain finalized(NodeChain chain, std::uint64_t epoch) {
    chain.finalized = {Epoch(epoch), chain.blocks.ancestor_at(chain.head, Slot(epoch * kSlotsPerEpoch))};
    return chain;
}

TEST(BlockTree, FindsTheAncestorThroughEmptySlots) {
    BlockTree tree(root(0));
    tree.add(root(1), Slot(3), root(0));
    tree.add(root(2), Slot(7), root(1));
    EXPECT_EQ(tree.ancestor_at(root(2), Slot(9)), root(2));
    EXPECT_EQ(tree.ancestor_at(root(2), Slot(6)), root(1));
    EXPECT_EQ(tree.ancestor_at(root(2), Slot(2)), root(0));
    EXPECT_EQ(tree.highest_slot(), Slot(7));
}

TEST(Agreement, NodesOnOneChainAgreeAtDifferentHeads) {
    const std::vector<NodeChain> nodes{finalized(chain_up_to(33), 2), finalized(chain_up_to(31), 1)};
    const Agreement agreement = compare(nodes, kSlotsPerEpoch);
    EXPECT_TRUE(agreement.agree());
    EXPECT_EQ(agreement.finalized_epoch, Epoch(1));
    EXPECT_EQ(agreement.finalized_root, root(8));
    EXPECT_EQ(agreement.compared_slot, Slot(27));
}

TEST(Agreement, AForkOfTheLastFourSlotsIsNoDisagreement) {
    const std::vector<NodeChain> nodes{chain_up_to(20), chain_up_to(20, 17)};
    EXPECT_TRUE(compare(nodes, kSlotsPerEpoch).agree());
}

TEST(Agreement, AnOlderForkIsOne) {
    const std::vector<NodeChain> nodes{chain_up_to(20), chain_up_to(20, 16)};
    const Agreement agreement = compare(nodes, kSlotsPerEpoch);
    ASSERT_EQ(agreement.disagreements.size(), 1U);
    EXPECT_NE(agreement.disagreements[0].find("slot 16"), std::string::npos);
}

TEST(Agreement, DifferentFinalizedCheckpointsAreADisagreement) {
    const std::vector<NodeChain> nodes{finalized(chain_up_to(20), 2), finalized(chain_up_to(20, 10), 2)};
    EXPECT_EQ(compare(nodes, kSlotsPerEpoch).disagreements.size(), 2U);
}

TEST(Agreement, ANodeThatFinalizedABlockOffItsChainIsADisagreement) {
    NodeChain chain = finalized(chain_up_to(20), 1);
    chain.finalized.root = root(77);
    EXPECT_EQ(compare(std::vector{chain}, kSlotsPerEpoch).disagreements.size(), 1U);
}

TEST(NodeLog, TellsAddressAndPeers) {
    const auto listening = parse_node_log_line(
        R"({"ts":"2026-01-02T03:04:05.678Z","level":"info","event":"listening","address":"/ip4/127.0.0.1/tcp/1/p2p/x"})");
    ASSERT_TRUE(listening);
    EXPECT_EQ(listening->event, "listening");
    EXPECT_EQ(listening->address, "/ip4/127.0.0.1/tcp/1/p2p/x");
    const auto status = parse_node_log_line(R"({"event":"status","slot":5,"peers":3})");
    ASSERT_TRUE(status);
    EXPECT_EQ(status->peers, 3U);
}

TEST(NodeLog, TellsWhereTheRpcIs) {
    const auto line = parse_node_log_line(R"({"event":"rpc_listening","address":"127.0.0.1:4321"})");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->address, "127.0.0.1:4321");
}

TEST(NodeLog, TellsErrors) {
    EXPECT_TRUE(parse_node_log_line(R"({"level":"error","event":"own_block_refused","slot":5})")->is_error);
    EXPECT_FALSE(parse_node_log_line(R"({"level":"warning","event":"head"})")->is_error);
    EXPECT_FALSE(parse_node_log_line(R"({"event":"head"})")->is_error);
}

TEST(NodeLog, OtherTextIsNoLogLine) {
    for (const char* text : {"", "terminate called", "{", "[]", "{\"level\":1}", "{\"event\":2}"}) {
        EXPECT_FALSE(parse_node_log_line(text)) << text;
    }
}

TEST(ReplayReport, IsRead) {
    const auto report = parse_replay_report(
        R"({"blocks_replayed":12,"divergences":0,"databases":4,"rows_replayed":300,"finalized_epoch":0,"final":true})");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->blocks_replayed, 12U);
    EXPECT_EQ(report->rows_replayed, 300U);
    EXPECT_TRUE(report->final);
    EXPECT_TRUE(report->first_divergence.empty());
    EXPECT_FALSE(parse_replay_report("{\"blocks_replayed\":-1,\"divergences\":0}"));
    EXPECT_FALSE(parse_replay_report("12 blocks, 0 divergences"));
    EXPECT_FALSE(parse_replay_report(R"({"blocks_replayed":1,"divergences":0,"final":"yes"})")->final);
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_FALSE(
        parse_replay_report(R"({"blocks_replayed":1,"divergences":1,"first_divergence":{"seq":)" + deep + "}}"));
}

TEST(ReplayReport, ADivergenceIsTold) {
    const auto report = parse_replay_report(
        R"({"blocks_replayed":2,"divergences":1,"first_divergence":{"database":"a.sqlite","seq":7,"kind":"block",)"
        R"("block":"0x12","clause":"STO-18","field":"state_root","stored":"0x1","computed":"0x2"}})");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->first_divergence,
              "a.sqlite, row 7 (block), block 0x12: [STO-18] state_root: the node has 0x1, the reference 0x2");
}

TEST(FileTail, GivesWholeLinesOnce) {
    const TemporaryFolder folder;
    const auto path = folder / "log";
    FileTail tail(path);
    EXPECT_TRUE(tail.new_lines().empty());
    std::ofstream file(path);
    file << "one\ntw" << std::flush;
    EXPECT_EQ(tail.new_lines(), std::vector<std::string>{"one"});
    file << "o\nthree\n" << std::flush;
    EXPECT_EQ(tail.new_lines(), (std::vector<std::string>{"two", "three"}));
    EXPECT_EQ(last_lines(path, 2), (std::vector<std::string>{"two", "three"}));
}

TEST(NodeConfiguration, IsAFileOfTheNode) {
    const std::string text =
        node_configuration_text({"/tmp/a \"b\"/genesis.json", "/tmp/data", "0-3", {"/x", "/y"}, 2});
    EXPECT_NE(text.find(R"(genesis = "/tmp/a \"b\"/genesis.json")"), std::string::npos) << text;
    EXPECT_NE(text.find(R"(peers = ["/x", "/y"])"), std::string::npos) << text;
    EXPECT_NE(text.find(R"(dev_validators = "0-3")"), std::string::npos) << text;
    EXPECT_NE(text.find("[rpc]\nlisten = \"127.0.0.1:0\"\n"), std::string::npos) << text;
    EXPECT_NE(text.find("[metrics]\nlisten = \"127.0.0.1:0\"\n"), std::string::npos) << text;
    EXPECT_EQ(node_configuration_text({"g", "d", "", {}, 1}).find("dev_validators"), std::string::npos);
    EXPECT_EQ(text.find("discovery"), std::string::npos);
    EXPECT_NE(node_configuration_text({"g", "d", "", {}, 1, false, 18645}).find("listen = \"127.0.0.1:18645\"\n"),
              std::string::npos);
    EXPECT_NE(node_configuration_text({"g", "d", "", {}, 1, true}).find("discovery = false\n"), std::string::npos);
}

TEST(Validators, AreSplitEvenlyWithoutARest) {
    EXPECT_EQ(split_validators(64, 0, 4).text(), "0-15");
    EXPECT_EQ(split_validators(64, 3, 4).text(), "48-63");
    std::uint64_t next = 0;
    for (std::uint64_t i = 0; i < 7; ++i) {
        const ValidatorRange part = split_validators(17, i, 7);
        EXPECT_EQ(part.first, next);
        EXPECT_GE(part.count, 2U);
        next += part.count;
    }
    EXPECT_EQ(next, 17U);
    EXPECT_EQ((ValidatorRange{3, 1}).text(), "3");
}

Progress some_progress() {
    Progress progress;
    progress.validators = 16;
    progress.preset = "minimal";
    progress.slot_ms = 500;
    progress.slots_per_epoch = 8;
    progress.ms_since_genesis = 9'250;
    progress.nodes.push_back({root(0xab), Slot(18), Epoch(1), Epoch(0), 3});
    progress.nodes.push_back({root(0xcd), Slot(17), Epoch(1), Epoch(0), std::nullopt});
    progress.participation = EpochParticipation{Epoch(1), 0.9375};
    progress.blocks_replayed = 17;
    progress.note = "Ctrl-C ends it";
    return progress;
}

TEST(Table, ShowsEveryNode) {
    const std::vector<std::string> expected{
        "Touchstone development network: 2 nodes, 16 validators, minimal, slots of 0.5 s",
        "slot 18, epoch 2",
        "",
        "node    slot  head                 justified  finalized  peers",
        "   0      18  0xab00000000000000…          1          0      3",
        "   1      17  0xcd00000000000000…          1          0      –",
        "",
        "participation   93.8 % (epoch 1)",
        "reference       17 blocks replayed, 0 divergences",
        "Ctrl-C ends it",
    };
    EXPECT_EQ(render_table(some_progress()), expected);
}

TEST(Table, IsOneLineWhereNoTableCanBeDrawn) {
    EXPECT_EQ(render_line(some_progress()),
              "slot 18, epoch 2: heads 18 17, justified 1 1, finalized 0 0, participation 93.8 % (epoch 1), peers 3 –, "
              "replayed 17, divergences 0");
}

TEST(Table, CountsDownBeforeGenesis) {
    Progress progress = some_progress();
    progress.ms_since_genesis = -2'001;
    EXPECT_EQ(render_table(progress)[1], "slot 0 in 3 s");
}

TEST(Table, ShowsTheLoadAndWhereToSend) {
    Progress progress = some_progress();
    progress.rpc = "127.0.0.1:4321";
    progress.load = LoadReport{};
    progress.load->rate = 20;
    progress.load->sent = 30;
    progress.load->included = 25;
    progress.load->failed = 1;
    progress.load->inclusion_latency_s = Percentiles{1.25, 2, 3};
    const auto lines = render_table(progress);
    EXPECT_EQ(lines[9], "transactions    20 /s: 30 sent, 25 included, 0 final, 1 failed");
    EXPECT_EQ(lines[10], "                median until included 1.2 s, until final –");
    EXPECT_EQ(lines[11], "wallets         --rpc http://127.0.0.1:4321");
    EXPECT_NE(render_line(progress).find("transactions 30 sent"), std::string::npos);
    EXPECT_NE(render_line(progress).find("; median until included 1.2 s"), std::string::npos);
}

node::Root transaction(std::uint8_t number) { return root(number); }

TEST(LoadMeter, CountsFromWhenATransactionWasDue) {
    LoadMeter meter(10, 4);
    meter.sending(transaction(1), 1.0);
    meter.sending(transaction(2), 2.0);
    meter.sending(transaction(3), 2.5);
    meter.sending(transaction(4), 3.0);
    meter.included(transaction(1), "success", 3.0);
    meter.included(transaction(2), "success", 3.0);
    meter.included(transaction(3), "out_of_gas", 3.0);
    meter.refused(transaction(4), "no");
    meter.refused(transaction(4), "again");
    meter.included(transaction(9), "success", 3.0);
    meter.included(transaction(1), "success", 4.0);
    meter.finalized(transaction(1), 9.0);
    meter.finalized(transaction(1), 10.0);
    meter.finalized(transaction(9), 10.0);
    const LoadReport report = meter.report();
    EXPECT_EQ(report.rate, 10U);
    EXPECT_EQ(report.sent, 4U);
    EXPECT_EQ(report.included, 2U);
    EXPECT_EQ(report.failed, 2U);
    EXPECT_EQ(report.finalized, 1U);
    EXPECT_EQ(report.under_way(), 0U);
    EXPECT_EQ(report.first_failure, "out_of_gas");
    EXPECT_DOUBLE_EQ(report.tx_per_s, 1.0);
    ASSERT_TRUE(report.inclusion_latency_s);
    EXPECT_DOUBLE_EQ(report.inclusion_latency_s->p50, 1.0);
    EXPECT_DOUBLE_EQ(report.inclusion_latency_s->p99, 2.0);
    ASSERT_TRUE(report.finality_latency_s);
    EXPECT_DOUBLE_EQ(report.finality_latency_s->p50, 8.0);
}

TEST(LoadMeter, CountsStakeOperationsByKind) {
    const auto counts = [](const LoadReport& report, StakeOperation operation) {
        const OperationCounts& found = report.stake_operations[static_cast<std::size_t>(operation)];
        return std::array{found.sent, found.included, found.failed};
    };
    LoadMeter meter(10, 4);
    meter.sending(transaction(1), 1.0, StakeOperation::delegate);
    meter.sending(transaction(2), 1.0, StakeOperation::delegate);
    meter.sending(transaction(3), 1.0, StakeOperation::withdraw);
    meter.sending(transaction(4), 1.0);
    meter.included(transaction(1), "success", 2.0);
    meter.included(transaction(3), "not_withdrawable", 2.0);
    meter.included(transaction(4), "success", 2.0);
    const LoadReport report = meter.report();
    EXPECT_EQ(counts(report, StakeOperation::delegate), (std::array<std::uint64_t, 3>{2, 1, 0}));
    EXPECT_EQ(counts(report, StakeOperation::withdraw), (std::array<std::uint64_t, 3>{1, 0, 1}));
    EXPECT_EQ(counts(report, StakeOperation::undelegate), (std::array<std::uint64_t, 3>{0, 0, 0}));
    EXPECT_EQ(report.first_failure, "withdraw: not_withdrawable");
    Summary summary;
    summary.load = report;
    const auto json = nlohmann::json::parse(summary_to_json(summary))["load"]["stake_operations"];
    EXPECT_EQ(json["delegate"], (nlohmann::json{{"sent", 2}, {"included", 1}, {"failed", 0}}));
    EXPECT_EQ(json.size(), 4U);
}

TEST(LoadMeter, HasNoLatencyOfNothing) {
    const LoadReport report = LoadMeter(10, 4).report();
    EXPECT_FALSE(report.inclusion_latency_s);
    EXPECT_FALSE(report.finality_latency_s);
    EXPECT_EQ(report.tx_per_s, 0.0);
}

TEST(Percentiles, AreTheNearestRanks) {
    std::vector<double> values;
    for (int i = 100; i >= 1; --i)
        values.push_back(i);
    const auto of_hundred = percentiles_of(values);
    EXPECT_EQ(of_hundred->p50, 50);
    EXPECT_EQ(of_hundred->p95, 95);
    EXPECT_EQ(of_hundred->p99, 99);
    EXPECT_EQ(percentiles_of({7})->p50, 7);
    EXPECT_EQ(percentiles_of({7})->p99, 7);
}

TEST(Stall, IsNoticedAfterTheLimitAndNamesTheNode) {
    StallWatch watch(1000);
    Progress progress = some_progress();
    progress.ms_since_genesis = 500;
    EXPECT_FALSE(watch.observe(progress));
    progress.ms_since_genesis = 1'400;
    progress.nodes[0].head_slot = Slot(19);
    EXPECT_FALSE(watch.observe(progress));
    progress.ms_since_genesis = 1'600;
    const auto text = watch.observe(progress);
    ASSERT_TRUE(text);
    EXPECT_EQ(
        *text,
        "no new head for 1 s: node 1 stands at slot 17 with an unknown number of peers; 93 % of the stake voted in "
        "epoch 1");
}

TEST(Stall, TimeBeforeGenesisDoesNotCount) {
    StallWatch watch(1000);
    Progress progress = some_progress();
    for (NodeProgress& node : progress.nodes)
        node.head_slot = Slot(0);
    progress.ms_since_genesis = -60'000;
    EXPECT_FALSE(watch.observe(progress));
    progress.ms_since_genesis = 999;
    EXPECT_FALSE(watch.observe(progress));
    progress.ms_since_genesis = 1'000;
    EXPECT_TRUE(watch.observe(progress));
}

Summary good_summary() {
    Summary summary;
    summary.nodes.push_back({finalized(chain_up_to(33), 2), 1, "0-7", "a", "b"});
    summary.nodes[0].chain.rows = 50;
    summary.agreement = compare(std::vector{summary.nodes[0].chain}, kSlotsPerEpoch);
    summary.distinct_blocks = 33;
    summary.participation = EpochParticipation{Epoch(3), 1.0};
    summary.replay = ReplayReport{};
    summary.replay->blocks_replayed = 33;
    summary.replay->rows_replayed = 50;
    summary.replay->databases = 1;
    summary.replay->final = true;
    return summary;
}

TEST(Judgement, AllIsWell) {
    Summary summary = good_summary();
    judge(summary);
    EXPECT_TRUE(summary.success()) << summary.failures[0];
    const auto json = nlohmann::json::parse(summary_to_json(summary));
    EXPECT_EQ(json["finalized_epoch"], 2);
    EXPECT_EQ(json["nodes_agree"], true);
    EXPECT_EQ(json["blocks_replayed"], 33);
    EXPECT_EQ(json["divergences"], 0);
    EXPECT_EQ(json["participation"], 1.0);
    EXPECT_EQ(json["success"], true);
}

TEST(Judgement, WithoutFinalityItFails) {
    Summary summary = good_summary();
    summary.agreement.finalized_epoch = Epoch(0);
    judge(summary);
    EXPECT_EQ(summary.failures.size(), 1U);
}

TEST(Judgement, ABlockThatWasNotReplayedFails) {
    Summary summary = good_summary();
    summary.replay->blocks_replayed = 32;
    judge(summary);
    ASSERT_EQ(summary.failures.size(), 1U);
    EXPECT_NE(summary.failures[0].find("32 of 33 blocks"), std::string::npos);
}

TEST(Judgement, AJournalRowThatWasNotReplayedFails) {
    Summary summary = good_summary();
    summary.replay->rows_replayed = 49;
    judge(summary);
    EXPECT_FALSE(summary.success());
}

TEST(Judgement, ADivergenceFailsAndIsTold) {
    Summary summary = good_summary();
    summary.replay->divergences = 1;
    summary.replay->first_divergence = "row 7";
    summary.replay->first_divergence_json = R"({"seq":7})";
    judge(summary);
    ASSERT_EQ(summary.failures.size(), 1U);
    EXPECT_NE(summary.failures[0].find("row 7"), std::string::npos);
    EXPECT_EQ(nlohmann::json::parse(summary_to_json(summary))["first_divergence"]["seq"], 7);
}

TEST(Judgement, ALoadOfWhichNothingCameIntoABlockFails) {
    Summary summary = good_summary();
    summary.load = LoadReport{};
    judge(summary);
    EXPECT_TRUE(summary.success()) << "nothing was sent";
    EXPECT_EQ(nlohmann::json::parse(summary_to_json(summary))["load"]["inclusion_latency_s"], nullptr);
    summary.load->sent = 5;
    summary.load->failed = 5;
    summary.load->first_failure = "why";
    judge(summary);
    ASSERT_EQ(summary.failures.size(), 1U);
    EXPECT_NE(summary.failures[0].find("none of the 5 transactions"), std::string::npos);
    EXPECT_NE(summary.failures[0].find("why"), std::string::npos);
}

/// Waits on the child's own end, not on a clock.
void await(ChildProcess& child) {
    while (child.running()) {
    }
}

TEST(ChildProcess, ItsEndIsTold) {
    const TemporaryFolder folder;
    auto child = ChildProcess::start({{"/bin/sh", "-c", "echo said; exit 3"}, folder / "log", std::nullopt});
    ASSERT_TRUE(child.ok()) << child.fault().text;
    await(*child);
    EXPECT_EQ(child->ending(), "exit code 3");
    EXPECT_FALSE(child->succeeded());
    EXPECT_EQ(last_lines(folder / "log", 1), std::vector<std::string>{"said"});
}

TEST(ChildProcess, EndsWhenItsInputIsClosed) {
    const TemporaryFolder folder;
    auto child = ChildProcess::start({{"/bin/cat"}, folder / "log", std::nullopt});
    ASSERT_TRUE(child.ok());
    EXPECT_TRUE(child->running());
    child->close_input();
    await(*child);
    EXPECT_TRUE(child->succeeded());
}

TEST(ChildProcess, ASignalEndsIt) {
    const TemporaryFolder folder;
    auto child = ChildProcess::start({{"/bin/cat"}, folder / "log", std::nullopt});
    ASSERT_TRUE(child.ok());
    child->ask_to_end();
    await(*child);
    EXPECT_EQ(child->ending(), "signal 15 (Terminated)");
}

TEST(ChildProcess, IsPausedAndResumed) {
    const TemporaryFolder folder;
    auto child = ChildProcess::start({{"/bin/cat"}, folder / "log", std::nullopt});
    ASSERT_TRUE(child.ok());
    child->pause();
    siginfo_t stopped{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child->pid()), &stopped, WSTOPPED | WNOWAIT), 0);
    EXPECT_EQ(stopped.si_code, CLD_STOPPED);
    child->ask_to_end();
    EXPECT_TRUE(child->running()) << "it hears no signal";
    child->resume();
    await(*child);
    EXPECT_EQ(child->ending(), "signal 15 (Terminated)");
}

TEST(ChildProcess, NothingThatIsOpenHereIsOpenThere) {
    const TemporaryFolder folder;
    const int open = ::dup(STDIN_FILENO);
    ASSERT_GT(open, STDERR_FILENO);
    auto child = ChildProcess::start(
        {{"/bin/sh", "-c", "test ! -e /proc/self/fd/" + std::to_string(open)}, folder / "log", std::nullopt});
    ::close(open);
    ASSERT_TRUE(child.ok());
    await(*child);
    EXPECT_TRUE(child->succeeded()) << child->ending();
}

TEST(ChildProcess, AProgramThatIsNotThereIsNamed) {
    const TemporaryFolder folder;
    const auto child = ChildProcess::start({{"/nowhere/node"}, folder / "log", std::nullopt});
    ASSERT_FALSE(child.ok());
    EXPECT_EQ(child.fault().text, "cannot start /nowhere/node: No such file or directory");
}

class DatabaseViewTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(sqlite3_open(path_.c_str(), &writer_), SQLITE_OK);
        run("CREATE TABLE blocks (root BLOB, slot INTEGER, parent_root BLOB, state_root BLOB, ssz BLOB)");
        run("CREATE TABLE journal (seq INTEGER PRIMARY KEY, kind TEXT, time_ms INTEGER, payload BLOB, head_root BLOB, "
            "justified_epoch INTEGER, justified_root BLOB, finalized_epoch INTEGER, finalized_root BLOB)");
    }
    void TearDown() override { sqlite3_close(writer_); }

    void run(const std::string& sql) {
        char* error = nullptr;
        ASSERT_EQ(sqlite3_exec(writer_, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    }
    static std::string blob(const Root& value) { return "x'" + node::to_hex(value) + "'"; }
    void row(int seq, const std::string& kind, const std::string& payload, const std::string& head,
             int finalized_epoch) {
        run("INSERT INTO journal VALUES (" + std::to_string(seq) + ", '" + kind + "', 0, " + payload + ", " + head +
            ", 3, " + blob(root(9)) + ", " + std::to_string(finalized_epoch) + ", " + blob(root(8)) + ")");
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "chain.sqlite";
    sqlite3* writer_ = nullptr;
};

TEST_F(DatabaseViewTest, TakesRowsAsTheyCome) {
    const auto view = DatabaseView::open(path_);
    ASSERT_TRUE(view.ok());
    NodeChain chain(root(0));
    run("INSERT INTO blocks VALUES (" + blob(root(1)) + ", 1, " + blob(root(0)) + ", x'', x'0102')");
    row(1, "tick", "x''", blob(root(0)), 0);
    row(2, "block", blob(root(1)), blob(root(1)), 0);
    auto added = view->update(chain);
    ASSERT_TRUE(added.ok()) << added.fault().text;
    EXPECT_EQ(*added, std::vector<Root>{root(1)});
    EXPECT_EQ(chain.head_slot(), Slot(1));

    row(3, "attestation", "x'00'", "NULL", 2);
    added = view->update(chain);
    ASSERT_TRUE(added.ok());
    EXPECT_TRUE(added->empty());
    EXPECT_EQ(chain.rows, 3);
    EXPECT_EQ(chain.head, root(1));
    EXPECT_EQ(chain.finalized, (node::Checkpoint{Epoch(2), root(8)}));
    EXPECT_EQ(*view->block(root(1)), (node::ByteVector{1, 2}));
}

TEST_F(DatabaseViewTest, AFileThatIsNoDatabaseIsNamed) {
    std::ofstream(folder_ / "other") << "this is no database, but long enough to have a header of one hundred bytes: "
                                        "........................................................";
    const auto view = DatabaseView::open(folder_ / "other");
    NodeChain chain(root(0));
    const auto added = view.ok() ? view->update(chain) : Outcome<std::vector<Root>>(view.fault());
    ASSERT_FALSE(added.ok());
    EXPECT_NE(added.fault().text.find("other"), std::string::npos);
}

}  // namespace
}  // namespace touchstone::cli
