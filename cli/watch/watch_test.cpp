#include <gtest/gtest.h>

#include "cli/commands.h"
#include "cli/rpc/testing/chain_answers.h"
#include "cli/rpc/testing/run_command.h"
#include "cli/rpc/testing/scripted_node.h"
#include "cli/terminal/text.h"
#include "cli/watch/terminal.h"
#include "cli/watch/view.h"
#include "node/generated/parameters.h"

namespace touchstone::cli {
namespace {

WatchedBlock block(const std::string& root) { return {root, "4"}; }

/// Eight slots an epoch, the head in slot 18, slots 10 and 17 without blocks.
WatchModel some_model() {
    WatchModel model;
    model.node = "http://127.0.0.1:8645";
    model.genesis_root = root_text('9');
    model.slots_per_epoch = 8;
    model.figures = WatchedFigures{.slot = 20,
                                   .head_slot = 18,
                                   .head_root = root_text('a'),
                                   .justified_epoch = 1,
                                   .finalized_epoch = 0,
                                   .finalized_root = root_text('c'),
                                   .base_fee = 1000,
                                   .syncing = false,
                                   .distance = 0,
                                   .seconds_left = std::nullopt,
                                   .peers = 3,
                                   .pool = 1,
                                   .validators = 64,
                                   .stake = 2'048'500'000'000,
                                   .participation = {{0, 1'000'000}, {1, 999'871}}};
    for (std::uint64_t slot = 1; slot <= 18; ++slot) {
        model.slots[slot] = slot == 10 || slot == 17 ? std::nullopt : std::optional(block("0x" + std::string(64, 'd')));
    }
    return model;
}

TEST(WatchView, IsATableOfEightyColumns) {
    const std::vector<std::string> expected{"Touchstone at http://127.0.0.1:8645, chain 0x9999999999999999…",
                                            "slot 20, epoch 2 (5 of 8)",
                                            "",
                                            "head             18  0xaaaaaaaaaaaaaaaa…",
                                            "finalized        epoch 0  0xcccccccccccccccc…",
                                            "justified        epoch 1",
                                            "participation    99.9871 % (epoch 1)",
                                            "validators       64 active, 2048.5 TST",
                                            "peers            3",
                                            "pool             1 transaction",
                                            "base fee         1000 grains for a unit of gas",
                                            "node             follows the chain",
                                            "reorganizations  none seen",
                                            "",
                                            "     epoch  slots: ■ block, · none",
                                            "         2  ■·■·    ",
                                            "         1  ■■·■■■■■",
                                            "         0   ■■■■■■■",
                                            "",
                                            "Ctrl-C ends it"};
    EXPECT_EQ(draw(some_model(), 80, 24), expected);
}

TEST(WatchView, HasTwoColumnsOfFactsWhereThereIsPlace) {
    const auto lines = draw(some_model(), 120, 24);
    EXPECT_EQ(lines[3], pad_right("head             18  0xaaaaaaaaaaaaaaaa…", 60) + "peers            3");
    EXPECT_EQ(lines[7], pad_right("validators       64 active, 2048.5 TST", 60) + "reorganizations  none seen");
    EXPECT_EQ(lines[8], "");
    EXPECT_EQ(lines.size(), 15U);
}

TEST(WatchView, NeverExceedsTheScreen) {
    WatchModel model = some_model();
    model.trouble = std::string(300, 'x');
    model.slots_per_epoch = 1'000'000;
    for (const std::size_t columns : {1U, 10U, 80U, 120U}) {
        for (const std::size_t rows : {1U, 5U, 24U}) {
            const auto lines = draw(model, columns, rows);
            EXPECT_LE(lines.size(), rows);
            for (const std::string& line : lines)
                EXPECT_LE(columns_of(line), columns) << line;
        }
    }
}

TEST(WatchView, SaysWhatIsWrongAndKeepsWhatWasKnown) {
    WatchModel model = some_model();
    model.trouble = "connection refused";
    const auto lines = draw(model, 80, 24);
    EXPECT_EQ(lines[1], "NO ANSWER: connection refused");
    EXPECT_EQ(lines[4], "head             18  0xaaaaaaaaaaaaaaaa…");
    WatchModel nothing;
    nothing.node = "http://a:1";
    EXPECT_EQ(draw(nothing, 80, 24), (std::vector<std::string>{"Touchstone at http://a:1", "Ctrl-C ends it"}));
}

TEST(WatchView, ShowsHowFarANodeIsBehind) {
    WatchModel model = some_model();
    model.figures->syncing = true;
    model.figures->distance = 120;
    model.figures->seconds_left = 30;
    model.reorganizations = 2;
    model.most_dropped = 1;
    const auto lines = draw(model, 80, 24);
    EXPECT_EQ(lines[11], "node             catching up, 120 slots behind, 30 s left");
    EXPECT_EQ(lines[12], "reorganizations  2 seen, of 1 block at most");
}

TEST(WatchModel, BlocksThatLeaveTheChainAreAReorganization) {
    WatchModel model;
    note_slots(model, 1, 3, {{1, block("a")}, {2, block("b")}, {3, block("c")}});
    note_slots(model, 1, 4, {{1, block("a")}, {2, block("b")}, {3, block("c")}, {4, block("d")}});
    EXPECT_EQ(model.reorganizations, 0U);
    note_slots(model, 1, 5, {{1, block("a")}, {2, block("b")}, {5, block("e")}});
    EXPECT_EQ(model.reorganizations, 1U);
    EXPECT_EQ(model.last_dropped, 2U);
    note_slots(model, 2, 3, {{2, block("b")}, {3, block("c")}});
    EXPECT_EQ(model.reorganizations, 2U) << "the chain became shorter";
    EXPECT_EQ(model.last_dropped, 1U);
    EXPECT_EQ(model.most_dropped, 2U);
    EXPECT_EQ(model.slots.size(), 2U);
}

TEST(WatchModel, ALateBlockAndForgottenSlotsAreNone) {
    WatchModel model;
    note_slots(model, 1, 2, {{1, block("a")}});
    note_slots(model, 1, 2, {{1, block("a")}, {2, block("b")}});
    note_slots(model, 2, 3, {{2, block("b")}});
    EXPECT_EQ(model.reorganizations, 0U);
    EXPECT_FALSE(model.slots.contains(1));
}

TEST(Narrator, TellsEachSlotOnceFromTheHeadOn) {
    Narrator narrator(false);
    WatchModel model = some_model();
    const auto first = narrator.news(model);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0],
              "slot 18, epoch 2: block 0xdddddddddddddddd… by validator 4; justified 1, finalized 0, participation "
              "99.9871 % (epoch 1), peers 3, pool 1, base fee 1000");
    EXPECT_EQ(first[1].substr(0, 27), "slot 19, epoch 2: no block;");
    EXPECT_TRUE(narrator.news(model).empty());
    model.figures->slot = 21;
    model.figures->head_slot = 21;
    model.slots[20] = block("0xab");
    model.slots[21] = block("0xac");
    const auto next = narrator.news(model);
    ASSERT_EQ(next.size(), 2U);
    EXPECT_EQ(next[1].substr(0, 29), "slot 21, epoch 2: block 0xac ");
    EXPECT_EQ(narrator.slots(), 4U);
}

TEST(Narrator, IsNotDrownedByANodeThatCatchesUp) {
    Narrator narrator(false);
    WatchModel model = some_model();
    (void)narrator.news(model);
    model.figures->head_slot = ~std::uint64_t{0};
    EXPECT_EQ(narrator.news(model).size(), kWatchedSlots);
}

TEST(Narrator, TellsOfLossReturnAndReorganizations) {
    Narrator narrator(false);
    WatchModel model = some_model();
    (void)narrator.news(model);
    model.trouble = "connection refused";
    EXPECT_EQ(narrator.news(model), std::vector<std::string>{"connection refused"});
    EXPECT_TRUE(narrator.news(model).empty());
    model.trouble.reset();
    model.reorganizations = 1;
    model.last_dropped = 2;
    EXPECT_EQ(narrator.news(model), (std::vector<std::string>{"the node at http://127.0.0.1:8645 answers again",
                                                              "reorganization: 2 blocks left the head's chain"}));
}

TEST(Narrator, ForProgramsEveryLineIsAnObject) {
    Narrator narrator(true);
    WatchModel model = some_model();
    const auto lines = narrator.news(model);
    ASSERT_EQ(lines.size(), 2U);
    const RpcJson slot = RpcJson::parse(lines[0]);
    EXPECT_EQ(slot["event"], "slot");
    EXPECT_EQ(slot["slot"], "18");
    EXPECT_EQ(slot["proposer_index"], "4");
    EXPECT_EQ(slot["participation_ppm"], "999871");
    EXPECT_TRUE(RpcJson::parse(lines[1])["root"].is_null());
    model.trouble = "gone";
    EXPECT_EQ(narrator.news(model).at(0), R"({"event":"connection","answers":false,"reason":"gone"})");
    model.trouble.reset();
    narrator.news(model);
    model.trouble = "\xff!";
    EXPECT_EQ(RpcJson::parse(narrator.news(model).at(0))["reason"], "\xef\xbf\xbd!") << "always UTF-8";
}

TEST(Screen, FramesReplaceWhatIsThereWithoutErasingItBefore) {
    EXPECT_EQ(frame_of({"a", "b"}), "\x1b[?2026h\x1b[Ha\x1b[K\r\nb\x1b[K\x1b[J\x1b[?2026l");
    EXPECT_EQ(frame_of({"a"}).find("\x1b[2J"), std::string::npos);
}

TEST(TerminalSignals, ComeBeforeTheEndOfTheTime) {
    const TerminalSignals signals;
    EXPECT_EQ(signals.wait(std::chrono::milliseconds(0)), TerminalSignals::Event::Time);
    EXPECT_EQ(signals.wait(std::chrono::milliseconds(-5)), TerminalSignals::Event::Time);
    ::raise(SIGWINCH);
    EXPECT_EQ(signals.wait(std::chrono::hours(1)), TerminalSignals::Event::Resize);
    ::raise(SIGINT);
    EXPECT_EQ(signals.wait(std::chrono::hours(1)), TerminalSignals::Event::End);
}

class WatchCommandTest : public testing::Test {
  protected:
    WatchCommandTest() {
        RpcJson parameters;
        for (const node::ParameterField& field : node::PARAMETER_FIELDS)
            parameters[std::string(field.name)] = std::to_string(node::MINIMAL.*field.value);
        node_.answer("chain_config", {{"genesis_root", root_text('9')}, {"parameters", parameters}});
        node_.answer("chain_head", head_answer(3));
        node_.answer("node_sync", {{"syncing", false}, {"distance", "0"}, {"seconds_left", nullptr}, {"peers", "3"}});
        node_.answer("net_statistics", {{"epochs", RpcJson::array()}, {"next", nullptr}});
        node_.answer("tx_pool", {{"size", "2"}});
        node_.answer("stake_totals", {{"active_validators", "64"}, {"active_stake", "1"}});
        node_.answer("chain_headers",
                     {{"headers", RpcJson::array({header_answer(1), header_answer(2), header_answer(3)})}});
    }

    ScriptedNode node_;
};

TEST_F(WatchCommandTest, AsksForEverythingAtOnce) {
    WatchModel model;
    RpcClient client(*parse_http_url(node_.url()));
    refresh(model, client);
    ASSERT_EQ(model.trouble, std::nullopt);
    EXPECT_EQ(model.slots_per_epoch, node::MINIMAL.SLOTS_PER_EPOCH);
    EXPECT_EQ(model.slots.size(), 3U);
    EXPECT_EQ(model.figures->pool, 2U);
    EXPECT_EQ(node_.calls("chain_headers").front(), RpcJson({{"first", "1"}, {"count", "3"}}));
    refresh(model, client);
    EXPECT_EQ(node_.calls("chain_config").size(), 1U) << "it does not change";
    EXPECT_EQ(model.reorganizations, 0U);
}

TEST_F(WatchCommandTest, ARefusalIsToldAndWhatWasKnownStays) {
    WatchModel model;
    RpcClient client(*parse_http_url(node_.url()));
    refresh(model, client);
    node_.forget("stake_totals");
    refresh(model, client);
    ASSERT_TRUE(model.trouble);
    EXPECT_NE(model.trouble->find("refused stake_totals: Method not found"), std::string::npos) << *model.trouble;
    EXPECT_EQ(model.slots.size(), 3U);
}

TEST_F(WatchCommandTest, PrintsALineForEachSlotWhereThereIsNoTerminal) {
    const Ran ran = run_command(add_watch_command, {"watch", "--slots", "1", "--rpc", node_.url()});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_EQ(ran.out.substr(0, 17), "slot 3, epoch 0: ") << ran.out;
    EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
    const Ran json = run_command(add_watch_command, {"watch", "--slots", "1", "--json", "--rpc", node_.url()});
    EXPECT_EQ(RpcJson::parse(json.out)["slot"], "3");
}

TEST_F(WatchCommandTest, AnAddressWithoutSenseIsRefused) {
    EXPECT_EQ(run_command(add_watch_command, {"watch", "--rpc", "x"}).code, kExitUsage);
}

}  // namespace
}  // namespace touchstone::cli
