#include "reference/cli/adapter.h"

#include <gtest/gtest.h>

#include <sstream>

namespace touchstone::reference::cli {
namespace {

std::vector<Json> answers(const std::string& lines) {
    std::istringstream in(lines);
    std::ostringstream out;
    EXPECT_EQ(run_adapter(in, out), 0);
    std::vector<Json> all;
    std::istringstream written(out.str());
    for (std::string line; std::getline(written, line);)
        all.push_back(Json::parse(line));
    return all;
}

TEST(Adapter, AnswersNonsenseWithAnErrorAndGoesOn) {
    const auto all = answers("{\n{\"id\":\"\xff\"}\n\xfe\n[]\n{\"id\":\"4\"}\n");
    ASSERT_EQ(all.size(), 5U);
    for (const Json& response : all)
        EXPECT_TRUE(response.contains("error")) << response.dump();
    EXPECT_EQ(all[4].at("id"), "4");
}

TEST(Adapter, AnswersALineThatIsNestedWithoutEnd) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const auto all = answers(R"({"id":"1","runner":"bls","handler":"verify","params":)" + deep + "}\n");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all[0].contains("error"));
}

}  // namespace
}  // namespace touchstone::reference::cli
