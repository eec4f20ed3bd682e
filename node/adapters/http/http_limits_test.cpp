#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "node/adapters/http/testing/websocket_server.h"

namespace touchstone::node::adapters {
namespace {

using namespace std::chrono_literals;
namespace websocket = boost::beast::websocket;

/// A server whose answers the test gives.
class HttpLimitsTest : public HttpServerTest {
  protected:
    void serve_by_hand(const HttpOptions& options) {
        serve_with({.on_body =
                        [this](const std::string& body, const Caller& caller, const HttpReply& reply) {
                            if (body != "wait") return echo(body, caller, reply);
                            const std::lock_guard lock(mutex_);
                            waiting_.push_back(reply);
                        },
                    .refuse_body = [](const std::string& body,
                                      const std::string& reason) { return std::optional(body + ": " + reason); }},
                   options);
    }
    void wait_for_waiting(std::size_t count) {
        for (;;) {
            {
                const std::lock_guard lock(mutex_);
                if (waiting_.size() == count) return;
            }
            std::this_thread::yield();
        }
    }
    void answer_waiting() {
        const std::lock_guard lock(mutex_);
        for (const HttpReply& reply : waiting_)
            reply("done");
        waiting_.clear();
    }

    std::mutex mutex_;
    std::vector<HttpReply> waiting_;
};

TEST_F(HttpLimitsTest, RequestsThatComeTooOftenAreRefusedWithTheTimeToWait) {
    HttpOptions options = on_any_port();
    options.loopback_requests_per_second = 1;
    options.burst = 3;
    serve_by_hand(options);
    HttpClient client(address());
    for (int i = 0; i < 3; ++i) {
        client.send(post("1"));
        EXPECT_EQ(body_of(client.receive()), "<1>");
    }
    client.send(post("1"));
    const std::string refused = client.receive();
    EXPECT_EQ(status_of(refused), "HTTP/1.1 429 Too Many Requests");
    EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos) << refused;
    HttpClient again(address());
    again.send(post("1"));
    EXPECT_EQ(status_of(again.receive()), "HTTP/1.1 429 Too Many Requests") << "another connection does not help";
}

TEST_F(HttpLimitsTest, TextsThatComeTooOftenAreAnsweredSo) {
    HttpOptions options = on_any_port();
    options.loopback_requests_per_second = 1;
    options.burst = 3;  // of which the handshake is one
    serve_by_hand(options);
    OpenWebSocket client(address());
    EXPECT_EQ(client.ask("1"), "<1>");
    EXPECT_EQ(client.ask("2"), "<2>");
    EXPECT_EQ(client.ask("3").substr(0, 20), "3: too many requests");
    WebSocketClient other(address());
    EXPECT_TRUE(other.open());
    EXPECT_EQ(other.response().result_int(), 429U);
}

TEST_F(HttpLimitsTest, RequestsAboveThoseThatMayWaitAreRefused) {
    HttpOptions options = on_any_port();
    options.requests = 2;
    serve_by_hand(options);
    HttpClient first(address());
    HttpClient second(address());
    first.send(post("wait"));
    second.send(post("wait"));
    wait_for_waiting(2);
    HttpClient third(address());
    third.send(post("1"));
    const std::string refused = third.receive();
    EXPECT_EQ(status_of(refused), "HTTP/1.1 503 Service Unavailable");
    EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos) << refused;
    OpenWebSocket fourth(address());
    EXPECT_EQ(fourth.ask("x"), "x: too many requests wait for their answers; try again later");
    answer_waiting();
    EXPECT_EQ(body_of(first.receive()), "done");
    EXPECT_EQ(body_of(second.receive()), "done");
    EXPECT_EQ(fourth.ask("x"), "<x>");
    expect_works();
}

TEST_F(HttpLimitsTest, OneConnectionHasItsShareOfWhatMayWait) {
    HttpOptions options = on_any_port();
    options.requests_of_connection = 2;
    serve_by_hand(options);
    OpenWebSocket greedy(address());
    greedy.send("wait");
    greedy.send("wait");
    wait_for_waiting(2);
    EXPECT_EQ(greedy.ask("x"), "x: too many requests wait for their answers; try again later");
    OpenWebSocket other(address());
    EXPECT_EQ(other.ask("x"), "<x>");
    answer_waiting();
    EXPECT_EQ(greedy.receive(), "done");
    EXPECT_EQ(greedy.receive(), "done");
    EXPECT_EQ(greedy.ask("x"), "<x>");
}

TEST_F(HttpLimitsTest, WhereNobodyCanSaySoTheConnectionIsClosed) {
    HttpOptions options = on_any_port();
    options.requests = 0;
    serve(echo, options);
    OpenWebSocket client(address());
    client.send("x");
    const auto reason = client.wait_for_close();
    EXPECT_EQ(reason.code, websocket::close_code::policy_error);
    EXPECT_NE(std::string(reason.reason.data(), reason.reason.size()).find("too many requests"), std::string::npos);
}

TEST_F(HttpLimitsTest, OneAddressHasItsShareOfTheConnections) {
    HttpOptions options = on_any_port();
    options.connections_of_address = 2;
    serve_by_hand(options);
    HttpClient first(address());
    first.send(post("1"));
    EXPECT_EQ(body_of(first.receive()), "<1>");
    OpenWebSocket second(address());
    HttpClient third(address());
    const std::string refused = third.receive();
    EXPECT_EQ(status_of(refused), "HTTP/1.1 503 Service Unavailable");
    EXPECT_EQ(body_of(refused), "too many connections from this address\n");
    EXPECT_EQ(server_->figures().turned_away, 1U);
    second.socket().next_layer().close();
    std::string response;
    for (int i = 0; i < 1000 && body_of(response) != "<1>"; ++i) {
        HttpClient next(address());
        next.send(post("1"));
        response = next.receive();
    }
    EXPECT_EQ(body_of(response), "<1>") << "a WebSocket gives its place back";
}

TEST_F(HttpLimitsTest, ASlowHandshakeOfAWebSocketIsCutOff) {
    HttpOptions options = on_any_port();
    options.request_time = 150ms;
    serve(echo, options);
    HttpClient slow(address());
    slow.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n");
    EXPECT_TRUE(slow.closed());
    expect_works();
}

TEST_F(HttpLimitsTest, AFloodOfRefusedRequestsLeavesTheOthersServed) {
    HttpOptions options = on_any_port();
    options.requests = 4;
    serve_by_hand(options);
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 20; ++i) {
                HttpClient client(address());
                client.send(post("wait"));
                const std::string status = status_of(client.receive());
                EXPECT_TRUE(status == "HTTP/1.1 503 Service Unavailable" || status == "HTTP/1.1 200 OK") << status;
            }
        });
    }
    std::atomic<bool> done = false;
    std::thread answers([&] {
        while (!done)
            answer_waiting();
    });
    for (std::thread& thread : threads)
        thread.join();
    done = true;
    answers.join();
    expect_works();
}

TEST_F(HttpLimitsTest, AnswersThatNobodyReadsMakeRoomForThoseThatAreRead) {
    constexpr std::size_t kLarge = 16U << 20U;
    HttpOptions options = on_any_port();
    options.waiting_bytes = 2 * kLarge;
    serve([](const std::string& body, const Caller& caller,
             const HttpReply& reply) { body == "large" ? reply(std::string(kLarge, 'x')) : echo(body, caller, reply); },
          options);
    HttpClient first(address(), kSmallReceiveBuffer);
    HttpClient second(address(), kSmallReceiveBuffer);
    first.send(post("large"));
    second.send(post("large"));
    const auto started = std::chrono::steady_clock::now();
    while (server_->figures().waiting_bytes < 2 * kLarge && std::chrono::steady_clock::now() - started < 10s)
        std::this_thread::yield();
    ASSERT_EQ(server_->figures().waiting_bytes, 2 * kLarge) << "the server holds more of them than the kernel takes";
    HttpClient third(address());
    third.send(post("large"));
    const std::string refused = third.receive();
    EXPECT_EQ(status_of(refused), "HTTP/1.1 503 Service Unavailable") << "nothing more waits for anybody";
    EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos) << refused;
    expect_works();
    EXPECT_EQ(server_->figures().cut_off, 2U) << "one of those who do not read, for the answer of one who does";
    const bool first_is_whole = body_of(first.receive()).size() == kLarge;
    const bool second_is_whole = body_of(second.receive()).size() == kLarge;
    EXPECT_NE(first_is_whole, second_is_whole);
    EXPECT_EQ(server_->figures().waiting_bytes, 0U);
}

TEST_F(HttpLimitsTest, TheServerTicksWhileItRuns) {
    std::promise<void> ticked;
    std::atomic<int> ticks = 0;
    serve_with({.on_body = echo, .on_tick = [&] {
                    if (++ticks == 2) ticked.set_value();
                }});
    ticked.get_future().wait();
    expect_works();
    server_.reset();
}

}  // namespace
}  // namespace touchstone::node::adapters
