#include "node/app/rpc_figures.h"

#include <gtest/gtest.h>

#include <numeric>

#include "node/rpc/test_methods.h"

namespace touchstone::node::app {
namespace {

std::uint64_t total(const adapters::DurationHistogram& histogram) {
    const auto counts = histogram.read().counts;
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

TEST(RpcFigures, CallsAreCountedByMethodAndOutcome) {
    int notified = 0;
    const rpc::MethodTable methods = rpc::example_methods(notified);
    const auto figures = std::make_shared<RpcFigures>(methods);
    const auto table = counted(methods, figures);
    const std::string sum = R"({"jsonrpc":"2.0","method":"sum","params":[1,2,4],"id":1})";
    EXPECT_EQ(rpc::answer(sum, *table), rpc::answer(sum, methods));
    for (const char* method : {"refuse", "fail", "nothing"}) {
        const std::string body = std::string(R"({"jsonrpc":"2.0","method":")") + method + R"(","id":1})";
        EXPECT_EQ(rpc::answer(body, *table), rpc::answer(body, methods)) << method;
    }
    EXPECT_EQ(figures->by_method().size(), methods.methods().size()) << "what clients call adds no names";
    EXPECT_EQ(figures->find("sum")->results, 1U);
    EXPECT_EQ(figures->find("sum")->errors, 0U);
    EXPECT_EQ(figures->find("refuse")->errors, 1U);
    EXPECT_EQ(figures->find("fail")->errors, 1U) << "what throws";
    EXPECT_EQ(figures->find("greet")->results, 0U);
    EXPECT_EQ(figures->find("nothing"), nullptr);
    EXPECT_EQ(total(figures->calls), 2U);
}

TEST(RpcFigures, ABodyIsTimedUntilItsAnswer) {
    int notified = 0;
    const auto figures = std::make_shared<RpcFigures>(rpc::example_methods(notified));
    adapters::HttpReply held;
    const auto handler = timed(
        [&](const std::string& body, const Caller&, adapters::HttpReply reply) {
            EXPECT_EQ(body, "body");
            held = std::move(reply);
        },
        figures);
    std::optional<std::string> answer;
    handler("body", {}, [&](std::optional<std::string> text) { answer = std::move(text); });
    EXPECT_EQ(total(figures->bodies), 0U);
    held("at last");
    EXPECT_EQ(answer, "at last");
    EXPECT_EQ(total(figures->bodies), 1U);
}

}  // namespace
}  // namespace touchstone::node::app
