#include "node/sim/scheduler.h"

#include <gtest/gtest.h>

#include "node/sim/random.h"

namespace touchstone::node::sim {
namespace {

constexpr std::uint64_t kStartMs = 1'800'000'000'000;

/// [NET-120]
TEST(ClockError, DriftsByItsRateFromTheStart) {
    const ClockError fast{.skew_ms = 10, .drift_ppm = 200, .start_ms = kStartMs};
    const ClockError slow{.skew_ms = -10, .drift_ppm = -200, .start_ms = kStartMs};
    EXPECT_EQ(fast.shown_at(kStartMs), kStartMs + 10);
    EXPECT_EQ(fast.shown_at(kStartMs + 5'000'000), kStartMs + 5'000'000 + 10 + 1000);
    EXPECT_EQ(slow.shown_at(kStartMs + 5'000'000), kStartMs + 5'000'000 - 10 - 1000);
    EXPECT_EQ(ClockError{}.shown_at(kStartMs), kStartMs);
}

TEST(ClockError, TimeOfIsTheFirstMomentAtWhichTheClockShowsAsMuch) {
    SeededRandom random(1);
    for (int i = 0; i < 2000; ++i) {
        const ClockError error{.skew_ms = static_cast<std::int64_t>(random.below(2001)) - 1000,
                               .drift_ppm = static_cast<std::int64_t>(random.below(200'001)) - 100'000,
                               .start_ms = kStartMs};
        const std::uint64_t shown = kStartMs + 5'000 + random.below(100'000'000);
        const std::uint64_t time = error.time_of(shown);
        ASSERT_GE(error.shown_at(time), shown) << error.skew_ms << " " << error.drift_ppm << " " << shown;
        ASSERT_LT(error.shown_at(time - 1), shown) << error.skew_ms << " " << error.drift_ppm << " " << shown;
    }
}

TEST(SimulatedTimers, FireWhenTheNodesOwnClockShowsTheTime) {
    Scheduler scheduler(kStartMs);
    const ClockError error{.skew_ms = -300, .drift_ppm = 50'000, .start_ms = kStartMs};
    const SimulatedClock clock(scheduler, error);
    SimulatedTimers timers(scheduler, error, [](const auto& task) { task(); });
    std::uint64_t shown = 0;
    timers.call_at(kStartMs + 60'000, [&] { shown = clock.now_ms(); });
    scheduler.run_until(kStartMs + 100'000);
    EXPECT_EQ(shown, kStartMs + 60'000);
}

TEST(Scheduler, TellsAfterEveryTask) {
    Scheduler scheduler(kStartMs);
    int told = 0;
    scheduler.set_after_task([&] { ++told; });
    scheduler.call_at(kStartMs + 1, [&] { scheduler.call_at(kStartMs + 1, [] {}); });
    scheduler.run_until(kStartMs + 1);
    EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace touchstone::node::sim
