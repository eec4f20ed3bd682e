#include "node/adapters/http/http_address.h"

#include <gtest/gtest.h>

namespace touchstone::node::adapters {
namespace {

TEST(HttpAddress, IsAnIpAddressAndAPort) {
    const auto address = parse_http_address("127.0.0.1:8645");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host, "127.0.0.1");
    EXPECT_EQ(address->port, 8645);
    EXPECT_TRUE(address->loopback);
    EXPECT_TRUE(parse_http_address("[::1]:0")->loopback);
    EXPECT_TRUE(parse_http_address("127.9.9.9:65535")->loopback);
    EXPECT_FALSE(parse_http_address("0.0.0.0:80")->loopback);
    EXPECT_FALSE(parse_http_address("[::]:80")->loopback);
    EXPECT_FALSE(parse_http_address("192.168.1.1:80")->loopback);
}

TEST(HttpAddress, OtherTextsAreNone) {
    for (const char* text : {"", "127.0.0.1", "127.0.0.1:", ":80", "localhost:80", "127.0.0.1:65536", "127.0.0.1:-1",
                             "127.0.0.1:80 ", "::1:80", "[::1]", "[::1", "[127.0.0.1]:80", "127.1:80", "127.0.0.1:+1"})
        EXPECT_FALSE(parse_http_address(text)) << text;
}

TEST(HttpAddress, IsWrittenAsItIsRead) {
    for (const char* text : {"127.0.0.1:8645", "[::1]:1"})
        EXPECT_EQ(to_text(*parse_http_address(text)), text);
}

TEST(HostHeader, NamesLoopbackOrSomethingElse) {
    for (const char* text :
         {"127.0.0.1", "127.0.0.1:8645", "localhost", "localhost:1", "[::1]", "[::1]:5", "127.0.0.2"})
        EXPECT_TRUE(names_loopback(text)) << text;
    for (const char* text : {"", "example.org", "example.org:8645", "localhost.example.org", "127.0.0.1.example.org",
                             "localhost:", "[localhost]", "0.0.0.0", "[::]", "::1", "10.0.0.1:8645", "127.0.0.1:x"})
        EXPECT_FALSE(names_loopback(text)) << text;
}

TEST(IsOrigin, HasASchemeAndAHost) {
    for (const char* text :
         {"https://wallet.example", "http://localhost:3000", "http://[::1]:80", "moz-extension://a-b"})
        EXPECT_TRUE(is_origin(text)) << text;
    for (const char* text : {"", "wallet.example", "https://", "https://a/", "https://a/b", "HTTPS://a", "https://A",
                             "https://*", "://a", "https://a b", "null"})
        EXPECT_FALSE(is_origin(text)) << text;
}

}  // namespace
}  // namespace touchstone::node::adapters
