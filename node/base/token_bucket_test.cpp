#include "node/base/token_bucket.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace touchstone::node {
namespace {

constexpr TokenBucket::Size kTen{.capacity = 10, .fill_ms = 1000};

TEST(TokenBucket, IsFullAtFirstAndFillsEvenly) {
    TokenBucket bucket;
    EXPECT_TRUE(bucket.take(10, kTen, 5000));
    EXPECT_FALSE(bucket.take(1, kTen, 5000));
    EXPECT_FALSE(bucket.take(1, kTen, 5099));
    EXPECT_TRUE(bucket.take(1, kTen, 5100));
    EXPECT_FALSE(bucket.take(1, kTen, 5199)) << "what was asked for in vain costs nothing, and brings nothing";
    EXPECT_EQ(bucket.available(kTen, 5600), 5U);
    EXPECT_FALSE(bucket.is_full(kTen, 6099));
    EXPECT_TRUE(bucket.is_full(kTen, 6100));
    EXPECT_EQ(bucket.available(kTen, 1'000'000), 10U) << "never more than its capacity";
}

TEST(TokenBucket, LeavesWhatIsToBeLeft) {
    TokenBucket bucket;
    EXPECT_FALSE(bucket.take(6, kTen, 0, 5));
    EXPECT_TRUE(bucket.take(5, kTen, 0, 5));
    EXPECT_FALSE(bucket.take(1, kTen, 0, 5));
    EXPECT_TRUE(bucket.take(5, kTen, 0));
}

TEST(TokenBucket, AnOverdraftIsPaidBackFirst) {
    TokenBucket bucket;
    bucket.overdraw(25, kTen, 0);
    EXPECT_EQ(bucket.available(kTen, 1500), 0U);
    EXPECT_EQ(bucket.available(kTen, 2000), 5U);
}

TEST(TokenBucket, AClockThatStepsBackPaysNothing) {
    TokenBucket bucket;
    EXPECT_TRUE(bucket.take(10, kTen, 5000));
    EXPECT_FALSE(bucket.take(1, kTen, 10));
    EXPECT_TRUE(bucket.take(1, kTen, 110));
}

TEST(TokenBucket, KnowsItsDebtWhenItsSizeChanges) {
    TokenBucket bucket;
    EXPECT_TRUE(bucket.take(10, kTen, 0));
    const TokenBucket::Size larger{.capacity = 30, .fill_ms = 1000};
    EXPECT_EQ(bucket.available(larger, 0), 20U);
    EXPECT_TRUE(bucket.take(20, larger, 0));
    EXPECT_EQ(bucket.available(kTen, 0), 0U);
}

TEST(TokenBucket, HugeFiguresDoNotWrap) {
    constexpr std::uint64_t kMost = ~std::uint64_t{0};
    TokenBucket bucket;
    bucket.overdraw(kMost, kTen, kMost);
    EXPECT_FALSE(bucket.take(1, kTen, kMost));
    EXPECT_FALSE(TokenBucket().take(kMost, kTen, 0, kMost));
}

/// Whoever asks for as much as he likes, whenever he likes.
RC_GTEST_PROP(TokenBucketOverTime, GivesInNoSpanMoreThanItHoldsAndWhatFillsIt,
              (const std::vector<std::pair<std::uint8_t, std::uint16_t>>& wishes)) {
    const TokenBucket::Size size{.capacity = 1 + *rc::gen::inRange<std::uint64_t>(0, 500),
                                 .fill_ms = 1 + *rc::gen::inRange<std::uint64_t>(0, 5000)};
    TokenBucket bucket;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> taken;  // when, how many
    std::uint64_t now = 0;
    for (const auto& [tokens, wait] : wishes) {
        now += wait;
        if (bucket.take(tokens, size, now)) taken.emplace_back(now, tokens);
        std::uint64_t in_span = 0;
        for (auto each = taken.rbegin(); each != taken.rend(); ++each) {
            in_span += each->second;
            // Everything as parts of a token.
            RC_ASSERT(in_span * size.fill_ms <= size.capacity * size.fill_ms + size.capacity * (now - each->first));
        }
    }
}

/// An honest one that stays below the rate never waits.
RC_GTEST_PROP(TokenBucketOverTime, NeverRefusesWhoStaysBelowItsRate, (const std::vector<std::uint8_t>& pauses)) {
    const TokenBucket::Size size{.capacity = 1 + *rc::gen::inRange<std::uint64_t>(0, 500),
                                 .fill_ms = 1 + *rc::gen::inRange<std::uint64_t>(0, 5000)};
    TokenBucket bucket;
    std::uint64_t now = 0;
    std::uint64_t earned = 0;  // parts of a token that have flowed in and are not used yet
    for (const std::uint8_t pause : pauses) {
        now += pause;
        earned = std::min(earned + pause * size.capacity, size.capacity * size.fill_ms);
        const std::uint64_t tokens = earned / size.fill_ms;
        earned -= tokens * size.fill_ms;
        RC_ASSERT(bucket.take(tokens, size, now));
    }
}

}  // namespace
}  // namespace touchstone::node
