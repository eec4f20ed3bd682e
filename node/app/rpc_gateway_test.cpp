#include "node/app/rpc_gateway.h"

#include <gtest/gtest.h>

#include <deque>

#include "node/rpc/test_methods.h"

namespace touchstone::node::app {
namespace {

/// A writer by hand: what was posted runs when it is told to.
class GatewayTest : public testing::Test {
  protected:
    adapters::HttpHandler handler() {
        return make_rpc_handler(methods_, [this](std::function<void()> task) { tasks_.push_back(std::move(task)); });
    }
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
};

constexpr std::string_view kUpdate = R"({"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5],"id":1})";

TEST_F(GatewayTest, WhatNeedsNoCallIsAnsweredAtOnce) {
    handler()("no JSON", {}, reply());
    EXPECT_TRUE(tasks_.empty());
    ASSERT_TRUE(text_);
    EXPECT_NE(text_->find("-32700"), std::string::npos);
}

TEST_F(GatewayTest, EachCallOfABatchIsATaskOfItsOwnSoThatOthersComeBetween) {
    handler()("[" + std::string(kUpdate) + "," + std::string(kUpdate) + "," + std::string(kUpdate) + "]", {}, reply());
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

TEST_F(GatewayTest, ANotificationIsRunAndAnsweredWithNothing) {
    handler()(R"({"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5]})", {}, reply());
    run_one();
    EXPECT_EQ(notified_, 1);
    EXPECT_EQ(replies_, 1);
    EXPECT_FALSE(text_);
}

TEST_F(GatewayTest, WhatIsStillWaitingAtTheEndIsDropped) {
    handler()(std::string(kUpdate), {}, reply());
    methods_.reset();
    tasks_.clear();
    EXPECT_EQ(notified_, 0);
    EXPECT_EQ(replies_, 0);
}

}  // namespace
}  // namespace touchstone::node::app
