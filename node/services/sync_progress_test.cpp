#include "node/services/sync_progress.h"

#include <gtest/gtest.h>

namespace touchstone::node {
namespace {

constexpr std::uint64_t kStart = 1'000'000;

TEST(SyncProgress, TellsSpeedAndTimeLeft) {
    SyncProgress progress;
    progress.begin(Slot(100), kStart);
    EXPECT_EQ(progress.speed(kStart), 0);
    EXPECT_FALSE(progress.seconds_left(10, kStart).has_value());
    progress.advance(Slot(140), kStart + 2'000);
    EXPECT_DOUBLE_EQ(progress.speed(kStart + 2'000), 20);
    EXPECT_EQ(progress.seconds_left(101, kStart + 2'000), 6U) << "a part of a second is one";
    EXPECT_DOUBLE_EQ(progress.speed(kStart + 4'000), 10) << "it falls while nothing comes";
}

TEST(SyncProgress, LooksBackOneMinuteOnly) {
    SyncProgress progress;
    progress.begin(Slot(0), kStart);
    std::uint64_t now = kStart;
    Slot at;
    for (int second = 0; second < 100; ++second)
        progress.advance(at = at + 50, now += 1'000);
    for (int second = 0; second < 120; ++second)
        progress.advance(at = at + 2, now += 1'000);
    EXPECT_NEAR(progress.speed(now), 2, 0.1);
}

TEST(SyncProgress, WorkThatIsDoneAgainIsNone) {
    SyncProgress progress;
    progress.begin(Slot(0), kStart);
    progress.advance(Slot(64), kStart + 1'000);
    progress.advance(Slot(10), kStart + 2'000);
    EXPECT_EQ(progress.position(), Slot(64));
    EXPECT_DOUBLE_EQ(progress.speed(kStart + 2'000), 32);
}

}  // namespace
}  // namespace touchstone::node
