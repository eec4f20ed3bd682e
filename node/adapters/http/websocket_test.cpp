#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/read.hpp>
#include <fstream>
#include <thread>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/http/testing/websocket_server.h"

namespace touchstone::node::adapters {
namespace {

using namespace std::chrono_literals;
namespace websocket = boost::beast::websocket;

constexpr std::size_t kFrameBytes = 4096;
/// Of WebSocketSession: what it copies at a time.
constexpr std::size_t kSliceBytes = 16'384;

struct Frame {
    bool last = false;
    unsigned opcode = 0;
    std::string payload;

    friend bool operator==(const Frame&, const Frame&) = default;
};

/// As it stands on the wire: RFC 6455, section 5.2.
Frame read_frame(WebSocketClient& client) {
    const auto read = [&client](std::size_t bytes) {
        std::string text(bytes, ' ');
        boost::asio::read(client.socket().next_layer(), boost::asio::buffer(text));
        return text;
    };
    const auto byte = [](char character) { return static_cast<unsigned>(static_cast<unsigned char>(character)); };
    const std::string header = read(2);
    std::size_t length = byte(header[1]) & 0x7fU;
    if (length == 126) {
        const std::string longer = read(2);
        length = (byte(longer[0]) << 8U) | byte(longer[1]);
    }
    return {(byte(header[0]) & 0x80U) != 0, byte(header[0]) & 0x0fU, read(length)};
}

class WebSocketTest : public WebSocketServerTest {
  protected:
    static PushText text(std::string content) { return PushText{std::move(content)}; }
};

TEST_F(WebSocketTest, EachTextIsABodyAndIsAnswered) {
    serve();
    for (const char* target : {"/", "/ws"}) {
        WebSocketClient client(address());
        EXPECT_FALSE(client.open(target));
        EXPECT_EQ(client.response().count(boost::beast::http::field::sec_websocket_extensions), 0U)
            << "nothing is compressed";
        EXPECT_EQ(client.ask("a"), "<a>");
        EXPECT_EQ(client.ask("b"), "<b>");
        EXPECT_TRUE(client.send("c"));
        EXPECT_TRUE(client.send("d"));
        EXPECT_EQ(client.receive(), "<c>");
        EXPECT_EQ(client.receive(), "<d>");
    }
    expect_works();
    EXPECT_EQ(server_->figures().answers[1], 2U) << "switched protocols";
}

TEST_F(WebSocketTest, ANotificationIsAnsweredWithNothing) {
    serve([](const std::string& body, const Caller& caller, const HttpReply& reply) {
        body == "quiet" ? reply(std::nullopt) : echo(body, caller, reply);
    });
    OpenWebSocket client(address());
    EXPECT_TRUE(client.send("quiet"));
    EXPECT_EQ(client.ask("loud"), "<loud>");
}

TEST_F(WebSocketTest, TheServerSpeaksUnaskedFromAnyThread) {
    serve_and_take();
    OpenWebSocket client(address());
    const auto connection = take(client);
    ASSERT_TRUE(connection);
    EXPECT_TRUE(connection->is_open());
    std::thread other([&] {
        EXPECT_TRUE(connection->send(text("first")));
        EXPECT_TRUE(connection->send(text("second")));
    });
    EXPECT_EQ(client.receive(), "first");
    EXPECT_EQ(client.receive(), "second");
    other.join();
    EXPECT_EQ(client.ask("x"), "<x>");
}

TEST_F(WebSocketTest, ACallOverPlainHttpHasNoConnection) {
    serve_and_take();
    HttpClient client(address());
    client.send(post("take"));
    EXPECT_EQ(body_of(client.receive()), "<take>");
    EXPECT_FALSE(taken_.get_future().get());
}

TEST_F(WebSocketTest, IsClosedByTheServerWithAReason) {
    serve_and_take();
    OpenWebSocket client(address());
    const auto connection = take(client);
    connection->close("enough");
    EXPECT_FALSE(connection->is_open());
    EXPECT_FALSE(connection->send(text("late")));
    const auto reason = client.wait_for_close();
    EXPECT_EQ(reason.code, websocket::close_code::normal);
    EXPECT_EQ(reason.reason, "enough");
}

TEST_F(WebSocketTest, CallsThatComeOnceItIsBeingClosedAreNotRun) {
    std::atomic<int> late = 0;
    serve([&](const std::string& body, const Caller& caller, const HttpReply& reply) {
        if (body == "late") ++late;
        if (body == "take") taken_.set_value(caller.connection);
        echo(body, caller, reply);
    });
    OpenWebSocket client(address());
    const auto connection = take(client);
    connection->close("enough");
    client.send("late");
    client.send("late");
    EXPECT_EQ(client.wait_for_close().reason, "enough");
    const auto started = std::chrono::steady_clock::now();
    while (server_->figures().open_connections > 0 && std::chrono::steady_clock::now() - started < 10s)
        std::this_thread::yield();
    EXPECT_EQ(server_->figures().open_connections, 0U) << "all that came was read, and the farewell";
    EXPECT_EQ(late, 0);
}

TEST_F(WebSocketTest, AConnectionThatTheClientClosedTakesNothingMore) {
    serve_and_take();
    auto client = std::make_unique<OpenWebSocket>(address());
    const auto connection = take(*client);
    client->socket().close(websocket::close_code::normal);
    client.reset();
    while (connection->is_open())
        std::this_thread::yield();
    EXPECT_FALSE(connection->send(text("late")));
    expect_works();
}

TEST_F(WebSocketTest, CutsOffWhoReadsTooSlowlyWhileOthersAreServed) {
    HttpOptions options = on_any_port();
    options.queue_bytes = 8U << 20U;
    serve_and_take(options);
    OpenWebSocket slow(address());
    const auto connection = take(slow);
    const PushText megabyte{"", std::make_shared<const std::string>(1U << 20U, 'x')};
    int sent = 0;
    while (connection->send(megabyte) && sent < 1000)
        ++sent;
    EXPECT_GE(sent, 7) << "as much as its bound beside an answer that may still wait";
    EXPECT_LT(sent, 1000);
    EXPECT_FALSE(connection->is_open());
    expect_works();
    const auto reason = slow.wait_for_close();
    EXPECT_EQ(reason.code, websocket::close_code::try_again_later);
    EXPECT_EQ(reason.reason, "too_slow");
}

TEST_F(WebSocketTest, CutsOffForWhomMostWaitsWhenItIsTooMuchForAll) {
    HttpOptions options = on_any_port();
    options.waiting_bytes = 8U << 20U;
    serve_and_take(options);
    OpenWebSocket slow(address());
    const auto connection = take(slow);
    const PushText megabyte{"", std::make_shared<const std::string>(1U << 20U, 'x')};
    int sent = 0;
    while (connection->send(megabyte) && sent < 1000)
        ++sent;
    EXPECT_GE(sent, 7);
    EXPECT_LT(sent, 1000);
    EXPECT_EQ(server_->figures().cut_off, 1U);
    const auto reason = slow.wait_for_close();
    EXPECT_EQ(reason.code, websocket::close_code::try_again_later);
    EXPECT_EQ(reason.reason, "overloaded");
}

TEST_F(WebSocketTest, AFloodToThoseWhoDoNotReadStaysWithinTheBoundAndTheOthersAreServed) {
    constexpr std::uint64_t kBound = 8U << 20U;
    HttpOptions options = on_any_port();
    options.waiting_bytes = kBound;
    serve_and_take(options);
    std::vector<std::unique_ptr<OpenWebSocket>> lazy;
    std::vector<std::shared_ptr<PushConnection>> flooded;
    for (int i = 0; i < 8; ++i)
        flooded.push_back(take(*lazy.emplace_back(std::make_unique<OpenWebSocket>(address()))));
    OpenWebSocket reads(address());
    const auto told = take(reads);
    const PushText megabyte{"", std::make_shared<const std::string>(1U << 20U, 'x')};
    for (int round = 0; round < 40; ++round) {
        for (const auto& connection : flooded)
            connection->send(megabyte);
        EXPECT_LE(server_->figures().waiting_bytes, kBound);
        EXPECT_TRUE(told->send(text("news")));
        EXPECT_EQ(reads.receive(), "news");
        EXPECT_EQ(reads.ask("x"), "<x>");
    }
    EXPECT_GT(server_->figures().cut_off, 0U);
    expect_works();
}

/// As they were when each text was one piece: frames of 4096 bytes, the last one shorter.
TEST_F(WebSocketTest, ATextInPiecesIsTheSameFrames) {
    serve_and_take();
    OpenWebSocket client(address());
    const auto connection = take(client);
    const std::string head = "<head>";
    const std::string tail = "<tail>";
    for (const std::size_t bytes :
         {std::size_t{0}, std::size_t{100}, std::size_t{4096}, kSliceBytes, kSliceBytes + 1, std::size_t{50'000}}) {
        const auto shared = std::make_shared<const std::string>(bytes, 's');
        EXPECT_TRUE(connection->send({head, shared, tail}));
        const std::string whole = head + *shared + tail;
        for (std::size_t begin = 0; begin < whole.size(); begin += kFrameBytes) {
            const std::string expected = whole.substr(begin, kFrameBytes);
            EXPECT_EQ(read_frame(client), (Frame{begin + kFrameBytes >= whole.size(), begin == 0 ? 1U : 0U, expected}));
        }
    }
}

TEST_F(WebSocketTest, CutsOffWhoDoesNotReadAtAll) {
    HttpOptions options = on_any_port();
    options.write_time = 150ms;
    serve_and_take(options);
    OpenWebSocket lazy(address(), kSmallReceiveBuffer);
    const auto connection = take(lazy);
    EXPECT_TRUE(connection->send(text(std::string(16U << 20U, 'x'))));
    const auto started = std::chrono::steady_clock::now();
    while (connection->is_open() && std::chrono::steady_clock::now() - started < 10s)
        std::this_thread::yield();
    EXPECT_FALSE(connection->is_open());
    expect_works();
}

TEST_F(WebSocketTest, ClosesConnectionsFromWhichNothingComesAndKeepsThoseThatAnswerPings) {
    HttpOptions options = on_any_port();
    options.websocket_idle_time = 100ms;
    serve_and_take(options);
    HttpClient silent(address());  // answers no ping, for it does not read frames
    silent.send(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    EXPECT_EQ(status_of(silent.receive()), "HTTP/1.1 101 Switching Protocols");
    OpenWebSocket alive(address());
    const auto connection = take(alive);
    std::string received;
    std::thread reader([&] { received = alive.receive(); });  // which also answers pings
    EXPECT_TRUE(silent.closed());
    EXPECT_TRUE(connection->send(text("still here")));
    reader.join();
    EXPECT_EQ(received, "still here");
}

TEST_F(WebSocketTest, RefusesMessagesAboveTheLimitOfABody) {
    HttpOptions options = on_any_port();
    options.body_bytes = 1000;
    serve(echo, options);
    OpenWebSocket client(address());
    EXPECT_EQ(client.ask(std::string(1000, 'x')).size(), 1002U);
    client.send(std::string(1001, 'x'));
    EXPECT_EQ(client.wait_for_close().code, websocket::close_code::too_big);
    expect_works();
}

TEST_F(WebSocketTest, RefusesWhatIsNoText) {
    serve();
    OpenWebSocket client(address());
    client.socket().binary(true);
    client.send("x");
    EXPECT_EQ(client.wait_for_close().code, websocket::close_code::unknown_data);
    OpenWebSocket other(address());
    other.send("\xff\xfe");
    EXPECT_EQ(other.wait_for_close().code, websocket::close_code::bad_payload) << "no UTF-8";
    expect_works();
}

TEST_F(WebSocketTest, RefusesHandshakesOfStrangePagesAsItRefusesTheirRequests) {
    serve();
    const auto status = [this](const std::string& target, const std::string& host, const std::string& origin) {
        WebSocketClient client(address());
        std::vector<std::pair<std::string, std::string>> headers;
        if (!origin.empty()) headers.emplace_back("Origin", origin);
        EXPECT_TRUE(client.open(target, host, headers));
        return client.response().result_int();
    };
    EXPECT_EQ(status("/", "evil.example", ""), 403U);
    EXPECT_EQ(status("/", "127.0.0.1", "https://evil.example"), 403U);
    EXPECT_EQ(status("/other", "127.0.0.1", ""), 404U);
    expect_works();
}

TEST_F(WebSocketTest, RefusesHandshakesThatAreNone) {
    serve();
    const std::string begin = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    HttpClient without_key(address());
    without_key.send(begin + "Sec-WebSocket-Version: 13\r\n\r\n");
    EXPECT_EQ(status_of(without_key.receive()), "HTTP/1.1 400 Bad Request");
    HttpClient old(address());
    old.send(begin + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n");
    EXPECT_EQ(status_of(old.receive()), "HTTP/1.1 426 Upgrade Required");
    expect_refused(begin + "Content-Length: 1\r\n\r\nx", "400 Bad Request", "nothing follows");
}

TEST_F(WebSocketTest, ANewTokenIsAskedForAndClosesWhatAnotherOneOpened) {
    const TemporaryFolder folder;
    const auto token = [&folder](const std::string& name) {
        return BearerToken::load_or_create(folder / name).value();
    };
    const auto header = [&folder](const std::string& name) {
        std::string text;
        std::ifstream(folder / name) >> text;
        return std::vector<std::pair<std::string, std::string>>{{"Authorization", "Bearer " + text}};
    };
    HttpOptions options = on_any_port();
    options.token = token("old");
    serve(echo, options);
    WebSocketClient before(address());
    ASSERT_FALSE(before.open("/", "127.0.0.1", header("old")));
    ASSERT_TRUE(server_->renew(token("old")).ok());
    EXPECT_EQ(before.ask("1"), "<1>") << "it is the same one";
    ASSERT_TRUE(server_->renew(token("new")).ok());
    const auto reason = before.wait_for_close();
    EXPECT_EQ(reason.code, websocket::close_code::policy_error);
    EXPECT_EQ(reason.reason, "the token has changed");
    WebSocketClient with_old(address());
    EXPECT_TRUE(with_old.open("/", "127.0.0.1", header("old")));
    EXPECT_EQ(with_old.response().result_int(), 401U);
    WebSocketClient with_new(address());
    ASSERT_FALSE(with_new.open("/", "127.0.0.1", header("new")));
    EXPECT_EQ(with_new.ask("2"), "<2>");
}

TEST_F(WebSocketTest, AConnectionMayBeHeldBeyondTheEndOfTheServer) {
    serve_and_take();
    OpenWebSocket client(address());
    const auto connection = take(client);
    server_.reset();
    EXPECT_FALSE(connection->is_open());
    EXPECT_FALSE(connection->send(text("late")));
    connection->close("late");
    EXPECT_EQ(client.receive(), "");
}

TEST_F(WebSocketTest, SurvivesAFloodOfTextsFromManyClientsAndThreads) {
    serve_and_take();
    OpenWebSocket held(address());
    const auto connection = take(held);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            WebSocketClient client(address());
            if (client.open()) return;
            for (int i = 0; i < 200; ++i) {
                if (t % 2 == 0) {
                    EXPECT_EQ(client.ask("1"), "<1>");
                } else {
                    client.send(std::string(1000, 'x'));
                }
                connection->send(text("event"));
            }
        });
    }
    for (int i = 0; i < 800 && !held.receive().empty(); ++i) {
    }
    for (std::thread& thread : threads)
        thread.join();
    expect_works();
}

}  // namespace
}  // namespace touchstone::node::adapters
