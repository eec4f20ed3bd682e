#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <fstream>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/http/testing/http_client.h"

namespace touchstone::node::adapters {
namespace {

namespace local = boost::asio::local;

class UnixSocketTest : public HttpServerTest {
  protected:
    HttpOptions at_path() const {
        HttpOptions options;
        options.unix_socket = path_;
        return options;
    }
    std::string ask(const std::string& request) {
        HttpClient client(path_);
        client.send(request);
        return client.receive();
    }
    std::string fault(const std::filesystem::path& path) {
        HttpOptions options;
        options.unix_socket = path;
        const auto server = HttpServer::start(options, {.on_body = echo}, log_);
        EXPECT_FALSE(server.ok());
        return server.ok() ? "" : server.fault().text;
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "socket";
};

TEST_F(UnixSocketTest, AnswersRequestsOfTheSameUser) {
    serve(echo, at_path());
    struct stat status{};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_TRUE(S_ISSOCK(status.st_mode));
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    EXPECT_EQ(body_of(ask(post("1"))), "<1>");
    EXPECT_EQ(
        body_of(ask("POST / HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n")),
        "<>")
        << "there is no name to be mistaken for";
    EXPECT_EQ(status_of(ask("POST / HTTP/1.1\r\nHost: node\r\nOrigin: http://a\r\n\r\n")), "HTTP/1.1 403 Forbidden");
    server_.reset();
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(UnixSocketTest, NoLimitByAddressHolds) {
    HttpOptions options = at_path();
    options.connections_of_address = 1;
    options.loopback_requests_per_second = 1;
    options.requests_per_second = 1;
    options.burst = 1;
    serve(echo, options);
    HttpClient first(path_);
    HttpClient second(path_);
    for (int i = 0; i < 3; ++i) {
        first.send(post("1"));
        EXPECT_EQ(body_of(first.receive()), "<1>");
        second.send(post("2"));
        EXPECT_EQ(body_of(second.receive()), "<2>");
    }
}

TEST_F(UnixSocketTest, ASocketThatAKilledProgramLeftIsReplaced) {
    {
        boost::asio::io_context context;
        local::stream_protocol::acceptor left(context, local::stream_protocol::endpoint(path_.string()));
    }
    ASSERT_TRUE(std::filesystem::exists(path_));
    serve(echo, at_path());
    EXPECT_EQ(body_of(ask(post("1"))), "<1>");
}

TEST_F(UnixSocketTest, ASocketInUseIsLeftAlone) {
    serve(echo, at_path());
    EXPECT_NE(fault(path_).find("another program listens there"), std::string::npos);
    EXPECT_EQ(body_of(ask(post("1"))), "<1>");
}

TEST_F(UnixSocketTest, AFileThatIsNoSocketIsLeftAlone) {
    std::ofstream(path_) << "precious";
    EXPECT_NE(fault(path_).find("no socket"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(path_));
    EXPECT_NE(fault(folder_ / "none" / "socket").find("rpc.admin_socket"), std::string::npos);
    EXPECT_NE(fault(folder_ / std::string(200, 'x')).find("a shorter one"), std::string::npos);
}

}  // namespace
}  // namespace touchstone::node::adapters
