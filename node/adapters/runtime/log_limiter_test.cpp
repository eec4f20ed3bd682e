#include "node/adapters/runtime/log_limiter.h"

#include <gtest/gtest.h>

namespace touchstone::node::adapters {
namespace {

constexpr std::uint64_t kBegin = 1'700'000'000'000;

class LogLimiterTest : public ::testing::Test {
  protected:
    bool is_written(LogLevel level, std::string_view event, std::string_view content) {
        const auto decision = limiter_.take(level, event, content, now_ms_);
        for (const auto& each : decision.due)
            told_[each.event] += each.count;
        return decision.write;
    }

    LogLimiter limiter_;
    std::uint64_t now_ms_ = kBegin;
    std::map<std::string, std::uint64_t> told_;
};

TEST_F(LogLimiterTest, AWarningThatRepeatsItselfIsLeftOutForAMinuteAndCounted) {
    EXPECT_TRUE(is_written(LogLevel::Warning, "publish_failed", "topic=a"));
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(is_written(LogLevel::Warning, "publish_failed", "topic=a"));
    EXPECT_TRUE(is_written(LogLevel::Warning, "publish_failed", "topic=b")) << "it says something else";
    EXPECT_TRUE(told_.empty());
    now_ms_ += LogLimiter::kWindowMs;
    EXPECT_TRUE(is_written(LogLevel::Info, "status", "slot=1"));
    EXPECT_EQ(told_, (std::map<std::string, std::uint64_t>{{"publish_failed", 5}}));
    EXPECT_FALSE(is_written(LogLevel::Warning, "publish_failed", "topic=b"));
    now_ms_ += LogLimiter::kRepeatMs;
    EXPECT_TRUE(is_written(LogLevel::Warning, "publish_failed", "topic=b"));
    EXPECT_EQ(told_.at("publish_failed"), 6U);
}

TEST_F(LogLimiterTest, WhatIsNoWarningMayRepeatItself) {
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(is_written(LogLevel::Info, "peer_connected", "peer=a"));
}

TEST_F(LogLimiterTest, AFloodOfOneEventIsCutAndTheOthersAreNot) {
    for (std::uint64_t i = 0; i < 3 * LogLimiter::kMostInWindow; ++i) {
        const bool first = i < LogLimiter::kMostInWindow;
        EXPECT_EQ(is_written(LogLevel::Info, "peer_connected", "peer=" + std::to_string(i)), first) << i;
    }
    EXPECT_TRUE(is_written(LogLevel::Info, "status", "slot=1"));
    now_ms_ += LogLimiter::kWindowMs;
    EXPECT_TRUE(is_written(LogLevel::Info, "peer_connected", "peer=x"));
    EXPECT_EQ(told_.at("peer_connected"), 2 * LogLimiter::kMostInWindow);
}

TEST_F(LogLimiterTest, AClockThatIsSetBackHoldsNothingBack) {
    EXPECT_TRUE(is_written(LogLevel::Error, "store_failed", "disk full"));
    now_ms_ -= 3'600'000;
    EXPECT_TRUE(is_written(LogLevel::Error, "store_failed", "disk full"));
}

TEST_F(LogLimiterTest, WhatWasNotToldYetIsToldAtTheEnd) {
    is_written(LogLevel::Error, "store_failed", "disk full");
    is_written(LogLevel::Error, "store_failed", "disk full");
    const auto rest = limiter_.take_rest();
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].event, "store_failed");
    EXPECT_EQ(rest[0].count, 1U);
    EXPECT_TRUE(limiter_.take_rest().empty());
}

}  // namespace
}  // namespace touchstone::node::adapters
