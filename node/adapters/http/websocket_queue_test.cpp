#include "node/adapters/http/websocket_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace touchstone::node::adapters {
namespace {

std::shared_ptr<const std::string> text(std::string content) {
    return std::make_shared<const std::string>(std::move(content));
}

class WebSocketQueueTest : public testing::Test {
  protected:
    std::atomic<int> wakes_ = 0;
};

TEST_F(WebSocketQueueTest, GivesWhatWasSentInItsOrderAndWakesOnce) {
    WebSocketQueue queue({100, 10}, [this] { ++wakes_; });
    EXPECT_FALSE(queue.front());
    EXPECT_TRUE(queue.send(text("a")));
    EXPECT_TRUE(queue.send(text("b")));
    EXPECT_EQ(wakes_, 1) << "who empties it looks again after each text";
    EXPECT_EQ(*queue.front(), "a");
    EXPECT_EQ(*queue.front(), "a") << "until it is written";
    queue.pop();
    EXPECT_EQ(*queue.front(), "b");
    queue.pop();
    EXPECT_FALSE(queue.front());
    EXPECT_TRUE(queue.send(text("c")));
    EXPECT_EQ(wakes_, 2);
}

TEST_F(WebSocketQueueTest, CutsOffWhoLetsMoreBytesWaitThanItsBound) {
    WebSocketQueue queue({10, 10}, [this] { ++wakes_; });
    EXPECT_TRUE(queue.send(text(std::string(10, 'x'))));
    EXPECT_FALSE(queue.send(text("y")));
    EXPECT_FALSE(queue.is_open());
    const auto closing = queue.closing();
    ASSERT_TRUE(closing);
    EXPECT_EQ(closing->code, 1013);
    EXPECT_EQ(closing->reason, "too_slow");
    EXPECT_FALSE(queue.front()) << "nothing more is written";
    queue.pop();
    EXPECT_FALSE(queue.send(text("")));
    EXPECT_EQ(wakes_, 2);
}

TEST_F(WebSocketQueueTest, CutsOffWhoLetsMoreMessagesWaitThanItsBound) {
    WebSocketQueue queue({1000, 2}, [this] { ++wakes_; });
    EXPECT_TRUE(queue.send(text("")));
    EXPECT_TRUE(queue.send(text("")));
    queue.pop();
    EXPECT_TRUE(queue.send(text("")));
    EXPECT_FALSE(queue.send(text("")));
    EXPECT_FALSE(queue.is_open());
}

TEST_F(WebSocketQueueTest, ATextAboveTheBoundOfAllIsNeverTaken) {
    WebSocketQueue queue({10, 2}, [] {});
    EXPECT_FALSE(queue.send(text(std::string(11, 'x'))));
    EXPECT_FALSE(queue.is_open());
}

TEST_F(WebSocketQueueTest, IsClosedOnceWithAReasonThatFitsItsFrame) {
    WebSocketQueue queue({10, 2}, [this] { ++wakes_; });
    queue.close(std::string(200, 'r'));
    queue.close("another");
    EXPECT_EQ(wakes_, 1);
    EXPECT_EQ(queue.closing()->code, 1000);
    EXPECT_EQ(queue.closing()->reason, std::string(123, 'r'));
    queue.end();
    EXPECT_FALSE(queue.closing());
    EXPECT_FALSE(queue.is_open());
    queue.close("after its end");
    EXPECT_EQ(wakes_, 1);
}

TEST_F(WebSocketQueueTest, IsFilledFromManyThreads) {
    WebSocketQueue queue({1'000'000, 4000}, [this] { ++wakes_; });
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&queue] {
            for (int i = 0; i < 500; ++i)
                queue.send(text("text"));
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    int count = 0;
    for (; queue.front(); ++count)
        queue.pop();
    EXPECT_EQ(count, 2000);
    EXPECT_GE(wakes_, 1);
}

}  // namespace
}  // namespace touchstone::node::adapters
