#include "node/adapters/runtime/writer_loop.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <thread>

#include "node/adapters/runtime/secure_random.h"

namespace touchstone::node::adapters {
namespace {

TEST(WriterLoop, RunsWhatOtherThreadsPostOnItsOwn) {
    WriterLoop loop;
    int count = 0;  // unguarded: only the writer touches it
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 100; ++k) {
                loop.post([&] {
                    if (++count == 400) loop.stop();
                });
            }
        });
    }
    loop.run();
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(count, 400);
}

TEST(WriterLoop, TimersRunInTheOrderOfTheirTimesAndThenOfTheCalls) {
    WriterLoop loop;
    const std::uint64_t now = SystemClock().now_ms();
    std::string order;
    loop.timers().call_at(now + 30, [&] { loop.stop(); });
    loop.timers().call_at(now + 20, [&] {
        order += "c";
        EXPECT_GE(SystemClock().now_ms(), now + 20);
    });
    loop.timers().call_at(now + 10, [&] { order += "a"; });
    loop.timers().call_at(now + 10, [&] { order += "b"; });
    const TimerId never = loop.timers().call_at(now + 15, [&] { order += "x"; });
    loop.timers().cancel(never);
    loop.timers().cancel(never);
    loop.timers().cancel(12345);
    loop.run();
    EXPECT_EQ(order, "abc");
}

TEST(WriterLoop, ATimerOfThePastRunsSoonButNotFromWithinTheCall) {
    WriterLoop loop;
    bool inside = true;
    loop.post([&] {
        loop.timers().call_at(0, [&] {
            EXPECT_FALSE(inside);
            loop.stop();
        });
        inside = false;
    });
    loop.run();
}

TEST(WriterLoop, ATimerMayAskForTimersAndCancelOthers) {
    WriterLoop loop;
    std::string order;
    const TimerId later = loop.timers().call_at(2, [&] { order += "x"; });
    loop.timers().call_at(1, [&] {
        order += "a";
        loop.timers().cancel(later);
        loop.timers().call_at(0, [&] {
            order += "c";
            loop.stop();
        });
    });
    loop.timers().call_at(3, [&] { order += "b"; });
    loop.run();
    EXPECT_EQ(order, "abc");
}

TEST(WriterLoop, SignalsBecomeCalls) {
    WriterLoop loop;
    std::vector<int> signals;
    loop.on_termination([&](int signal) {
        signals.push_back(signal);
        if (signals.size() == 2) loop.stop();
        ::raise(SIGINT);
    });
    loop.post([] { ::raise(SIGTERM); });
    loop.run();
    EXPECT_EQ(signals, (std::vector<int>{SIGTERM, SIGINT}));
}

TEST(WriterLoop, AHangupIsNoEnd) {
    WriterLoop loop;
    int hangups = 0;
    loop.on_hangup([&] {
        if (++hangups == 2) return loop.stop();
        ::raise(SIGHUP);
    });
    loop.post([] { ::raise(SIGHUP); });
    loop.run();
    EXPECT_EQ(hangups, 2);
}

TEST(SecureRandom, DoesNotRepeatItself) {
    SecureRandom random;
    EXPECT_NE(random.next(), random.next());
}

}  // namespace
}  // namespace touchstone::node::adapters
