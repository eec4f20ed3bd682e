#include "cli/rpc/rpc_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <thread>

#include "cli/rpc/testing/scripted_node.h"
#include "node/adapters/http/http_server.h"

namespace touchstone::cli {
namespace {

using node::adapters::HttpHandler;
using node::adapters::HttpOptions;
using node::adapters::HttpReply;
using node::adapters::HttpServer;

class RpcClientTest : public testing::Test {
  protected:
    void serve(HttpHandler handler, HttpOptions options = {}) {
        options.address = *node::adapters::parse_http_address("127.0.0.1:0");
        auto server = HttpServer::start(options, {.on_body = std::move(handler)}, log_);
        ASSERT_TRUE(server.ok()) << server.fault().text;
        server_ = std::move(server).value();
    }
    /// Answers every request with this text.
    void serve_text(const std::string& text) {
        serve([text](const std::string&, const node::Caller&, const HttpReply& reply) { reply(text); });
    }
    HttpUrl url() const { return {server_->address().host, server_->address().port}; }
    std::string fault_of_call() {
        RpcClient client(url());
        const auto answer = client.call("m");
        return answer.ok() ? "" : answer.fault().text;
    }

    SilentLog log_;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(RpcClientTest, CallsByNameAndReadsTheResult) {
    std::string seen;
    serve([&](std::string body, const node::Caller&, const HttpReply& reply) {
        seen = std::move(body);
        reply(R"({"jsonrpc":"2.0","id":1,"result":{"slot":"7"}})");
    });
    RpcClient client(url());
    const auto result = client.result("chain_head", {{"a", 1}});
    ASSERT_TRUE(result.ok()) << result.fault().text;
    EXPECT_EQ(uint64_field(*result, "slot"), 7U);
    EXPECT_EQ(RpcJson::parse(seen),
              RpcJson::parse(R"({"jsonrpc":"2.0","id":1,"method":"chain_head","params":{"a":1}})"));
}

TEST_F(RpcClientTest, ARefusalIsToldWithReasonAndClause) {
    serve_text(
        R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"Transaction rejected","data":{"clause":"TXN-10","reason":"nonce 1, not 2"}}})");
    RpcClient client(url());
    const auto answer = client.call("tx_send");
    ASSERT_TRUE(answer.ok());
    const auto& error = std::get<RpcError>(*answer);
    EXPECT_EQ(error.code, -32000);
    EXPECT_EQ(error.text(), "Transaction rejected: nonce 1, not 2 [TXN-10]");
}

TEST_F(RpcClientTest, AnswersOfABatchAreSortedByTheirIds) {
    serve_text(
        R"([{"jsonrpc":"2.0","id":2,"result":"b"},{"jsonrpc":"2.0","id":3,"error":{"code":-1,"message":"c"}},{"jsonrpc":"2.0","id":1,"result":"a"}])");
    RpcClient client(url());
    const std::vector<RpcCall> calls(3, RpcCall{"m", RpcJson::object()});
    const auto answers = client.batch(calls);
    ASSERT_TRUE(answers.ok()) << answers.fault().text;
    EXPECT_EQ(std::get<RpcJson>(answers.value()[0]), "a");
    EXPECT_EQ(std::get<RpcJson>(answers.value()[1]), "b");
    EXPECT_EQ(std::get<RpcError>(answers.value()[2]).message, "c");
}

TEST_F(RpcClientTest, WhatIsNoAnswerIsAFault) {
    for (const char* text : {"", "x", "5", "[]", "{}", R"({"result":1})", R"({"id":2,"result":1})", R"({"id":1})",
                             R"({"id":1,"error":5})", R"({"id":1,"error":{"code":"x","message":"y"}})"}) {
        serve_text(text);
        EXPECT_NE(fault_of_call().find("no JSON-RPC of a node"), std::string::npos) << text;
        RpcClient client(url());
        EXPECT_FALSE(client.batch(std::vector<RpcCall>(2)).ok()) << text;
    }
}

TEST_F(RpcClientTest, AServerThatIsNotThereIsAFaultThatSaysWhatToDo) {
    serve_text("");
    const HttpUrl closed = url();
    server_.reset();
    RpcClient client(closed);
    const auto answer = client.call("m");
    ASSERT_FALSE(answer.ok());
    EXPECT_NE(answer.fault().text.find("connection refused; is the node running"), std::string::npos)
        << answer.fault().text;
    EXPECT_NE(answer.fault().text.find(closed.text()), std::string::npos);
}

TEST_F(RpcClientTest, AServerThatDoesNotAnswerIsAFaultInTime) {
    serve([](const std::string&, const node::Caller&, const HttpReply&) {});
    RpcClient client(url(), std::chrono::milliseconds(100));
    const auto answer = client.call("m");
    ASSERT_FALSE(answer.ok());
    EXPECT_NE(answer.fault().text.find("nothing came within"), std::string::npos) << answer.fault().text;
}

TEST_F(RpcClientTest, AConnectionThatTheServerClosedIsMadeAnew) {
    HttpOptions options;
    options.idle_time = std::chrono::milliseconds(30);
    std::atomic<int> calls = 0;
    serve(
        [&](const std::string& body, const node::Caller&, const HttpReply& reply) {
            ++calls;
            reply(R"({"jsonrpc":"2.0","result":1,"id":)" + std::to_string(RpcJson::parse(body)["id"].get<int>()) + "}");
        },
        options);
    RpcClient client(url());
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.call("m");
        EXPECT_TRUE(answer.ok()) << answer.fault().text;
        // So long as the other end needs to close: that is what is tested.
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
    }
    EXPECT_EQ(calls, 3);
}

TEST_F(RpcClientTest, ARefusalOfTheServerIsAFaultWithItsText) {
    HttpOptions options;
    options.body_bytes = 100;
    serve([](const std::string&, const node::Caller&, const HttpReply& reply) { reply("x"); }, options);
    RpcClient client(url());
    const auto answer = client.call("m", {{"a", std::string(200, 'x')}});
    ASSERT_FALSE(answer.ok());
    EXPECT_NE(answer.fault().text.find("HTTP status 413: a body may have 100 bytes"), std::string::npos)
        << answer.fault().text;
}

TEST_F(RpcClientTest, ARefusalDoesNotSteerTheTerminal) {
    serve_text(
        R"({"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"\u001b[2Jmessage","data":{"reason":"a\r\nb"}}})");
    RpcClient client(url());
    const auto result = client.result("m");
    ASSERT_FALSE(result.ok());
    EXPECT_TRUE(result.fault().text.ends_with("refused m: ?[2Jmessage: a??b")) << result.fault().text;
}

TEST_F(RpcClientTest, WhatAServerOfOtherThingsSaysIsToldInPartAndDoesNotSteerTheTerminal) {
    namespace http = boost::beast::http;
    using boost::asio::ip::tcp;
    boost::asio::io_context context;
    tcp::acceptor acceptor(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    std::thread other([&] {
        boost::system::error_code error;
        tcp::socket socket(context);
        (void)acceptor.accept(socket, error);
        boost::beast::flat_buffer buffer;
        http::request<http::string_body> request;
        http::read(socket, buffer, request, error);
        http::response<http::string_body> response(http::status::bad_gateway, request.version());
        response.body() = "\x1b[2J" + std::string(100'000, 'x');
        response.prepare_payload();
        http::write(socket, response, error);
        EXPECT_FALSE(error) << error.message();
    });
    RpcClient client(HttpUrl{"127.0.0.1", acceptor.local_endpoint().port()});
    const auto answer = client.call("m");
    other.join();
    ASSERT_FALSE(answer.ok());
    EXPECT_NE(answer.fault().text.find("HTTP status 502: ?[2Jxxx"), std::string::npos) << answer.fault().text;
    EXPECT_LT(answer.fault().text.size(), 2000U);
}

TEST(HttpUrl, IsASchemeAHostAndAPort) {
    EXPECT_EQ(parse_http_url("http://127.0.0.1:8645").value().text(), "http://127.0.0.1:8645");
    EXPECT_EQ(parse_http_url("https://node.example:1").value().text(), "https://node.example:1");
    EXPECT_TRUE(parse_http_url("https://node.example:1").value().encrypted);
    EXPECT_FALSE(parse_http_url("http://node.example:1").value().encrypted);
    EXPECT_EQ(parse_http_url("http://localhost:1/").value().host, "localhost");
    EXPECT_EQ(parse_http_url("http://[::1]:1").value().host, "::1");
    EXPECT_EQ(parse_http_url("http://[::1]:1").value().text(), "http://[::1]:1");
    for (const char* text :
         {"", "127.0.0.1:1", "ftp://a:1", "http://", "http://a", "https://a", "http://:1", "http://a:0",
          "http://a:65536", "http://a:1/x", "http://a:x", "http://u@a:1", "http://a:1?x"})
        EXPECT_FALSE(parse_http_url(text).ok()) << text;
}

}  // namespace
}  // namespace touchstone::cli
