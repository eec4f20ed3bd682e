#include "node/app/rpc_gateway.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <thread>

#include "node/rpc/test_methods.h"

namespace touchstone::node::app {
namespace {

/// A writer by hand: what was posted runs when it is told to.
class GatewayTest : public testing::Test {
  protected:
    GatewayTest() {
        options_.now = [this] { return now_; };
        begin();
    }
    void begin() {
        handlers_ = make_rpc_handlers(
            methods_, [this](std::function<void()> task) { tasks_.push_back(std::move(task)); }, options_);
    }
    void take(const std::string& body) { handlers_.on_body(body, {}, reply()); }
    adapters::HttpReply reply() {
        return [this](std::optional<std::string> text) {
            ++replies_;
            text_ = std::move(text);
        };
    }
    void run_one() {
        const auto task = std::move(tasks_.front());
        tasks_.pop_front();
        task();
    }

    int notified_ = 0;
    std::shared_ptr<const rpc::MethodTable> methods_ =
        std::make_shared<const rpc::MethodTable>(rpc::example_methods(notified_));
    std::deque<std::function<void()>> tasks_;
    int replies_ = 0;
    std::optional<std::string> text_;
    std::chrono::steady_clock::time_point now_;
    RpcGatewayOptions options_;
    adapters::HttpHandlers handlers_;
};

constexpr std::string_view kUpdate = R"({"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5],"id":1})";

TEST_F(GatewayTest, WhatNeedsNoCallIsAnsweredAtOnce) {
    take("no JSON");
    EXPECT_TRUE(tasks_.empty());
    ASSERT_TRUE(text_);
    EXPECT_NE(text_->find("-32700"), std::string::npos);
}

TEST_F(GatewayTest, EachCallOfABatchIsATaskOfItsOwnSoThatOthersComeBetween) {
    take("[" + std::string(kUpdate) + "," + std::string(kUpdate) + "," + std::string(kUpdate) + "]");
    for (int done = 0; done < 3; ++done) {
        EXPECT_EQ(notified_, done);
        EXPECT_EQ(replies_, 0);
        ASSERT_EQ(tasks_.size(), 1U) << "the next call waits behind whatever else was posted meanwhile";
        run_one();
    }
    EXPECT_EQ(notified_, 3);
    EXPECT_EQ(replies_, 1);
    EXPECT_TRUE(tasks_.empty());
}

TEST_F(GatewayTest, ResultsAreMadeIntoTextElsewhere) {
    std::deque<std::function<void()>> elsewhere;
    options_.serialize_on = [&elsewhere](std::function<void()> task) { elsewhere.push_back(std::move(task)); };
    begin();
    take(std::string(kUpdate));
    run_one();
    EXPECT_EQ(notified_, 1);
    EXPECT_EQ(replies_, 0) << "the writer is free";
    now_ += std::chrono::seconds(60);
    handlers_.on_tick();
    EXPECT_EQ(replies_, 0) << "it is as good as answered";
    ASSERT_EQ(elsewhere.size(), 1U);
    elsewhere.front()();
    EXPECT_EQ(replies_, 1);
    ASSERT_TRUE(text_);
    EXPECT_TRUE(rpc::Json::parse(*text_).contains("result"));
    take(R"({"jsonrpc":"2.0","method":"listen","id":1})");
    run_one();
    EXPECT_EQ(replies_, 2) << "before the notifications, which the writer sends";
    take("no JSON");
    EXPECT_EQ(replies_, 3) << "an error that needs no call is small, and is answered at once";
    EXPECT_EQ(elsewhere.size(), 1U);
}

TEST_F(GatewayTest, ASubscriptionThatFallsDueWhileItIsRunIsAnsweredBeforeTheWriterGoesOn) {
    std::atomic<bool> runs = false;
    std::vector<rpc::Method> methods{*methods_->find("listen")};
    methods.front().run = [&runs](const rpc::Arguments&, const Caller&) {
        runs = true;
        return rpc::Answer(true);
    };
    methods_ = std::make_shared<const rpc::MethodTable>(std::move(methods));
    options_.call_time = std::chrono::milliseconds(0);
    begin();
    for (int round = 0; round < 500; ++round) {
        runs = false;
        std::atomic<bool> over = false;
        take(R"({"jsonrpc":"2.0","method":"listen","id":1})");
        std::thread server([&] {
            while (!runs)
                std::this_thread::yield();
            while (!over)
                handlers_.on_tick();
        });
        run_one();
        const int replies = replies_;
        over = true;
        server.join();
        EXPECT_EQ(replies, round + 1) << "what is told of it comes after";
    }
}

TEST_F(GatewayTest, ANotificationIsRunAndAnsweredWithNothing) {
    take(R"({"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5]})");
    run_one();
    EXPECT_EQ(notified_, 1);
    EXPECT_EQ(replies_, 1);
    EXPECT_FALSE(text_);
}

TEST_F(GatewayTest, WhatIsStillWaitingAtTheEndIsDropped) {
    take(std::string(kUpdate));
    methods_.reset();
    handlers_ = {};
    tasks_.clear();
    EXPECT_EQ(notified_, 0);
    EXPECT_EQ(replies_, 0);
}

TEST_F(GatewayTest, ACallThatWaitsTooLongIsAnsweredWithAnErrorAndNotRun) {
    take(std::string(kUpdate));
    now_ += std::chrono::milliseconds(9'999);
    handlers_.on_tick();
    EXPECT_EQ(replies_, 0);
    now_ += std::chrono::milliseconds(1);
    handlers_.on_tick();
    ASSERT_EQ(replies_, 1);
    const auto answer = rpc::Json::parse(*text_);
    EXPECT_EQ(answer.at("id"), 1);
    EXPECT_EQ(answer.at("error").at("code"), rpc::code::kLimitExceeded);
    EXPECT_NE(answer.at("error").at("data").at("reason").get<std::string>().find("10000 ms"), std::string::npos);
    run_one();
    EXPECT_EQ(notified_, 0) << "the answer is out";
    EXPECT_EQ(replies_, 1);
    EXPECT_TRUE(tasks_.empty());
}

TEST_F(GatewayTest, WhatWasRunOfABatchIsToldAndTheRestRefused) {
    take("[" + std::string(kUpdate) + "," + std::string(kUpdate) + "]");
    run_one();
    now_ += std::chrono::seconds(10);
    handlers_.on_tick();
    ASSERT_EQ(replies_, 1);
    const auto answers = rpc::Json::parse(*text_);
    EXPECT_TRUE(answers.at(0).contains("result"));
    EXPECT_TRUE(answers.at(1).contains("error"));
    EXPECT_EQ(notified_, 1);
}

TEST_F(GatewayTest, OnlyWhatIsOverdueIsGivenUp) {
    take(std::string(kUpdate));
    now_ += std::chrono::seconds(5);
    take(std::string(kUpdate));
    now_ += std::chrono::seconds(5);
    handlers_.on_tick();
    EXPECT_EQ(replies_, 1);
    run_one();
    run_one();
    EXPECT_EQ(notified_, 1);
    EXPECT_EQ(replies_, 2);
    now_ += std::chrono::seconds(60);
    handlers_.on_tick();
    EXPECT_EQ(replies_, 2) << "what was answered is not answered again";
}

TEST_F(GatewayTest, ABodyThatALimitKeepsAwayIsAnsweredForEachOfItsCalls) {
    const auto text =
        handlers_.refuse_body("[" + std::string(kUpdate) + R"(,{"jsonrpc":"2.0","method":"get_data"}])", "too many");
    ASSERT_TRUE(text);
    const auto answers = rpc::Json::parse(*text);
    ASSERT_EQ(answers.size(), 1U) << "notifications are not answered";
    EXPECT_EQ(answers.at(0).at("error").at("code"), rpc::code::kLimitExceeded);
    EXPECT_EQ(answers.at(0).at("error").at("data").at("reason"), "too many");
    EXPECT_EQ(notified_, 0);
}

}  // namespace
}  // namespace touchstone::node::app
