#include "node/rpc/open_rpc.h"

#include <gtest/gtest.h>

#include "node/rpc/test_methods.h"

namespace touchstone::node::rpc {
namespace {

constexpr ApiInfo kInfo{"Example", "1.2.3", "for tests"};

std::vector<Method> methods() {
    static int notified = 0;
    return example_methods(notified).methods();
}

TEST(OpenRpc, TheDocumentHasEveryMethodInItsOrder) {
    const Json document = open_rpc_document(methods(), kInfo);
    EXPECT_EQ(document["openrpc"], "1.2.6");
    EXPECT_EQ(document["info"], Json::parse(R"({"title":"Example","version":"1.2.3","description":"for tests"})"));
    ASSERT_EQ(document["methods"].size(), methods().size());
    for (std::size_t i = 0; i < methods().size(); ++i)
        EXPECT_EQ(document["methods"][i]["name"], std::string(methods()[i].declaration.name));
    const Json& subtract = document["methods"][0];
    EXPECT_EQ(subtract["params"][1], Json::parse(R"({"name":"subtrahend","summary":"","required":true,
        "schema":{"$ref":"#/components/schemas/Integer"}})"));
    EXPECT_EQ(subtract["result"], Json::parse(R"({"name":"result","schema":{}})"));
}

TEST(OpenRpc, ErrorsHaveTheirCodeAndTheSchemaOfTheirData) {
    const Json document = open_rpc_document(methods(), kInfo);
    const Json& refuse = document["methods"][5];
    ASSERT_EQ(refuse["name"], "refuse");
    EXPECT_EQ(refuse["errors"], Json::parse(R"([{"$ref":"#/components/errors/Refused"}])"));
    EXPECT_EQ(document["components"]["errors"]["Refused"],
              Json::parse(R"({"code":-32000,"message":"Refused","data":{"$ref":"#/components/schemas/Clause"}})"));
    EXPECT_EQ(document["components"]["errors"]["ParseError"]["code"], -32700);
}

TEST(OpenRpc, WhatFollowsACallStandsByItsMethod) {
    const Json document = open_rpc_document(methods(), kInfo);
    for (const Json& method : document["methods"]) {
        if (method["name"] != "listen") {
            EXPECT_FALSE(method.contains("x-notification")) << method;
            continue;
        }
        EXPECT_EQ(method["x-notification"],
                  Json::parse(R"({"name":"subscription","params":{"$ref":"#/components/schemas/Heard"}})"));
    }
    EXPECT_TRUE(document["components"]["schemas"].contains("Heard"));
}

TEST(OpenRpc, TwoErrorsOfOneNameAreRefused) {
    std::vector<Method> two = methods();
    ErrorKind another = kRefused;
    another.code = -32001;
    two.back().declaration.errors = {another};
    EXPECT_THROW(open_rpc_document(two, kInfo), std::logic_error);
}

TEST(OpenRpc, DiscoverGivesTheDocumentWithItself) {
    std::vector<Method> all = methods();
    add_discover(all, kInfo);
    const Json document = open_rpc_document(all, kInfo);
    const MethodTable table(std::move(all));
    const auto text = answer(R"({"jsonrpc":"2.0","id":1,"method":"rpc.discover"})", table);
    ASSERT_TRUE(text);
    const Json result = Json::parse(*text)["result"];
    EXPECT_EQ(result, document);
    EXPECT_EQ(result["methods"].back()["name"], "rpc.discover");
    EXPECT_EQ(result_problem(table.find("rpc.discover")->declaration, result), "");
}

}  // namespace
}  // namespace touchstone::node::rpc
