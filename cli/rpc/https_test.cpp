// Encryption and tokens, against the node's real server.
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdlib>
#include <fstream>
#include <map>

#include "cli/rpc/node_options.h"
#include "cli/rpc/testing/scripted_node.h"
#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/http/testing/self_signed.h"

namespace touchstone::cli {
namespace {

using node::adapters::BearerToken;
using node::adapters::CertificateFields;
using node::adapters::HttpOptions;
using node::adapters::make_certificate;
using node::adapters::TlsFiles;

class HttpsTest : public testing::Test {
  protected:
    TlsFiles certificate(const std::string& name, const CertificateFields& fields, const TlsFiles* issuer = nullptr) {
        std::filesystem::create_directory(folder_ / name);
        return make_certificate(folder_ / name, fields, issuer);
    }
    void serve(HttpOptions options) {
        node_ = std::make_unique<ScriptedNode>(std::move(options));
        node_->answer("m", "done");
    }
    void serve(const TlsFiles& files) {
        HttpOptions options;
        options.tls = files;
        serve(std::move(options));
    }
    NodeOptions asking(const std::string& host, const std::filesystem::path& ca) const {
        return {.rpc = node_->url(host), .ca = ca.string()};
    }
    /// What came of one call: its result, or the fault.
    static std::string call(const NodeOptions& options, std::chrono::milliseconds limit = kRequestTime) {
        auto client = node_client(options, limit);
        if (!client.ok()) return client.fault().text;
        const auto result = client->result("m");
        return result.ok() ? result->get<std::string>() : result.fault().text;
    }

    static testing::AssertionResult says(const std::string& text, const std::string& part) {
        if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
        return testing::AssertionFailure() << text;
    }

    node::adapters::TemporaryFolder folder_;
    std::unique_ptr<ScriptedNode> node_;
};

TEST_F(HttpsTest, ANodeIsBelievedByTheCertificateThatIsGiven) {
    const TlsFiles files = certificate("node", {});
    serve(files);
    auto client = node_client(asking("localhost", files.certificate));
    ASSERT_TRUE(client.ok()) << client.fault().text;
    for (int i = 0; i < 3; ++i) {
        const auto result = client->result("m");
        ASSERT_TRUE(result.ok()) << result.fault().text;
        EXPECT_EQ(*result, "done");
    }
    EXPECT_EQ(client->server().text(), node_->url("localhost"));
    EXPECT_TRUE(node_->url("localhost").starts_with("https://"));
}

TEST_F(HttpsTest, ANodeIsBelievedByWhoIssuedItsCertificate) {
    const TlsFiles authority = certificate("authority", {.name = "Example authority", .authority = true});
    serve(certificate("node", {}, &authority));
    EXPECT_EQ(call(asking("localhost", authority.certificate)), "done");
    const TlsFiles other = certificate("other", {.name = "Example authority", .authority = true});
    EXPECT_TRUE(says(call(asking("localhost", other.certificate)), "its certificate"));
}

TEST_F(HttpsTest, WhomTheSystemBelievesIsBelievedWithoutAFile) {
    const TlsFiles files = certificate("node", {});
    serve(files);
    ASSERT_EQ(::setenv("SSL_CERT_FILE", files.certificate.c_str(), 1), 0);
    EXPECT_EQ(call(asking("localhost", "")), "done");
    ::unsetenv("SSL_CERT_FILE");
    const std::string fault = call(asking("localhost", ""));
    EXPECT_TRUE(says(fault, "nobody who is trusted here vouches for its certificate"));
    EXPECT_TRUE(says(fault, "--ca FILE"));
    EXPECT_EQ(node_->calls("m").size(), 1U) << "nothing is said to who is not believed";
}

TEST_F(HttpsTest, ANameOrAnAddressHasToBeInTheCertificate) {
    const TlsFiles named = certificate("named", {});
    serve(named);
    EXPECT_TRUE(says(call(asking("127.0.0.1", named.certificate)), "its certificate is not for \"127.0.0.1\""));
    const TlsFiles other = certificate("other", {.name = "node.example"});
    serve(other);
    EXPECT_TRUE(says(call(asking("localhost", other.certificate)), "its certificate is not for \"localhost\""));
    const TlsFiles both = certificate("both", {.more_names = "DNS:localhost,IP:127.0.0.1"});
    serve(both);
    EXPECT_EQ(call(asking("localhost", both.certificate)), "done");
    EXPECT_EQ(call(asking("127.0.0.1", both.certificate)), "done");
}

TEST_F(HttpsTest, ACertificateHasItsTime) {
    constexpr long kDay = 86'400;
    const TlsFiles old = certificate("old", {.begins_s = -2 * kDay, .ends_s = -kDay});
    serve(old);
    EXPECT_TRUE(says(call(asking("localhost", old.certificate)), "its certificate has expired"));
    const TlsFiles early = certificate("early", {.begins_s = kDay, .ends_s = 2 * kDay});
    serve(early);
    EXPECT_TRUE(says(call(asking("localhost", early.certificate)), "its certificate is not valid yet"));
}

TEST_F(HttpsTest, WhoMistakesHttpAndHttpsIsToldSo) {
    const TlsFiles files = certificate("node", {});
    serve(HttpOptions{});
    NodeOptions options = asking("localhost", files.certificate);
    options.rpc.insert(4, "s");
    EXPECT_TRUE(says(call(options), "begins with http://"));
    serve(files);
    options.rpc = node_->url("localhost");
    options.rpc.erase(4, 1);
    EXPECT_TRUE(says(call(options), "begins with https://"));
}

TEST_F(HttpsTest, AHandshakeThatIsNotAnsweredEndsInTime) {
    boost::asio::io_context context;
    const boost::asio::ip::tcp::acceptor silent(
        context, boost::asio::ip::tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0));
    const NodeOptions options{.rpc = "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port())};
    EXPECT_TRUE(says(call(options, std::chrono::milliseconds(100)), "nothing came within"));
}

TEST_F(HttpsTest, AFileWithoutCertificatesIsRefused) {
    for (const char* const name : {"none", "empty"}) {
        if (std::string_view(name) == "empty") std::ofstream(folder_ / name) << "nothing\n";
        const auto client = node_client({.rpc = "https://localhost:1", .ca = (folder_ / name).string()});
        ASSERT_FALSE(client.ok()) << name;
        EXPECT_EQ(client.fault().kind, FaultKind::Configuration);
        EXPECT_TRUE(says(client.fault().text, "cannot use --ca " + (folder_ / name).string()));
    }
}

// ------------------------------------------------------------------------------------------------------------- tokens

TEST_F(HttpsTest, ATokenIsShown) {
    const TlsFiles files = certificate("node", {});
    const auto path = folder_ / "token";
    for (const bool encrypted : {true, false}) {
        HttpOptions options;
        options.token = BearerToken::load_or_create(path).value();
        if (encrypted) options.tls = files;
        serve(std::move(options));
        NodeOptions asked = asking("localhost", files.certificate);
        EXPECT_TRUE(says(call(asked), "--token-file FILE"));
        asked.token_file = path.string();
        EXPECT_EQ(call(asked), "done") << asked.rpc;
        const auto wrong = folder_ / "wrong";
        ASSERT_TRUE(BearerToken::load_or_create(wrong).ok());
        asked.token_file = wrong.string();
        EXPECT_TRUE(says(call(asked), "HTTP status 401"));
    }
}

TEST_F(HttpsTest, ATokenIsNotShownToEverybodyOnTheWay) {
    const auto path = folder_ / "token";
    ASSERT_TRUE(BearerToken::load_or_create(path).ok());
    NodeOptions options{.rpc = "http://192.0.2.1:8645", .token_file = path.string()};
    const auto refused = node_client(options);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.fault().kind, FaultKind::Configuration);
    EXPECT_TRUE(says(refused.fault().text, "could read the token; ask by https://"));
    options.token_in_clear = true;
    EXPECT_TRUE(node_client(options).ok());
    options.token_in_clear = false;
    for (const char* const url :
         {"https://192.0.2.1:8645", "http://localhost:8645", "http://127.0.0.2:8645", "http://[::1]:8645"}) {
        options.rpc = url;
        EXPECT_TRUE(node_client(options).ok()) << url;
    }
}

TEST_F(HttpsTest, ATokenFileIsNeitherMadeNorTakenFromEverybody) {
    const auto path = folder_ / "token";
    const NodeOptions options{.token_file = path.string()};
    EXPECT_FALSE(node_client(options).ok());
    EXPECT_FALSE(std::filesystem::exists(path));
    std::ofstream(path) << std::string(64, 'a') << "\n";
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    const auto open = node_client(options);
    ASSERT_FALSE(open.ok());
    EXPECT_TRUE(says(open.fault().text, "chmod 600"));
    EXPECT_EQ(open.fault().text.find("aaaa"), std::string::npos) << "a secret";
}

TEST(NodeOptions, AreOfTheEnvironmentWhereTheyAreNotGiven) {
    const std::map<const char*, const char*> variables{
        {kRpcVariable, "https://node.example:1"}, {kCaVariable, "ca.pem"}, {kTokenFileVariable, "token"}};
    for (const auto& [name, value] : variables)
        ASSERT_EQ(::setenv(name, value, 1), 0);
    CLI::App app;
    NodeOptions options;
    add_node_options(app, options);
    for (const auto& [name, value] : variables)
        ::unsetenv(name);
    EXPECT_EQ(options.rpc, "https://node.example:1");
    EXPECT_EQ(options.ca, "ca.pem");
    EXPECT_EQ(options.token_file, "token");
    EXPECT_FALSE(options.token_in_clear);
    app.parse("--ca other.pem --token-in-clear");
    EXPECT_EQ(options.rpc, "https://node.example:1");
    EXPECT_EQ(options.ca, "other.pem");
    EXPECT_EQ(options.token_file, "token");
    EXPECT_TRUE(options.token_in_clear);
}

}  // namespace
}  // namespace touchstone::cli
