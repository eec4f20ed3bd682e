#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fstream>
#include <thread>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/http/testing/http_client.h"
#include "node/adapters/http/testing/self_signed.h"

namespace touchstone::node::adapters {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using namespace std::chrono_literals;
using asio::ip::tcp;
using Error = boost::system::error_code;

/// A client that trusts one certificate.
class TlsClient {
  public:
    TlsClient(const HttpAddress& server, const std::filesystem::path& trusted, int newest = TLS1_3_VERSION) {
        context_.load_verify_file(trusted.string());
        SSL_CTX_set_max_proto_version(context_.native_handle(), newest);
        stream_ = std::make_unique<ssl::stream<tcp::socket>>(io_, context_);
        stream_->set_verify_mode(ssl::verify_peer);
        stream_->next_layer().connect(tcp::endpoint(asio::ip::make_address(server.host), server.port));
    }
    Error shake_hands() {
        Error error;
        (void)stream_->handshake(ssl::stream_base::client, error);
        return error;
    }
    bool send(std::string_view text) {
        Error error;
        asio::write(*stream_, asio::buffer(text), error);
        return !error;
    }
    /// Status and body; 0 once the server has closed.
    std::pair<unsigned, std::string> receive() {
        http::response<http::string_body> response;
        Error error;
        http::read(*stream_, buffer_, response, error);
        if (error) return {0, error.message()};
        return {response.result_int(), response.body()};
    }
    ssl::stream<tcp::socket>& stream() { return *stream_; }

  private:
    asio::io_context io_;
    ssl::context context_{ssl::context::tls_client};
    std::unique_ptr<ssl::stream<tcp::socket>> stream_;
    beast::flat_buffer buffer_;
};

/// Whoever asks on stdin is told it, so long as this lives.
class PasswordOnStdin {
  public:
    explicit PasswordOnStdin(const std::string& password) : before_(::dup(STDIN_FILENO)) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe(ends.data()), 0);
        const std::string line = password + "\n";
        EXPECT_EQ(::write(ends[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
        EXPECT_EQ(::dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
        if (ends[0] != STDIN_FILENO) ::close(ends[0]);
        ::close(ends[1]);
    }
    ~PasswordOnStdin() {
        ::close(STDIN_FILENO);
        if (before_ < 0) return;  // it was closed
        ::dup2(before_, STDIN_FILENO);
        ::close(before_);
    }
    PasswordOnStdin(const PasswordOnStdin&) = delete;
    PasswordOnStdin& operator=(const PasswordOnStdin&) = delete;

  private:
    const int before_;
};

/// The same key in another file, which has a password.
void encrypt_key(const std::filesystem::path& from, const std::filesystem::path& to, const std::string& password) {
    using namespace certificates;
    const File in(BIO_new_file(from.c_str(), "r"));
    check(in != nullptr);
    const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
    const File out(BIO_new_file(to.c_str(), "w"));
    check(key && out && ::chmod(to.c_str(), 0600) == 0);
    const auto* bytes = reinterpret_cast<const unsigned char*>(password.data());
    check(PEM_write_bio_PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(), bytes, static_cast<int>(password.size()),
                                   nullptr, nullptr) == 1);
}

class HttpTlsTest : public HttpServerTest {
  protected:
    HttpOptions encrypted() const {
        HttpOptions options = on_any_port();
        options.tls = files_;
        return options;
    }
    void expect_works() override {
        TlsClient client(address(), files_.certificate);
        ASSERT_FALSE(client.shake_hands());
        client.send(post("1"));
        EXPECT_EQ(client.receive(), std::pair(200U, std::string("<1>")));
    }
    std::string fault(const TlsFiles& files) {
        HttpOptions options = on_any_port();
        options.tls = files;
        const auto server = HttpServer::start(options, {.on_body = echo}, log_);
        EXPECT_FALSE(server.ok());
        return server.ok() ? "" : server.fault().text;
    }

    TemporaryFolder folder_;
    TlsFiles files_ = make_self_signed(folder_.path());
};

TEST_F(HttpTlsTest, AnswersRequestsOneAfterAnotherOnOneConnection) {
    serve(echo, encrypted());
    TlsClient client(address(), files_.certificate);
    ASSERT_FALSE(client.shake_hands());
    for (const std::string& body : {std::string("a"), std::string(), std::string(100'000, 'x')}) {
        client.send(post(body));
        EXPECT_EQ(client.receive(), std::pair(200U, "<" + body + ">"));
    }
    client.send("POST /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(client.receive().first, 404U);
    EXPECT_EQ(client.receive().first, 0U) << "closed after a refusal";
}

TEST_F(HttpTlsTest, WebSocketsGoOverIt) {
    serve(echo, encrypted());
    TlsClient client(address(), files_.certificate);
    ASSERT_FALSE(client.shake_hands());
    beast::websocket::stream<ssl::stream<tcp::socket>&, false> socket(client.stream());
    Error error;
    socket.handshake("localhost", "/ws", error);
    ASSERT_FALSE(error) << error.message();
    for (const std::string& text : {std::string("a"), std::string(100'000, 'x')}) {
        socket.write(asio::buffer(text));
        beast::flat_buffer buffer;
        socket.read(buffer);
        EXPECT_EQ(beast::buffers_to_string(buffer.data()), "<" + text + ">");
    }
}

TEST_F(HttpTlsTest, WhoDoesNotEncryptIsCutOff) {
    serve(echo, encrypted());
    HttpClient plain(address());
    plain.send(post("secret"));
    EXPECT_EQ(plain.receive().find("HTTP/1.1 200"), std::string::npos);
    EXPECT_TRUE(plain.closed());
    expect_works();
}

TEST_F(HttpTlsTest, OldVersionsAreRefused) {
    serve(echo, encrypted());
    TlsClient old(address(), files_.certificate, TLS1_1_VERSION);
    EXPECT_TRUE(old.shake_hands());
    TlsClient current(address(), files_.certificate, TLS1_2_VERSION);
    EXPECT_FALSE(current.shake_hands());
}

TEST_F(HttpTlsTest, ASlowHandshakeIsCutOffWhileOthersAreServed) {
    HttpOptions options = encrypted();
    options.request_time = 300ms;
    serve(echo, options);
    HttpClient silent(address());
    HttpClient half(address());
    half.send("\x16\x03\x01");
    expect_works();
    EXPECT_TRUE(silent.closed());
    EXPECT_TRUE(half.closed());
}

TEST_F(HttpTlsTest, EndsWithConnectionsOpen) {
    serve(echo, encrypted());
    TlsClient client(address(), files_.certificate);
    ASSERT_FALSE(client.shake_hands());
    HttpClient silent(address());
    server_.reset();
    EXPECT_EQ(client.receive().first, 0U);
    EXPECT_TRUE(silent.closed());
}

TEST_F(HttpTlsTest, FilesThatCannotBeUsedAreNamed) {
    EXPECT_NE(fault({folder_ / "none", files_.key}).find("rpc.tls_certificate"), std::string::npos);
    EXPECT_NE(fault({files_.key, files_.key}).find("rpc.tls_certificate"), std::string::npos);
    EXPECT_NE(fault({files_.certificate, folder_ / "none"}).find("the TLS key"), std::string::npos);
    std::filesystem::create_directory(folder_ / "other");
    const TlsFiles other = make_self_signed(folder_ / "other");
    EXPECT_NE(fault({files_.certificate, other.key}).find("rpc.tls_key"), std::string::npos);
    encrypt_key(files_.key, folder_ / "encrypted.pem", "correct horse");
    {
        const PasswordOnStdin answers("correct horse");
        const std::string asks_nobody = fault({files_.certificate, folder_ / "encrypted.pem"});
        EXPECT_NE(asks_nobody.find("rpc.tls_key"), std::string::npos) << asks_nobody;
        EXPECT_NE(asks_nobody.find("without a password"), std::string::npos) << asks_nobody;
    }
    ::chmod(files_.key.c_str(), 0644);
    EXPECT_NE(fault(files_).find("chmod 600"), std::string::npos);
}

TEST_F(HttpTlsTest, ARenewedCertificateIsShownInNewHandshakesWhileConnectionsGoOn) {
    serve(echo, encrypted());
    TlsClient before(address(), files_.certificate);
    ASSERT_FALSE(before.shake_hands());
    const std::filesystem::path old = folder_ / "old.pem";
    std::filesystem::copy_file(files_.certificate, old);
    make_self_signed(folder_.path());
    const auto renewed = server_->renew({});
    ASSERT_TRUE(renewed.ok()) << renewed.fault().text;
    EXPECT_EQ(renewed->size(), std::string("2027-01-31T12:00:00Z").size()) << *renewed;
    expect_works();
    TlsClient trusts_old(address(), old);
    EXPECT_TRUE(trusts_old.shake_hands()) << "the old one is not shown any more";
    for (int i = 0; i < 2; ++i) {
        before.send(post("still here"));
        EXPECT_EQ(before.receive(), std::pair(200U, std::string("<still here>")));
    }
}

TEST_F(HttpTlsTest, FilesThatCannotBeUsedLeaveTheOldOnes) {
    serve(echo, encrypted());
    const TlsFiles kept{folder_ / "kept.pem", files_.key};
    std::filesystem::copy_file(files_.certificate, kept.certificate);
    const auto expect_kept = [&](const std::string& because) {
        const auto refused = server_->renew({});
        ASSERT_FALSE(refused.ok());
        EXPECT_NE(refused.fault().text.find(because), std::string::npos) << refused.fault().text;
        TlsClient client(address(), kept.certificate);
        ASSERT_FALSE(client.shake_hands());
        client.send(post("1"));
        EXPECT_EQ(client.receive(), std::pair(200U, std::string("<1>")));
    };
    std::filesystem::create_directory(folder_ / "other");
    const TlsFiles other = make_self_signed(folder_ / "other");
    std::filesystem::copy_file(other.certificate, files_.certificate,
                               std::filesystem::copy_options::overwrite_existing);
    expect_kept("rpc.tls_key");  // half of the renewal
    std::ofstream(files_.certificate, std::ios::trunc) << "-----BEGIN CERTIFICATE-----\n";
    expect_kept("rpc.tls_certificate");
    std::filesystem::remove(files_.key);
    expect_kept("the TLS key");
    files_ = make_self_signed(folder_.path());
    EXPECT_TRUE(server_->renew({}).ok());
    expect_works();
}

TEST_F(HttpTlsTest, IsRenewedAgainAndAgainUnderLoad) {
    serve(echo, encrypted());
    std::atomic<bool> done = false;
    const std::filesystem::path old = folder_ / "old.pem";
    std::filesystem::copy_file(files_.certificate, old);
    TlsClient before(address(), old);
    ASSERT_FALSE(before.shake_hands());
    std::thread asks([&] {
        while (!done) {
            before.send(post("1"));
            EXPECT_EQ(before.receive(), std::pair(200U, std::string("<1>")));
        }
    });
    for (int i = 0; i < 20; ++i) {
        make_self_signed(folder_.path());
        EXPECT_TRUE(server_->renew({}).ok());
        expect_works();
    }
    done = true;
    asks.join();
}

TEST_F(HttpTlsTest, AnAddressThatOthersReachIsTakenWithATokenAndEncryption) {
    HttpOptions options = encrypted();
    options.address = *parse_http_address("0.0.0.0:0");
    EXPECT_FALSE(HttpServer::start(options, {.on_body = echo}, log_).ok()) << "nobody is asked who he is";
    options.token = BearerToken::load_or_create(folder_ / "token").value();
    EXPECT_TRUE(HttpServer::start(options, {.on_body = echo}, log_).ok());
    options.tls.reset();
    EXPECT_FALSE(HttpServer::start(options, {.on_body = echo}, log_).ok()) << "everybody on the way reads the token";
}

}  // namespace
}  // namespace touchstone::node::adapters
