// The examples of the specification of JSON-RPC 2.0, read from the folder that TOUCHSTONE_THIRD_PARTY names.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "node/rpc/test_methods.h"

namespace touchstone::node::rpc {
namespace {

/// The examples show errors without `data`, which a server may add.
void remove_data(Json& response) {
    if (response.is_array()) {
        for (Json& each : response)
            remove_data(each);
    } else if (response.contains("error")) {
        response["error"].erase("data");
    }
}

TEST(ThirdParty, ExamplesOfTheSpecificationAreAnsweredAsWritten) {
    const char* const folder = std::getenv("TOUCHSTONE_THIRD_PARTY");
    if (folder == nullptr || *folder == '\0') GTEST_SKIP() << "skipped: no third-party data";
    std::ifstream stream(std::filesystem::path(folder) / "jsonrpc2" / "spec_examples.json");
    ASSERT_TRUE(stream) << "cannot read jsonrpc2/spec_examples.json";
    const Json examples = Json::parse(stream);
    EXPECT_EQ(examples.size(), 15U);
    int notified = 0;
    const MethodTable methods = example_methods(notified);
    for (const Json& example : examples) {
        SCOPED_TRACE(example.at("name").get<std::string>());
        const auto text = answer(example.at("request_text").get<std::string>(), methods);
        if (example.at("response").is_null()) {
            EXPECT_FALSE(text) << *text;
            continue;
        }
        ASSERT_TRUE(text);
        Json response = Json::parse(*text);
        remove_data(response);
        EXPECT_EQ(response, example.at("response"));
    }
    EXPECT_EQ(notified, 1);
}

}  // namespace
}  // namespace touchstone::node::rpc
