#include "node/adapters/http/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <stdexcept>
#include <thread>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/http/testing/http_client.h"

namespace touchstone::node::adapters {
namespace {

using namespace std::chrono_literals;

TEST_F(HttpServerTest, AnswersRequestsOneAfterAnotherOnOneConnection) {
    serve();
    EXPECT_NE(address().port, 0);
    HttpClient client(address());
    for (const char* body : {"a", "", "{\"b\":1}"}) {
        client.send(post(body));
        const std::string response = client.receive();
        EXPECT_EQ(status_of(response), "HTTP/1.1 200 OK");
        EXPECT_NE(response.find("Content-Type: application/json\r\n"), std::string::npos) << response;
        EXPECT_EQ(body_of(response), "<" + std::string(body) + ">");
    }
    client.send(post("first") + post("second") + post("last", "Connection: close\r\n"));
    EXPECT_EQ(body_of(client.receive()), "<first>");
    EXPECT_EQ(body_of(client.receive()), "<second>");
    EXPECT_EQ(body_of(client.receive()), "<last>");
    EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, SaysNoContentWhereThereIsNothingToSay) {
    serve([](const std::string&, const Caller&, const HttpReply& reply) { reply(std::nullopt); });
    HttpClient client(address());
    for (int i = 0; i < 2; ++i) {
        client.send(post("x"));
        EXPECT_EQ(status_of(client.receive()), "HTTP/1.1 204 No Content");
    }
}

TEST_F(HttpServerTest, AnswersLaterAndFromAnotherThreadWhileOthersAreServed) {
    std::promise<HttpReply> waiting;
    serve([&](const std::string& body, const Caller& caller, const HttpReply& reply) {
        body == "slow" ? waiting.set_value(reply) : echo(body, caller, reply);
    });
    HttpClient slow(address());
    slow.send(post("slow"));
    const HttpReply reply = waiting.get_future().get();
    expect_works();
    reply("at last");
    EXPECT_EQ(body_of(slow.receive()), "at last");
}

TEST_F(HttpServerTest, RefusesWhatIsNotARequestForIt) {
    serve();
    expect_refused("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "405 Method Not Allowed", "Allow: POST");
    expect_refused("OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n", "405 Method Not Allowed", "Allow: POST");
    expect_refused("POST /x HTTP/1.1\r\nHost: localhost\r\n\r\n", "404 Not Found", "only path");
    expect_refused("POST / HTTP/1.1\r\n\r\n", "400 Bad Request", "Host is missing");
    expect_refused("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", "415 Unsupported Media Type",
                   "application/json");
    expect_refused("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\r\n",
                   "415 Unsupported Media Type", "application/json");
    expect_refused("\x16\x03\x01 no HTTP\r\n\r\n", "400 Bad Request", "no HTTP");
    expect_refused("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", "400 Bad Request", "no HTTP");
}

TEST_F(HttpServerTest, RefusesRequestsThatAPageOfAnotherNameSends) {
    serve();
    expect_refused("POST / HTTP/1.1\r\nHost: evil.example:80\r\nContent-Type: application/json\r\n\r\n",
                   "403 Forbidden", "Host");
}

TEST_F(HttpServerTest, TellsABrowserWhichPagesMayAsk) {
    HttpOptions options = on_any_port();
    options.cors_origins = {"https://wallet.example"};
    serve(echo, options);
    const std::string allowed = "Access-Control-Allow-Origin: https://wallet.example\r\n";
    HttpClient client(address());
    client.send(
        "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://wallet.example\r\n"
        "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\r\n");
    const std::string preflight = client.receive();
    EXPECT_EQ(status_of(preflight), "HTTP/1.1 204 No Content");
    for (const std::string& header : {allowed, std::string("Access-Control-Allow-Methods: POST\r\n"),
                                      std::string("Access-Control-Allow-Headers: Authorization, Content-Type\r\n"),
                                      std::string("Vary: Origin\r\n")})
        EXPECT_NE(preflight.find(header), std::string::npos) << preflight;
    client.send(post("1", "Origin: https://wallet.example\r\n"));
    const std::string answer = client.receive();
    EXPECT_EQ(body_of(answer), "<1>");
    EXPECT_NE(answer.find(allowed), std::string::npos) << answer;
    client.send(post("1"));
    EXPECT_EQ(client.receive().find("Access-Control"), std::string::npos) << "nobody asked";
    expect_refused(post("1", "Origin: https://evil.example\r\n"), "403 Forbidden", "Origin");
}

TEST_F(HttpServerTest, AsksForATokenAndSaysHowToShowIt) {
    const TemporaryFolder folder;
    HttpOptions options = on_any_port();
    options.token = BearerToken::load_or_create(folder / "token").value();
    serve(echo, options);
    std::string token;
    std::ifstream(folder / "token") >> token;
    HttpClient client(address());
    client.send(post("1", "Authorization: Bearer " + token + "\r\n"));
    EXPECT_EQ(body_of(client.receive()), "<1>");
    client.send(post("1"));
    const std::string refused = client.receive();
    EXPECT_EQ(status_of(refused), "HTTP/1.1 401 Unauthorized");
    EXPECT_NE(refused.find("WWW-Authenticate: Bearer\r\n"), std::string::npos) << refused;
    HttpClient wrong(address());
    wrong.send(post("1", "Authorization: Bearer " + std::string(64, '0') + "\r\n"));
    const std::string other = wrong.receive();
    EXPECT_NE(other.find("WWW-Authenticate: Bearer error=\"invalid_token\"\r\n"), std::string::npos) << other;
    EXPECT_EQ(other.find(token), std::string::npos);
}

TEST_F(HttpServerTest, RefusesBodiesAndHeadersAboveTheirLimits) {
    serve();
    const std::string large((1U << 20U) + 1, 'x');
    expect_refused(post(large), "413 Payload Too Large", "1048576 bytes");
    expect_refused(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        "18446744073709551615\r\n\r\n",
        "413 Payload Too Large", "bytes");
    std::string chunked =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 300; ++i)
        chunked += "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
    expect_refused(chunked, "413 Payload Too Large", "bytes");
    expect_refused("POST / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(9000, 'x') + "\r\n\r\n",
                   "431 Request Header Fields Too Large", "8192 bytes");
    HttpClient client(address());
    client.send(post(std::string(1U << 20U, 'y')));
    EXPECT_EQ(body_of(client.receive()).size(), (1U << 20U) + 2);
}

TEST_F(HttpServerTest, ReadsChunkedBodiesAndSaysContinueToWhoeverWaitsForIt) {
    serve();
    HttpClient client(address());
    client.send(
        "POST / HTTP/1.1\r\nHost: [::1]:1\r\nContent-Type: application/json; charset=utf-8\r\n"
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    EXPECT_EQ(body_of(client.receive()), "<abcde>");
    const std::string request = post("late", "Expect: 100-continue\r\n");
    client.send(request.substr(0, request.size() - 4));
    EXPECT_EQ(client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("late");
    EXPECT_EQ(body_of(client.receive()), "<late>");
}

TEST_F(HttpServerTest, ClosesConnectionsThatSendSlowlyHoweverTheyDoIt) {
    HttpOptions options = on_any_port();
    options.request_time = 150ms;
    serve(echo, options);
    const std::string request = post(std::string(1000, 'x'));
    for (const std::size_t begin : {std::size_t{0}, request.size() - 1000}) {  // within the header, within the body
        HttpClient client(address());
        client.send(request.substr(0, begin));
        const auto started = std::chrono::steady_clock::now();
        std::thread others([&] { expect_works(); });
        for (std::size_t i = begin; client.send(request.substr(i, 1)); ++i)
            std::this_thread::sleep_for(5ms);  // the misbehaviour itself: a byte now and then
        EXPECT_LT(std::chrono::steady_clock::now() - started, 2s);
        others.join();
    }
    expect_works();
}

TEST_F(HttpServerTest, ClosesConnectionsThatAskNothing) {
    HttpOptions options = on_any_port();
    options.idle_time = 100ms;
    serve(echo, options);
    HttpClient silent(address());
    EXPECT_TRUE(silent.closed());
    HttpClient once(address());
    once.send(post("1"));
    EXPECT_EQ(body_of(once.receive()), "<1>");
    EXPECT_TRUE(once.closed());
}

TEST_F(HttpServerTest, ClosesConnectionsThatDoNotReadTheirAnswer) {
    HttpOptions options = on_any_port();
    options.write_time = 150ms;
    std::promise<void> asked;
    serve(
        [&](const std::string& body, const Caller& caller, const HttpReply& reply) {
            if (body != "large") return echo(body, caller, reply);
            asked.set_value();
            reply(std::string(64U << 20U, 'x'));
        },
        options);
    HttpClient lazy(address());
    lazy.send(post("large"));
    asked.get_future().wait();
    expect_works();
    const auto started = std::chrono::steady_clock::now();
    while (lazy.send(post("x")) && std::chrono::steady_clock::now() - started < 5s)
        std::this_thread::sleep_for(5ms);
    EXPECT_LT(std::chrono::steady_clock::now() - started, 5s);
}

TEST_F(HttpServerTest, TurnsAwayConnectionsAboveTheLimitUntilOneEnds) {
    HttpOptions options = on_any_port();
    options.connections = 3;
    serve(echo, options);
    std::vector<std::unique_ptr<HttpClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<HttpClient>(address()));
        clients.back()->send(post("1"));
        EXPECT_EQ(body_of(clients.back()->receive()), "<1>");
    }
    EXPECT_EQ(server_->figures().open_connections, 3U);
    {
        HttpClient further(address());
        EXPECT_EQ(status_of(further.receive()), "HTTP/1.1 503 Service Unavailable");
        EXPECT_TRUE(further.closed());
    }
    EXPECT_EQ(server_->figures().turned_away, 1U);
    clients[0]->send(post("still"));
    EXPECT_EQ(body_of(clients[0]->receive()), "<still>");
    clients[1]->send(post("", "Connection: close\r\n"));
    EXPECT_EQ(body_of(clients[1]->receive()), "<>");
    clients[1]->socket().close();
    std::string response;
    for (int i = 0; i < 1000 && body_of(response) != "<1>"; ++i) {
        HttpClient next(address());
        next.send(post("1"));
        response = next.receive();
    }
    EXPECT_EQ(body_of(response), "<1>");
}

TEST_F(HttpServerTest, SurvivesAFloodOfConnectionsAndRequests) {
    HttpOptions options = on_any_port();
    options.connections = 8;
    serve(echo, options);
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) {
                try {
                    HttpClient client(address());
                    client.send(t % 2 == 0 ? post("1") : std::string("POST / HT"));
                    if (t % 2 == 0 && client.receive().ends_with("<1>")) ++answered;
                } catch (const boost::system::system_error&) {
                    continue;  // reset by the server, which is its right
                }
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_GT(answered, 0);
    expect_works();
}

TEST_F(HttpServerTest, EndsWithConnectionsOpenAndAnswersOutstanding) {
    std::promise<HttpReply> waiting;
    serve([&](const std::string&, const Caller&, const HttpReply& reply) { waiting.set_value(reply); });
    HttpClient idle(address());
    HttpClient asking(address());
    asking.send(post("x"));
    const HttpReply reply = waiting.get_future().get();
    server_.reset();
    reply("too late");
    EXPECT_TRUE(idle.closed());
    EXPECT_TRUE(asking.closed());
}

class HttpPagesTest : public HttpServerTest {
  protected:
    void SetUp() override {
        HttpOptions options = on_any_port();
        options.table = "metrics";
        serve_with({.pages = [](std::string_view path) -> std::optional<HttpPage> {
                       if (path == "/page") return HttpPage{200, "text/plain", "a page\n"};
                       if (path == "/ill") return HttpPage{503, "application/json", "{}"};
                       if (path == "/throws") throw std::runtime_error("no figures");
                       return std::nullopt;
                   }},
                   options);
    }
    void expect_works() override {
        HttpClient client(address());
        client.send(get("/page"));
        EXPECT_EQ(body_of(client.receive()), "a page\n");
    }
    static std::string get(std::string_view target) {
        return "GET " + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    }
};

TEST_F(HttpPagesTest, PagesAreServedByTheirPathsOnOneConnection) {
    HttpClient client(address());
    client.send(get("/page"));
    const std::string page = client.receive();
    EXPECT_EQ(status_of(page), "HTTP/1.1 200 OK");
    EXPECT_EQ(body_of(page), "a page\n");
    EXPECT_NE(page.find("Content-Type: text/plain\r\n"), std::string::npos) << page;
    client.send(get("/page?name[]=x"));
    EXPECT_EQ(body_of(client.receive()), "a page\n");
    client.send(get("/ill"));
    EXPECT_EQ(status_of(client.receive()), "HTTP/1.1 503 Service Unavailable");
    client.send(get("/other"));
    EXPECT_EQ(status_of(client.receive()), "HTTP/1.1 404 Not Found");
    client.send(get("/throws"));
    const std::string failed = client.receive();
    EXPECT_EQ(status_of(failed), "HTTP/1.1 500 Internal Server Error");
    EXPECT_NE(failed.find("no figures"), std::string::npos);
    client.send(get("/page"));
    EXPECT_EQ(body_of(client.receive()), "a page\n");
    const HttpFigures figures = server_->figures();
    EXPECT_EQ(figures.open_connections, 1U);
    EXPECT_EQ(figures.answers, (std::array<std::uint64_t, 6>{0, 0, 3, 0, 1, 2}));
}

TEST_F(HttpPagesTest, OtherMethodsAndStrangersAreRefused) {
    expect_refused(post("1"), "405 Method Not Allowed", "Allow: GET\r\n");
    expect_refused("GET /page HTTP/1.1\r\nHost: node.example\r\n\r\n", "403 Forbidden", "names another server");
}

TEST_F(HttpPagesTest, FaultsNameTheTableOfTheSettings) {
    HttpOptions same = on_any_port();
    same.table = "metrics";
    same.address = address();
    const auto second = HttpServer::start(same, {.pages = [](std::string_view) { return std::nullopt; }}, log_);
    ASSERT_FALSE(second.ok());
    EXPECT_NE(second.fault().text.find("metrics.listen"), std::string::npos) << second.fault().text;
    EXPECT_EQ(second.fault().text.find("rpc"), std::string::npos) << second.fault().text;
}

TEST_F(HttpServerTest, APortThatIsInUseIsAFault) {
    serve();
    HttpOptions same = on_any_port();
    same.address = address();
    const auto second = HttpServer::start(same, {.on_body = echo}, log_);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.fault().kind, FaultKind::Network);
    EXPECT_NE(second.fault().text.find(to_text(address()) + ": Address already in use"), std::string::npos)
        << second.fault().text;
    EXPECT_NE(second.fault().text.find("rpc.listen"), std::string::npos);
}

TEST_F(HttpServerTest, AnAddressThatOthersReachIsRefusedUnlessAllowed) {
    HttpOptions options;
    options.address = *parse_http_address("0.0.0.0:0");
    const auto refused = HttpServer::start(options, {.on_body = echo}, log_);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.fault().kind, FaultKind::Configuration);
    EXPECT_NE(refused.fault().text.find("rpc.open_to_network"), std::string::npos);
    options.open_to_network = true;
    serve(echo, options);
    HttpClient client({"127.0.0.1", address().port, true});
    client.send("POST / HTTP/1.1\r\nHost: node.example\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(body_of(client.receive()), "<>");
}

}  // namespace
}  // namespace touchstone::node::adapters
