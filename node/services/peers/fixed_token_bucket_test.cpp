#include "node/services/peers/fixed_token_bucket.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace touchstone::node {
namespace {

struct Taken {
    std::uint64_t time_ms = 0;
    std::uint64_t tokens = 0;
};

/// What was given when so many tokens were asked for after so many milliseconds, in turn.
std::vector<Taken> given(FixedTokenBucket& bucket, const std::vector<std::pair<std::uint16_t, std::uint16_t>>& asked) {
    std::vector<Taken> taken;
    std::uint64_t now_ms = 1'000'000;
    for (const auto& [pause_ms, tokens] : asked) {
        now_ms += pause_ms;
        if (bucket.take(tokens, now_ms)) taken.push_back({now_ms, tokens});
    }
    return taken;
}

/// [NET-110]
RC_GTEST_PROP(FixedTokenBucketProperty, NoWindowGivesMoreThanTheBucketAndTheRate,
              (const std::vector<std::pair<std::uint16_t, std::uint16_t>>& asked)) {
    const auto capacity = *rc::gen::inRange<std::uint64_t>(1, 20'000);
    const auto fill_ms = *rc::gen::inRange<std::uint64_t>(1, 60'000);
    FixedTokenBucket bucket(capacity, fill_ms);
    const auto taken = given(bucket, asked);
    for (std::size_t first = 0; first < taken.size(); ++first) {
        std::uint64_t sum = 0;
        for (std::size_t last = first; last < taken.size(); ++last) {
            sum += taken[last].tokens;
            RC_ASSERT(sum * fill_ms <= capacity * fill_ms + capacity * (taken[last].time_ms - taken[first].time_ms));
        }
    }
}

RC_GTEST_PROP(FixedTokenBucketProperty, WhoKeepsToTheRateIsNeverRefused, (std::uint8_t first_pause)) {
    const auto capacity = *rc::gen::inRange<std::uint64_t>(1, 1000);
    const auto fill_ms = *rc::gen::inRange<std::uint64_t>(1, 60'000);
    const auto tokens = *rc::gen::inRange<std::uint64_t>(1, capacity + 1);
    FixedTokenBucket bucket(capacity, fill_ms);
    std::uint64_t now_ms = first_pause;
    for (int i = 0; i < 50; ++i) {
        RC_ASSERT(bucket.take(tokens, now_ms));
        now_ms += (tokens * fill_ms + capacity - 1) / capacity;
    }
}

RC_GTEST_PROP(FixedTokenBucketProperty, TheTimeThatItNamesIsTheFirstAtWhichTheyAreThere,
              (const std::vector<std::pair<std::uint16_t, std::uint16_t>>& asked)) {
    const auto capacity = *rc::gen::inRange<std::uint64_t>(1, 1000);
    const auto fill_ms = *rc::gen::inRange<std::uint64_t>(1, 60'000);
    const auto tokens = *rc::gen::inRange<std::uint64_t>(1, capacity + 1);
    FixedTokenBucket bucket(capacity, fill_ms);
    std::uint64_t now_ms = 1'000'000;
    for (const auto& [pause_ms, overdrawn] : asked)
        bucket.overdraw(overdrawn, now_ms += pause_ms);
    const std::uint64_t at_ms = bucket.ready_at(tokens, now_ms);
    FixedTokenBucket early = bucket;
    if (at_ms > now_ms) RC_ASSERT(!early.take(tokens, at_ms - 1));
    RC_ASSERT(bucket.take(tokens, at_ms));
}

TEST(FixedTokenBucket, IsFullAtFirstAndAgainAfterTheTimeOfFilling) {
    FixedTokenBucket bucket(5, 15'000);
    EXPECT_TRUE(bucket.take(5, 100));
    EXPECT_FALSE(bucket.take(1, 100));
    EXPECT_FALSE(bucket.take(1, 3'099));
    EXPECT_TRUE(bucket.take(1, 3'100));
    EXPECT_FALSE(bucket.is_full(18'099));
    EXPECT_TRUE(bucket.is_full(18'100));
    EXPECT_FALSE(bucket.take(6, 100'000)) << "more than it can ever hold";
}

TEST(FixedTokenBucket, ADebtIsFilledBeforeAnythingIsThereAgain) {
    FixedTokenBucket bucket(100, 1'000);
    bucket.overdraw(300, 0);
    EXPECT_FALSE(bucket.holds_some(2'000));
    EXPECT_TRUE(bucket.holds_some(2'001));
    EXPECT_FALSE(bucket.take(100, 2'999));
    EXPECT_TRUE(bucket.take(100, 3'000));
}

TEST(FixedTokenBucket, AClockThatStepsBackFillsNothingAndStarvesNobody) {
    FixedTokenBucket bucket(10, 1'000);
    EXPECT_TRUE(bucket.take(10, 1'000'000));
    EXPECT_FALSE(bucket.take(1, 500'000));
    EXPECT_FALSE(bucket.take(1, 500'099));
    EXPECT_TRUE(bucket.take(1, 500'100));
}

TEST(FixedTokenBucket, NumbersWithoutBoundDoNotOverflow) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    FixedTokenBucket bucket(kMost, kMost);
    EXPECT_FALSE(bucket.take(kMost, kMost));
    for (int i = 0; i < 10; ++i)
        bucket.overdraw(kMost, kMost);
    EXPECT_FALSE(bucket.holds_some(kMost));
    EXPECT_GE(bucket.ready_at(kMost, 5), 5U);
    FixedTokenBucket none(0, 0);
    EXPECT_TRUE(none.take(1, 0)) << "a quota never divides to zero";
}

}  // namespace
}  // namespace touchstone::node
