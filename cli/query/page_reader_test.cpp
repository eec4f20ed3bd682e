// Long answers: `touchstone query … --all`.
#include "cli/query/page_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "cli/commands.h"
#include "cli/rpc/testing/run_command.h"
#include "cli/rpc/testing/scripted_node.h"

namespace touchstone::cli {
namespace {

class PagesTest : public testing::Test {
  protected:
    Ran query(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "query");
        arguments.insert(arguments.end(), {"--rpc", node_.url()});
        return run_command(add_query_command, std::move(arguments));
    }
    /// Of an account's stake with validators of these indices.
    static RpcJson stakes(const std::vector<std::string>& validators, const RpcJson& next) {
        RpcJson list = RpcJson::array();
        for (const std::string& validator : validators)
            list.push_back({{"validator_index", validator}, {"shares", "5"}, {"value", "1500000000"}});
        return {{"at", {{"root", "0xab"}, {"slot", "9"}}}, {"address", "tst1me"}, {"stakes", list}, {"next", next}};
    }
    /// Transactions of a block of five, from this place on.
    static RpcJson transactions(std::size_t first, std::size_t count) {
        RpcJson list = RpcJson::array();
        for (std::size_t i = first; i < first + count; ++i)
            list.push_back({{"id", "0x0" + std::to_string(i)}, {"status", "success"}, {"gas_used", "21000"}});
        return {{"block", {{"root", "0xcd"}, {"slot", "7"}}}, {"total", "5"}, {"transactions", list}};
    }
    /// An account's, one in each slot.
    static RpcJson history(std::uint64_t newest, std::uint64_t count, const RpcJson& next) {
        RpcJson list = RpcJson::array();
        for (std::uint64_t slot = newest; slot > newest - count; --slot) {
            list.push_back({{"id", "0xee"},
                            {"block", {{"root", "0xcd"}, {"slot", std::to_string(slot)}}},
                            {"index", "0"},
                            {"sent", true},
                            {"finalized", false}});
        }
        return {{"address", "tst1me"}, {"transactions", list}, {"next", next}, {"complete_from", "0"}};
    }

    /// Epochs of which nothing is known but their numbers.
    static RpcJson epochs(const std::vector<std::string>& numbers, const RpcJson& next) {
        RpcJson list = RpcJson::array();
        for (const std::string& number : numbers)
            list.push_back({{"epoch", number}});
        return {{"epochs", list}, {"next", next}};
    }

    ScriptedNode node_;
};

TEST_F(PagesTest, APageSaysHowTheNextOneComesAndIsOfTheSameState) {
    node_.answer("stake_list", stakes({"1", "2"}, "0x77"));
    const Ran ran = query({"stake", "tst1me", "--at", "finalized"});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_EQ(ran.out,
              "after the block of  9\n"
              "block               0xab\n"
              "\n"
              "validator  shares    worth\n"
              "        1       5  1.5 TST\n"
              "        2       5  1.5 TST\n"
              "There may be more: --after 0x77 --at 0xab, or --all\n");
    EXPECT_EQ(node_.calls("stake_list").size(), 1U);
}

TEST_F(PagesTest, TheLastPageSaysNothing) {
    node_.answer("stake_list", stakes({"1"}, nullptr));
    EXPECT_EQ(query({"stake", "tst1me"}).out.find("more"), std::string::npos);
    node_.answer("chain_block_transactions", transactions(3, 2));
    EXPECT_EQ(query({"transactions", "0xcd", "--first", "3"}).out.find("more"), std::string::npos);
}

TEST_F(PagesTest, AllPagesAreOneTableOfOneState) {
    node_.answer("stake_list", stakes({"1", "2"}, "0x77"));
    node_.answer("stake_list", stakes({}, "0x88"));
    node_.answer("stake_list", stakes({"30000000000"}, nullptr));
    const Ran ran = query({"stake", "tst1me", "--all"});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_EQ(ran.out,
              "after the block of  9\n"
              "block               0xab\n"
              "\n"
              "validator  shares    worth\n"
              "        1       5  1.5 TST\n"
              "        2       5  1.5 TST\n"
              "30000000000       5  1.5 TST\n");
    const auto calls = node_.calls("stake_list");
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_EQ(calls[0], RpcJson({{"address", "tst1me"}}));
    EXPECT_EQ(calls[1], RpcJson({{"address", "tst1me"}, {"after", "0x77"}, {"at", "0xab"}}));
    EXPECT_EQ(calls[2], RpcJson({{"address", "tst1me"}, {"after", "0x88"}, {"at", "0xab"}}));
}

TEST_F(PagesTest, PlacesInABlockAreCounted) {
    node_.answer("chain_block_transactions", transactions(0, 3));
    node_.answer("chain_block_transactions", transactions(3, 2));
    const Ran page = query({"transactions", "head", "--count", "3"});
    EXPECT_NE(page.out.find("There may be more: 0xcd --first 3, or --all\n"), std::string::npos) << page.out;
    node_.forget("chain_block_transactions");
    node_.answer("chain_block_transactions", transactions(0, 3));
    node_.answer("chain_block_transactions", transactions(3, 2));
    const Ran all = query({"transactions", "--all", "--json"});
    EXPECT_EQ(std::ranges::count(all.out, '\n'), 5) << all.out;
    EXPECT_EQ(node_.calls("chain_block_transactions").back(), RpcJson({{"at", "0xcd"}, {"first", "3"}}));
}

TEST_F(PagesTest, JsonOfAllPagesIsOneItemALine) {
    node_.answer("account_history", history(9, 2, "8:0"));
    node_.answer("account_history", history(7, 1, nullptr));
    const Ran ran = query({"history", "tst1me", "--all", "--json"});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    std::istringstream lines(ran.out);
    std::vector<std::string> slots;
    for (std::string line; std::getline(lines, line);)
        slots.push_back(RpcJson::parse(line)["block"]["slot"].get<std::string>());
    EXPECT_EQ(slots, (std::vector<std::string>{"9", "8", "7"}));
    EXPECT_EQ(ran.error, "");
}

TEST_F(PagesTest, JsonOfAPageIsTheAnswer) {
    node_.answer("account_history", history(9, 2, "8:0"));
    EXPECT_EQ(RpcJson::parse(query({"history", "tst1me", "--json"}).out), history(9, 2, "8:0"));
}

TEST_F(PagesTest, ALimitBoundsWhatIsAskedFor) {
    node_.answer("account_history", history(9, 3, "7:0"));
    node_.answer("account_history", history(6, 2, "5:0"));
    const Ran ran = query({"history", "tst1me", "--all", "--limit", "5", "--count", "3"});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_NE(ran.out.find("There may be more: --before 5:0\n"), std::string::npos) << ran.out;
    const auto calls = node_.calls("account_history");
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0], RpcJson({{"address", "tst1me"}, {"count", "3"}}));
    EXPECT_EQ(calls[1], RpcJson({{"address", "tst1me"}, {"count", "2"}, {"before", "7:0"}}));
}

TEST_F(PagesTest, WhatIsBeyondALimitIsNotPrinted) {
    node_.answer("stake_list", stakes({"1", "2", "3"}, "0x77"));
    const Ran ran = query({"stake", "tst1me", "--all", "--limit", "2", "--json"});
    EXPECT_EQ(std::ranges::count(ran.out, '\n'), 2) << ran.out;
    EXPECT_EQ(ran.error, "") << "from the middle of a page there is no way on";
    EXPECT_EQ(node_.calls("stake_list").size(), 1U);
    node_.forget("stake_list");
    node_.answer("stake_list", stakes({"1", "2"}, "0x77"));
    const Ran whole = query({"stake", "tst1me", "--all", "--limit", "2", "--json"});
    EXPECT_EQ(whole.error, "There may be more: --after 0x77 --at 0xab\n") << "not among the items";
}

TEST_F(PagesTest, AllOfWhatIsToldFromItsEndBeginsAtItsBeginning) {
    node_.answer("net_statistics", epochs({"7", "8"}, "9"));
    node_.answer("net_statistics", epochs({"9"}, nullptr));
    const Ran ran = query({"statistics", "--all", "--json"});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_EQ(std::ranges::count(ran.out, '\n'), 3) << ran.out;
    query({"statistics", "--all", "--json", "--limit", "1"});
    query({"statistics", "--all", "--json", "--from", "8"});
    query({"statistics", "--json"});
    const auto calls = node_.calls("net_statistics");
    ASSERT_EQ(calls.size(), 5U);
    EXPECT_EQ(calls[0], RpcJson({{"from", "0"}}));
    EXPECT_EQ(calls[1], RpcJson({{"from", "9"}}));
    EXPECT_EQ(calls[2], RpcJson({{"from", "0"}, {"count", "1"}})) << "the first of all";
    EXPECT_EQ(calls[3], RpcJson({{"from", "8"}}));
    EXPECT_EQ(calls[4], RpcJson::object()) << "the last ones";
}

TEST_F(PagesTest, ANodeThatNamesOnePageForEverIsLeft) {
    node_.answer("stake_list", stakes({"1"}, "0x77"));
    const Ran ran = query({"stake", "tst1me", "--all"});
    EXPECT_EQ(ran.code, kExitFailure);
    EXPECT_NE(ran.error.find("names the same page again and again"), std::string::npos) << ran.error;
    EXPECT_EQ(node_.calls("stake_list").size(), 2U);
}

TEST_F(PagesTest, ARefusalInTheMiddleEndsItAndWhatCameStays) {
    node_.answer("stake_list", stakes({"1"}, "0x77"));
    node_.refuse("stake_list", -32003, "State not kept", {{"reason", "it is gone"}});
    const Ran ran = query({"stake", "tst1me", "--all"});
    EXPECT_EQ(ran.code, kExitFailure);
    EXPECT_NE(ran.out.find("1.5 TST"), std::string::npos) << ran.out;
    EXPECT_NE(ran.error.find("State not kept: it is gone"), std::string::npos) << ran.error;
}

TEST_F(PagesTest, APageOfAnotherFormIsNoAnswer) {
    for (const char* const text : {R"({"stakes":5})", R"({"at":{},"stakes":[]})", R"({"stakes":[],"next":5})",
                                   R"({"stakes":[],"next":"0x77"})"}) {
        const RpcJson answer = RpcJson::parse(text);
        node_.forget("stake_list");
        node_.answer("stake_list", answer);
        const Ran ran = query({"stake", "tst1me", "--all", "--json"});
        EXPECT_EQ(ran.code, kExitFailure) << text;
        EXPECT_NE(ran.error.find("in a form that this program does not know"), std::string::npos) << ran.error;
    }
}

TEST_F(PagesTest, ALimitIsOfAllPagesAndNotZero) {
    EXPECT_EQ(query({"stake", "tst1me", "--limit", "5"}).code, kExitUsage);
    EXPECT_EQ(query({"stake", "tst1me", "--all", "--limit", "0"}).code, kExitUsage);
    EXPECT_EQ(query({"head", "--all"}).code, kExitUsage);
}

}  // namespace
}  // namespace touchstone::cli
