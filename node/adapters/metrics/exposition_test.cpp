#include "node/adapters/metrics/exposition.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace touchstone::node::adapters {
namespace {

TEST(Exposition, WritesWhatThePageIsToSay) {
    Exposition page;
    page.add(Metric::HeadSlot, 17);
    page.add(Metric::GossipVerdictsTotal, 3, {"block", "reject"});
    page.add(Metric::GossipVerdictsTotal, 5, {"block", "accept"});
    page.add(Metric::StoreCommitSeconds, HistogramValues{{0.5, 1}, {2, 1, 4}, 9.25});
    EXPECT_EQ(page.text(),
              "# HELP touchstone_head_slot Slot of the head\n"
              "# TYPE touchstone_head_slot gauge\n"
              "touchstone_head_slot 17\n"
              "# HELP touchstone_store_commit_seconds Time of a commit of the chain's database, during which nothing "
              "else is decided\n"
              "# TYPE touchstone_store_commit_seconds histogram\n"
              "touchstone_store_commit_seconds_count 7\n"
              "touchstone_store_commit_seconds_sum 9.25\n"
              "touchstone_store_commit_seconds_bucket{le=\"0.5\"} 2\n"
              "touchstone_store_commit_seconds_bucket{le=\"1\"} 3\n"
              "touchstone_store_commit_seconds_bucket{le=\"+Inf\"} 7\n"
              "# HELP touchstone_gossip_verdicts_total Messages that were judged, copies left out\n"
              "# TYPE touchstone_gossip_verdicts_total counter\n"
              "touchstone_gossip_verdicts_total{topic=\"block\",verdict=\"reject\"} 3\n"
              "touchstone_gossip_verdicts_total{topic=\"block\",verdict=\"accept\"} 5\n");
}

TEST(Exposition, WhatPeersCallThemselvesIsEscaped) {
    Exposition page;
    page.add(Metric::PeersByClient, 1, {"a\"b\\c\nd"});
    EXPECT_NE(page.text().find("{client=\"a\\\"b\\\\c\\nd\"} 1\n"), std::string::npos) << page.text();
}

TEST(Exposition, WithoutValuesThePageIsEmpty) { EXPECT_EQ(Exposition().text(), ""); }

TEST(Exposition, AValueThatDoesNotFitItsRowIsRefused) {
    Exposition page;
    EXPECT_THROW(page.add(Metric::HeadSlot, 1, {"label"}), std::logic_error);
    EXPECT_THROW(page.add(Metric::GossipVerdictsTotal, 1, {"block"}), std::logic_error);
    EXPECT_THROW(page.add(Metric::GossipVerdictsTotal, 1, {"block", "accept", "more"}), std::logic_error);
    EXPECT_THROW(page.add(Metric::StoreCommitSeconds, 1), std::logic_error);
    EXPECT_THROW(page.add(Metric::HeadSlot, HistogramValues{{}, {1}, 0}), std::logic_error);
    EXPECT_THROW(page.add(Metric::StoreCommitSeconds, HistogramValues{{1}, {1}, 0}), std::logic_error);
}

TEST(DurationHistogram, BoundsBelongToTheirClasses) {
    DurationHistogram histogram;
    for (const std::uint64_t us : {0, 500, 501, 12'000'000, 12'000'001})
        histogram.add(us);
    const HistogramValues values = histogram.read();
    ASSERT_EQ(values.counts.size(), values.bounds.size() + 1);
    EXPECT_EQ(values.bounds.front(), 0.0005);
    EXPECT_EQ(values.bounds.back(), 12);
    EXPECT_EQ(values.counts.front(), 2U);
    EXPECT_EQ(values.counts[1], 1U);
    EXPECT_EQ(values.counts[values.bounds.size() - 1], 1U);
    EXPECT_EQ(values.counts.back(), 1U);
    EXPECT_DOUBLE_EQ(values.sum, 24.001002);
}

TEST(DurationHistogram, ManyThreadsAddWhileOthersRead) {
    constexpr int kEach = 1000;
    DurationHistogram histogram;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < kEach; ++i) {
                histogram.add(700);
                if (i % 100 == 0) histogram.read();
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(histogram.read().counts[1], 4U * kEach);
}

}  // namespace
}  // namespace touchstone::node::adapters
