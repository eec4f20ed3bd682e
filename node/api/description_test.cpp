// The table of methods as a description of itself.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "node/api/testing/asked_node.h"

namespace touchstone::node::api {
namespace {

TEST(Description, TheCommittedDocumentIsTheOneOfTheTable) {
    std::ifstream file("docs/reference/openrpc.json");
    ASSERT_TRUE(file) << "read from the root of the repository";
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), describe_methods().dump(2) + "\n")
        << "write it with: touchstone-node openrpc > docs/reference/openrpc.json";
}

TEST(Description, EveryMethodSaysWhatItTakesAndGives) {
    const Json document = describe_methods();
    const std::regex name("^(chain|tx|account|validator|stake|net|node|duty|subscribe)_[a-z0-9_]+$");
    for (const Json& method : document["methods"]) {
        const auto called = method["name"].get<std::string>();
        EXPECT_TRUE(called == "rpc.discover" || std::regex_match(called, name)) << called;
        EXPECT_FALSE(method["summary"].get<std::string>().empty()) << called;
        EXPECT_FALSE(method["result"]["schema"].empty()) << called;
        bool optional = false;
        for (const Json& parameter : method["params"]) {
            const bool required = parameter["required"].get<bool>();
            EXPECT_FALSE(parameter["summary"].get<std::string>().empty()) << called;
            EXPECT_FALSE(optional && required) << called << ": required ones stand first";
            optional = optional || !required;
        }
    }
}

TEST(Description, NoNumberIsAFloatingPointOne) {
    const Json document = describe_methods();
    for (const auto& [name, schema] : document["components"]["schemas"].items()) {
        const std::string text = schema.dump();
        EXPECT_EQ(text.find("\"number\"}"), std::string::npos) << name;
        EXPECT_EQ(text.find(R"("type":"number")"), std::string::npos) << name;
    }
}

TEST(Description, ExamplesOfTypesAreOfTheirType) {
    std::size_t seen = 0;
    for (const rpc::Scalar* scalar : {&kUint64, &kAmount, &kVersion, &kValidator, &kAt, &kBytes}) {
        const Json schema = Json::parse(scalar->schema);
        for (const Json& example : schema.at("examples")) {
            EXPECT_TRUE(scalar->accepts(example)) << scalar->name << example;
            ++seen;
        }
    }
    EXPECT_GE(seen, 6U);
}

class DescriptionOfANodeTest : public AskedNodeTest {
  protected:
    DescriptionOfANodeTest() : AskedNodeTest(SimulatedChain::make(16, 4)) {}
};

TEST_F(DescriptionOfANodeTest, DiscoverGivesTheSameDocument) { EXPECT_EQ(ask("rpc.discover"), describe_methods()); }

}  // namespace
}  // namespace touchstone::node::api
