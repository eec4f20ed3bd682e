#include "cli/devnet/relay.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace touchstone::cli {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSoon{100};  // to see that nothing comes
constexpr std::chrono::seconds kLimit{20};       // for what must come

/// Node 1 listens, node 0 dials it through the relay.
class RelayTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto started = Relay::start(2);
        ASSERT_TRUE(started.ok()) << started.fault().text;
        relay_ = std::move(*started);
        relay_->set_target(1, acceptor_.local_endpoint().port());
    }

    tcp::socket dial() {
        tcp::socket socket(context_);
        socket.connect({asio::ip::address_v4::loopback(), relay_->port(0, 1)});
        return socket;
    }
    tcp::socket accept() { return acceptor_.accept(); }

    static void send(tcp::socket& socket, const std::string& text) { asio::write(socket, asio::buffer(text)); }

    /// What comes, up to `length` bytes within the limit; the error after which no more comes.
    template <class Duration>
    std::string receive(tcp::socket& socket, std::size_t length, Duration limit, Error* error = nullptr) {
        std::string text(length, ' ');
        std::size_t received = 0;
        asio::async_read(socket, asio::buffer(text), [&](const Error& result, std::size_t count) {
            received = count;
            if (error != nullptr) *error = result;
        });
        context_.restart();
        context_.run_for(limit);
        if (!context_.stopped()) {
            socket.cancel();
            context_.run();
        }
        text.resize(received);
        return text;
    }

    bool is_closed(tcp::socket& socket) {
        Error error;
        receive(socket, 1, kLimit, &error);
        return error == asio::error::eof || error == asio::error::connection_reset;
    }

    asio::io_context context_;
    tcp::acceptor acceptor_{context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::unique_ptr<Relay> relay_;
};

TEST_F(RelayTest, CarriesBothWays) {
    auto dialer = dial();
    auto dialed = accept();
    send(dialer, "question");
    EXPECT_EQ(receive(dialed, 8, kLimit), "question");
    send(dialed, "answer");
    EXPECT_EQ(receive(dialer, 6, kLimit), "answer");
    dialed.close();
    EXPECT_TRUE(is_closed(dialer));
}

TEST_F(RelayTest, CarriesMoreThanItKeeps) {
    auto dialer = dial();
    auto dialed = accept();
    const std::string much(8U << 20U, 'x');
    std::thread sender([&] { send(dialer, much); });
    EXPECT_EQ(receive(dialed, much.size(), kLimit), much);
    sender.join();
}

TEST_F(RelayTest, WhatIsHeldArrivesAfterwards) {
    auto dialer = dial();
    auto dialed = accept();
    relay_->set_rule(0, 1, {true, 0});
    send(dialed, "this way is open");
    EXPECT_EQ(receive(dialer, 16, kLimit), "this way is open");
    send(dialer, "late");
    EXPECT_EQ(receive(dialed, 4, kSoon), "");
    relay_->set_rule(0, 1, {});
    EXPECT_EQ(receive(dialed, 4, kLimit), "late");
}

TEST_F(RelayTest, AnEndIsHeldToo) {
    auto dialer = dial();
    auto dialed = accept();
    relay_->set_rule(1, 0, {true, 0});
    send(dialer, "known");
    EXPECT_EQ(receive(dialed, 5, kLimit), "known");
    dialed.close();
    Error error;
    receive(dialer, 1, kSoon, &error);
    EXPECT_EQ(error, asio::error::operation_aborted) << "it does not know yet";
    relay_->set_rule(1, 0, {});
    EXPECT_TRUE(is_closed(dialer));
}

TEST_F(RelayTest, WhoeverDialsThroughAHeldLinkWaits) {
    relay_->set_rule(0, 1, {true, 0});
    auto impatient = dial();
    send(impatient, "lost");
    impatient.close();
    auto dialer = dial();
    send(dialer, "hello");
    EXPECT_EQ(receive(dialer, 1, kSoon), "");
    relay_->set_rule(0, 1, {});
    auto dialed = accept();
    EXPECT_EQ(receive(dialed, 5, kLimit), "hello") << "and nothing of who gave up";
}

TEST_F(RelayTest, ADelayIsKept) {
    constexpr std::int64_t kDelayMs = 150;
    auto dialer = dial();
    auto dialed = accept();
    relay_->set_rule(1, 0, {false, kDelayMs});
    send(dialer, "now");
    EXPECT_EQ(receive(dialed, 3, kLimit), "now");
    const auto begin = Clock::now();
    send(dialed, "then");
    EXPECT_EQ(receive(dialer, 4, kLimit), "then");
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(kDelayMs));
}

TEST_F(RelayTest, ANodeThatDoesNotListenTurnsAway) {
    relay_->set_target(1, 0);
    auto dialer = dial();
    EXPECT_TRUE(is_closed(dialer));
}

TEST_F(RelayTest, ANodeMayListenElsewhere) {
    tcp::acceptor elsewhere(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    relay_->set_target(1, elsewhere.local_endpoint().port());
    auto dialer = dial();
    auto dialed = elsewhere.accept();
    send(dialer, "here");
    EXPECT_EQ(receive(dialed, 4, kLimit), "here");
}

TEST_F(RelayTest, TooManyConnectionsAreTurnedAway) {
    std::vector<tcp::socket> sockets;
    for (int i = 0; i < 16; ++i) {
        sockets.push_back(dial());
        sockets.push_back(accept());
    }
    auto another = dial();
    EXPECT_TRUE(is_closed(another));
}

TEST_F(RelayTest, ItsEndClosesAllConnections) {
    auto dialer = dial();
    auto dialed = accept();
    relay_.reset();
    EXPECT_TRUE(is_closed(dialer));
    EXPECT_TRUE(is_closed(dialed));
}

}  // namespace
}  // namespace touchstone::cli
