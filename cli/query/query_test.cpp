// `touchstone query` against a node that answers what the test says.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "cli/commands.h"
#include "cli/query/questions.h"
#include "cli/rpc/testing/run_command.h"
#include "cli/rpc/testing/scripted_node.h"

namespace touchstone::cli {
namespace {

class QueryTest : public testing::Test {
  protected:
    Ran query(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "query");
        arguments.insert(arguments.end(), {"--rpc", node_.url()});
        return run_command(add_query_command, std::move(arguments));
    }

    ScriptedNode node_;
};

RpcJson balance() {
    return RpcJson::parse(R"({"at":{"root":"0xcd","slot":"75"},"address":"tst1me","balance":"1500000001","nonce":"3",
        "exists":true})");
}

TEST_F(QueryTest, AnAccountIsShownInTst) {
    node_.answer("account_balance", balance());
    const Ran ran = query({"account", "tst1me", "--at", "finalized"});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_EQ(ran.out,
              "balance             1.500000001 TST\n"
              "nonce               3\n"
              "has ever existed    yes\n"
              "after the block of  75\n"
              "block               0xcd\n");
    EXPECT_EQ(node_.calls("account_balance").back(), RpcJson({{"address", "tst1me"}, {"at", "finalized"}}));
}

TEST_F(QueryTest, JsonIsTheAnswerOfTheNodeAsItIs) {
    node_.answer("account_balance", balance());
    const Ran ran = query({"account", "tst1me", "--json"});
    EXPECT_EQ(RpcJson::parse(ran.out), balance());
    EXPECT_EQ(std::ranges::count(ran.out, '\n'), 1);
    EXPECT_EQ(node_.calls("account_balance").back(), RpcJson({{"address", "tst1me"}}));
}

TEST_F(QueryTest, ABlockIsNamedByPosition) {
    node_.answer("chain_header", RpcJson::parse(R"({"root":"0xab","slot":"9","proposer_index":"4","parent_root":"0x01",
        "state_root":"0x02","body_root":"0x03","canonical":true,"finalized":false})"));
    for (const char* const block : {"head", "finalized", "1234", "0xab"}) {
        EXPECT_EQ(query({"header", block}).code, kExitSuccess);
        EXPECT_EQ(node_.calls("chain_header").back(), RpcJson({{"at", block}}));
    }
    EXPECT_EQ(query({"header"}).code, kExitSuccess);
    EXPECT_EQ(node_.calls("chain_header").back(), RpcJson::object());
}

TEST_F(QueryTest, ATransactionIsShownWithItsPayload) {
    node_.answer("tx_get", RpcJson::parse(R"({"id":"0xaa","state":"pending","block":null,"index":null,
        "finalized":null,"encoded":"0x00","transaction":{"sender":"tst1me","nonce":"1","gas_limit":"21000",
        "max_fee":"2000","tip":"7","payload":{"kind":"transfer","recipient":"tst1you","amount":"2500000000"}}})"));
    const Ran ran = query({"transaction", "0xaa"});
    EXPECT_EQ(ran.out,
              "transaction         0xaa\n"
              "state               pending\n"
              "sender              tst1me\n"
              "nonce               1\n"
              "gas limit           21000\n"
              "most for the gas    2000 grains a unit\n"
              "tip                 7 grains a unit\n"
              "payload\n"
              "  amount            2.5 TST\n"
              "  kind              transfer\n"
              "  recipient         tst1you\n");
}

TEST_F(QueryTest, AReceiptOfAFailureSaysWhatThatMeans) {
    node_.answer("tx_receipt", RpcJson::parse(R"({"id":"0xaa","state":"included","block_root":"0xbb","slot":"5",
        "index":"0","status":"nothing_there","events":[],"gas_used":"21000","finalized":false})"));
    const Ran ran = query({"receipt", "0xaa"});
    EXPECT_NE(ran.out.find("that means          there is nothing to be taken\n"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("final               no\n"), std::string::npos) << ran.out;
}

TEST_F(QueryTest, HealthSaysWhyNot) {
    node_.answer("node_health", RpcJson::parse(R"({"live":true,"ready":false,"reasons":["no peers","and more"]})"));
    EXPECT_EQ(query({"health"}).out,
              "ready               no\n"
              "for                 no peers\n"
              "for                 and more\n");
}

TEST_F(QueryTest, ARefusalSaysWhoRefusedWhat) {
    node_.refuse("chain_block", -32001, "Unknown block", {{"reason", "there is none"}});
    const Ran ran = query({"block", "0x00"});
    EXPECT_EQ(ran.code, kExitFailure);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.error,
              "touchstone: the node at " + node_.url() + " refused chain_block: Unknown block: there is none\n");
}

TEST_F(QueryTest, AnAnswerOfAnotherFormIsNoAnswer) {
    node_.answer("chain_head", {{"slot", "5"}});
    const Ran ran = query({"head"});
    EXPECT_EQ(ran.code, kExitFailure);
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.error.find("chain_head in a form that this program does not know"), std::string::npos) << ran.error;
}

TEST_F(QueryTest, AnyMethodCanBeCalled) {
    node_.answer("new_method", {{"a", "b"}});
    EXPECT_EQ(query({"call", "new_method"}).out, "{\n  \"a\": \"b\"\n}\n");
    EXPECT_EQ(query({"call", "new_method", R"(["x"])", "--json"}).out, "{\"a\":\"b\"}\n");
    EXPECT_EQ(node_.calls("new_method").front(), RpcJson::object());
    EXPECT_EQ(node_.calls("new_method").back(), RpcJson::array({"x"}));
    for (const char* const params : {"x", "5", "{"}) {
        const Ran ran = query({"call", "new_method", params});
        EXPECT_EQ(ran.code, kExitUsage);
        EXPECT_NE(ran.error.find("is no JSON object or array of parameters"), std::string::npos) << ran.error;
    }
    EXPECT_EQ(node_.calls("new_method").size(), 2U);
}

TEST_F(QueryTest, OptionsWithoutSenseAreRefused) {
    EXPECT_EQ(query({"account"}).code, kExitUsage);
    EXPECT_EQ(query({"head", "--at", "1"}).code, kExitUsage);
    EXPECT_EQ(query({"no_such_thing"}).code, kExitUsage);
    EXPECT_EQ(run_command(add_query_command, {"query", "head", "--rpc", "ftp://x"}).code, kExitUsage);
}

/// The description that a node gives of itself is committed: every question asks what is there.
TEST(Questions, AskForMethodsAndParametersThatNodesHave) {
    std::ifstream file("docs/reference/openrpc.json");
    const RpcJson document = RpcJson::parse(file, nullptr, false);
    ASSERT_TRUE(document.is_object());
    std::map<std::string, std::set<std::string>> methods;
    for (const RpcJson& method : document["methods"]) {
        auto& parameters = methods[method["name"].get<std::string>()];
        for (const RpcJson& parameter : method["params"])
            parameters.insert(parameter["name"].get<std::string>());
    }
    for (const Question& question : questions()) {
        ASSERT_TRUE(methods.contains(question.method)) << question.name;
        for (const QuestionParameter& parameter : question.parameters)
            EXPECT_TRUE(methods[question.method].contains(parameter.name)) << question.name << ' ' << parameter.name;
        if (question.paging) {
            const auto is_given = [&](const std::string& name) {
                return std::ranges::count(question.parameters, name, &QuestionParameter::name) == 1;
            };
            EXPECT_TRUE(is_given(question.paging->parameter)) << question.name;
            EXPECT_EQ(is_given("count"), question.paging->most > 0) << question.name;
            EXPECT_EQ(is_given("at"), !question.paging->block.empty()) << question.name;
        }
    }
}

}  // namespace
}  // namespace touchstone::cli
