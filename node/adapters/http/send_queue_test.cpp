#include "node/adapters/http/send_queue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <atomic>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace touchstone::node::adapters {
namespace {

constexpr std::size_t kNoBound = std::numeric_limits<std::size_t>::max();

PushText text(std::string content) { return PushText{std::move(content)}; }

/// All of the next text, in slices of so many bytes; nothing if none waits.
std::optional<std::string> read_text(SendQueue& queue, std::size_t slice_bytes = 4) {
    std::string room(slice_bytes, ' ');
    std::string whole;
    for (bool ends = false; !ends;) {
        const auto slice = queue.next(room);
        if (!slice) return std::nullopt;
        EXPECT_EQ(slice->begins, whole.empty());
        whole += room.substr(0, slice->bytes);
        ends = slice->ends;
        EXPECT_EQ(ends, whole.size() == slice->of_text);
    }
    return whole;
}

class SendQueueTest : public testing::Test {
  protected:
    std::unique_ptr<SendQueue> queue(const SendQueue::Bounds& bounds) {
        return std::make_unique<SendQueue>(bounds, budget_, [this] { ++wakes_; });
    }

    std::atomic<int> wakes_ = 0;
    std::shared_ptr<SendBudget> budget_ = std::make_shared<SendBudget>(kNoBound);
};

TEST_F(SendQueueTest, GivesWhatWasSentInItsOrderAndWakesOnce) {
    const auto sent = queue({100, 10});
    EXPECT_FALSE(read_text(*sent));
    EXPECT_TRUE(sent->send(text("a longer one")));
    EXPECT_TRUE(sent->send(text("")));
    EXPECT_EQ(wakes_, 1) << "who empties it looks again after each text";
    EXPECT_EQ(read_text(*sent), "a longer one");
    EXPECT_EQ(read_text(*sent), "");
    EXPECT_FALSE(read_text(*sent));
    EXPECT_TRUE(sent->send(text("c")));
    EXPECT_EQ(wakes_, 2);
}

/// Whatever the pieces and the slices.
RC_GTEST_PROP(SendQueue, ATextIsItsPiecesOneAfterAnother, ()) {
    const auto head = *rc::gen::arbitrary<std::string>();
    const auto shared = *rc::gen::arbitrary<std::string>();
    const auto tail = *rc::gen::arbitrary<std::string>();
    SendQueue queue({kNoBound, 1}, std::make_shared<SendBudget>(kNoBound), [] {});
    RC_ASSERT(queue.send({head, std::make_shared<const std::string>(shared), tail}));
    RC_ASSERT(read_text(queue, *rc::gen::inRange<std::size_t>(1, 20)) == head + shared + tail);
}

TEST_F(SendQueueTest, WhatManyAreSentAlikeIsThereOnce) {
    const auto event = std::make_shared<const std::string>("event");
    const auto one = queue({100, 10});
    const auto other = queue({100, 10});
    EXPECT_TRUE(one->send({"1:", event, "."}));
    EXPECT_TRUE(other->send({"2:", event, "."}));
    EXPECT_EQ(event.use_count(), 3);
    EXPECT_EQ(read_text(*one), "1:event.");
    EXPECT_EQ(read_text(*other), "2:event.");
    EXPECT_EQ(event.use_count(), 1);
}

TEST_F(SendQueueTest, CutsOffWhoLetsMoreBytesWaitThanItsBound) {
    const auto slow = queue({10, 10});
    EXPECT_TRUE(slow->send(text(std::string(10, 'x'))));
    std::array<char, 9> room{};
    EXPECT_EQ(slow->next(room)->bytes, 9U);
    EXPECT_FALSE(slow->send(text("y"))) << "a text counts until its end";
    EXPECT_FALSE(slow->is_open());
    const auto closing = slow->closing();
    ASSERT_TRUE(closing);
    EXPECT_EQ(closing->code, 1013);
    EXPECT_EQ(closing->reason, "too_slow");
    EXPECT_FALSE(slow->next(room)) << "nothing more is written";
    EXPECT_FALSE(slow->send(text("")));
    EXPECT_EQ(wakes_, 2);
    EXPECT_EQ(budget_->waiting(), 0U);
    EXPECT_EQ(budget_->cut_off(), 0U) << "not for others' sake";
}

TEST_F(SendQueueTest, CutsOffWhoLetsMoreMessagesWaitThanItsBound) {
    const auto slow = queue({1000, 2});
    EXPECT_TRUE(slow->send(text("")));
    EXPECT_TRUE(slow->send(text("")));
    EXPECT_EQ(read_text(*slow), "");
    EXPECT_TRUE(slow->send(text("")));
    EXPECT_FALSE(slow->send(text("")));
    EXPECT_FALSE(slow->is_open());
}

TEST_F(SendQueueTest, ATextAboveTheBoundIsNeverTaken) {
    const auto small = queue({10, 2});
    EXPECT_FALSE(small->send(text(std::string(11, 'x'))));
    EXPECT_FALSE(small->is_open());
}

TEST_F(SendQueueTest, IsClosedOnceWithAReasonThatFitsItsFrame) {
    const auto closed = queue({10, 2});
    closed->close(std::string(200, 'r'));
    closed->close("another");
    EXPECT_EQ(wakes_, 1);
    EXPECT_EQ(closed->closing()->code, 1000);
    EXPECT_EQ(closed->closing()->reason, std::string(123, 'r'));
    closed->end();
    EXPECT_FALSE(closed->closing());
    EXPECT_FALSE(closed->is_open());
    closed->close("after its end");
    EXPECT_EQ(wakes_, 1);
}

class SendBudgetTest : public SendQueueTest {
  protected:
    SendBudgetTest() { budget_ = std::make_shared<SendBudget>(100); }
    static constexpr SendQueue::Bounds kWide{kNoBound, 1000};
};

TEST_F(SendBudgetTest, CutsOffForWhomMostWaits) {
    const auto behind = queue(kWide);
    const auto further_behind = queue(kWide);
    const auto reads = queue(kWide);
    EXPECT_TRUE(behind->send(text(std::string(40, 'x'))));
    EXPECT_TRUE(further_behind->send(text(std::string(60, 'x'))));
    EXPECT_EQ(wakes_, 2);
    EXPECT_TRUE(reads->send(text("news")));
    EXPECT_EQ(wakes_, 4) << "who was cut off is told so";
    ASSERT_TRUE(further_behind->closing());
    EXPECT_EQ(further_behind->closing()->code, 1013);
    EXPECT_EQ(further_behind->closing()->reason, "overloaded");
    EXPECT_TRUE(behind->is_open());
    EXPECT_EQ(budget_->waiting(), 44U);
    EXPECT_EQ(budget_->cut_off(), 1U);
}

TEST_F(SendBudgetTest, CutsOffAsManyAsItTakes) {
    std::vector<std::unique_ptr<SendQueue>> behind;
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(behind.emplace_back(queue(kWide))->send(text(std::string(10, 'x'))));
    const auto larger = queue(kWide);
    EXPECT_TRUE(larger->send(text(std::string(9, 'y'))));
    EXPECT_EQ(budget_->cut_off(), 1U);
    EXPECT_FALSE(larger->send(text(std::string(5, 'y')))) << "then most would wait for it itself";
    EXPECT_EQ(larger->closing()->reason, "overloaded");
    EXPECT_EQ(budget_->cut_off(), 2U);
    EXPECT_EQ(budget_->waiting(), 90U);
}

TEST_F(SendBudgetTest, WhoEndsGivesBackWhatItHeld) {
    auto gone = queue(kWide);
    EXPECT_TRUE(gone->send(text(std::string(100, 'x'))));
    gone.reset();
    EXPECT_EQ(budget_->waiting(), 0U);
    const auto next = queue(kWide);
    EXPECT_TRUE(next->send(text(std::string(100, 'x'))));
    EXPECT_FALSE(next->send(text("y")));
    const auto more_than_all = queue(kWide);
    EXPECT_FALSE(more_than_all->send(text(std::string(101, 'x'))));
}

/// Whatever is sent and read: never above the bound, and always as much as waits.
RC_GTEST_PROP(SendBudget, CountsWhatWaits, ()) {
    const auto budget = std::make_shared<SendBudget>(200);
    std::vector<std::unique_ptr<SendQueue>> queues;
    std::vector<std::size_t> waiting(4, 0);
    for (std::size_t i = 0; i < waiting.size(); ++i)
        queues.push_back(std::make_unique<SendQueue>(SendQueue::Bounds{90, 8}, budget, [] {}));
    for (int step = 0; step < 60; ++step) {
        const auto who = *rc::gen::inRange<std::size_t>(0, waiting.size());
        const auto bytes = *rc::gen::inRange<std::size_t>(0, 60);
        if (*rc::gen::arbitrary<bool>()) {
            if (queues[who]->send(text(std::string(bytes, 'x')))) waiting[who] += bytes;
        } else if (const auto read = read_text(*queues[who], 7)) {
            waiting[who] -= read->size();
        }
        std::size_t sum = 0;
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (!queues[i]->is_open()) waiting[i] = 0;
            sum += waiting[i];
        }
        RC_ASSERT(budget->waiting() == sum);
        RC_ASSERT(sum <= 200U);
    }
}

TEST_F(SendBudgetTest, ManyThreadsFillAndEmptyAndEnd) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([this] {
            for (int i = 0; i < 200; ++i) {
                const auto own = queue(kWide);
                for (int k = 0; k < 10; ++k) {
                    own->send(text(std::string(20, 'x')));
                    if (k % 3 == 0) read_text(*own, 16);
                }
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(budget_->waiting(), 0U);
}

TEST_F(SendQueueTest, IsFilledFromManyThreads) {
    const auto filled = queue({1'000'000, 4000});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&filled] {
            for (int i = 0; i < 500; ++i)
                filled->send(text("text"));
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    int count = 0;
    while (read_text(*filled))
        ++count;
    EXPECT_EQ(count, 2000);
    EXPECT_GE(wakes_, 1);
}

}  // namespace
}  // namespace touchstone::node::adapters
