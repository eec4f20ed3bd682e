#include "node/services/response_times.h"

#include <gtest/gtest.h>

namespace touchstone::node {
namespace {

void add_many(ResponseTimes& times, std::uint64_t took_ms) {
    for (int i = 0; i < 100; ++i)
        times.add(took_ms);
}

TEST(ResponseTimesTest, BeforeTheFirstAnswerThePatienceIsThatOfTheConstant) {
    EXPECT_EQ(ResponseTimes().patience_ms(), ResponseTimes::kFirstPatienceMs);
}

TEST(ResponseTimesTest, QuickAnswersShortenItToItsLeast) {
    ResponseTimes times;
    add_many(times, 5);
    EXPECT_EQ(times.patience_ms(), ResponseTimes::kLeastPatienceMs);
}

TEST(ResponseTimesTest, SteadyAnswersBringItNearTheirOwnTime) {
    ResponseTimes times;
    add_many(times, 1'500);
    EXPECT_GE(times.patience_ms(), 1'500U);
    EXPECT_LE(times.patience_ms(), 1'600U);
}

TEST(ResponseTimesTest, UnsteadyAnswersLengthenIt) {
    ResponseTimes times;
    for (int i = 0; i < 100; ++i)
        times.add(i % 2 == 0 ? 200 : 1'000);
    EXPECT_GE(times.patience_ms(), 1'500U);
}

TEST(ResponseTimesTest, SlowAnswersLengthenItToItsMost) {
    ResponseTimes times;
    add_many(times, ~std::uint64_t{0});
    EXPECT_EQ(times.patience_ms(), ResponseTimes::kMostPatienceMs);
    add_many(times, 5);
    EXPECT_EQ(times.patience_ms(), ResponseTimes::kLeastPatienceMs) << "and it shortens again";
}

}  // namespace
}  // namespace touchstone::node
