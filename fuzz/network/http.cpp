// The bytes of one connection to the node's HTTP server: Beast's parser, and what the server makes of a header. Nothing
// that a stranger or his web page sends is taken for a request.
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "fuzz/agreement.h"
#include "fuzz/files/scratch.h"
#include "fuzz/targets.h"
#include "node/adapters/http/http_address.h"
#include "node/adapters/http/http_request.h"

namespace touchstone::fuzz {
namespace {

namespace adapters = node::adapters;
namespace beast = boost::beast;
namespace http = beast::http;

using Header = http::request_header<>;

constexpr std::uint32_t kHeaderBytes = 8192;
constexpr std::uint64_t kBodyBytes = 1U << 20U;
const std::string kShown = "Bearer " + std::string(32, 't');

adapters::BearerToken token() {
    const std::string text(32, 't');
    const auto path = scratch_file("token", as_bytes(text));
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return adapters::BearerToken::load_or_create(path).value();
}

adapters::HttpRules rules_of(std::uint64_t choice) {
    static const adapters::BearerToken kToken = token();
    adapters::HttpRules rules;
    rules.pages = (choice & 1U) != 0;
    rules.loopback = (choice & 2U) == 0;
    if ((choice & 4U) != 0) rules.origins = {"https://wallet.example", "http://localhost:3000"};
    if ((choice & 8U) != 0) rules.token = kToken;
    return rules;
}

std::string value_of(const Header& header, http::field field) {
    const auto value = header[field];
    return {value.data(), value.size()};
}

/// Of whatever is taken.
void check_guards(const Header& header, const adapters::HttpRules& rules, adapters::HttpTask task) {
    expect(header.count(http::field::host) == 1, "a request names one host");
    expect(!rules.loopback || adapters::names_loopback(value_of(header, http::field::host)), "the host is this one");
    if (!rules.pages && header.count(http::field::origin) != 0) {
        expect(header.count(http::field::origin) == 1, "a request has one origin");
        const std::string origin = value_of(header, http::field::origin);
        expect(std::ranges::find(rules.origins, origin) != rules.origins.end(), "the page may ask");
    }
    if (rules.token && task != adapters::HttpTask::Preflight) {
        expect(header.count(http::field::authorization) == 1, "the token is shown once");
        expect(beast::iequals(value_of(header, http::field::authorization).substr(0, 7), kShown.substr(0, 7)) &&
                   value_of(header, http::field::authorization).substr(7) == kShown.substr(7),
               "it is the token");
    }
}

void check_task(const Header& header, const adapters::HttpRules& rules, adapters::HttpTask task) {
    const std::string target(header.target().data(), header.target().size());
    expect(rules.pages == (task == adapters::HttpTask::Page), "pages are served, or bodies taken");
    switch (task) {
        case adapters::HttpTask::Page:
            return expect(header.method() == http::verb::get, "pages are got");
        case adapters::HttpTask::Body:
            expect(header.method() == http::verb::post && target == "/", "bodies are posted");
            return expect(beast::iequals(value_of(header, http::field::content_type).substr(0, 16), "application/json"),
                          "bodies are JSON");
        case adapters::HttpTask::WebSocket:
            return expect(header.method() == http::verb::get && (target == "/" || target == "/ws"),
                          "WebSockets are asked for by GET");
        case adapters::HttpTask::Preflight:
            return expect(header.method() == http::verb::options && !rules.origins.empty(), "some page may ask");
    }
}

void check_refusal(const adapters::HttpRefusal& refusal) {
    const auto status = static_cast<unsigned>(refusal.status);
    expect(status >= 400 && status < 500 && !refusal.text.empty(), "a refusal says why");
    for (const auto& [field, value] : refusal.headers)
        expect(value.find_first_of("\r\n") == std::string::npos, "a header is one line");
}

void check(const Header& header, const adapters::HttpRules& rules) {
    const auto verdict = adapters::judge_request(header, rules);
    if (const auto* refusal = std::get_if<adapters::HttpRefusal>(&verdict)) return check_refusal(*refusal);
    check_guards(header, rules, std::get<adapters::HttpTask>(verdict));
    check_task(header, rules, std::get<adapters::HttpTask>(verdict));
}

}  // namespace

void fuzz_http(Bytes bytes) {
    Input input(bytes);
    const adapters::HttpRules rules = rules_of(input.number(1));
    Bytes rest = input.rest();
    while (!rest.empty()) {
        http::request_parser<http::string_body> parser;
        parser.eager(true);
        parser.header_limit(kHeaderBytes);
        parser.body_limit(kBodyBytes);
        boost::system::error_code error;
        std::size_t used = 0;
        std::size_t step = 1;
        for (; !error && step != 0 && !parser.is_done() && used < rest.size(); used += step)
            step = parser.put(boost::asio::buffer(rest.data() + used, rest.size() - used), error);
        if (parser.is_header_done()) check(parser.get(), rules);
        expect(parser.get().body().size() <= kBodyBytes, "a body has its limit");
        if (error || !parser.is_done()) return;
        rest = rest.subspan(used);
    }
}

std::vector<ByteVector> http_seeds() {
    const std::string kHost = "Host: localhost\r\n";
    const std::string kJson = "Content-Type: application/json\r\n";
    const std::string kPage = "Origin: https://wallet.example\r\n";
    const std::string kToken = "Authorization: " + kShown + "\r\n";
    const std::string kUpgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    return {
        seed_of({0}, std::string("POST / HTTP/1.1\r\n") + kHost + kJson + "Content-Length: 2\r\n\r\n{}"),
        seed_of({0}, std::string("POST / HTTP/1.1\r\n") + kHost + kJson +
                         "Content-Length: 1\r\n\r\n1POST / HTTP/1.1\r\n" + kHost + kJson +
                         "Connection: close\r\nContent-Length: 1\r\n\r\n2"),
        seed_of({0}, std::string("POST / HTTP/1.1\r\nHost: [::1]:1\r\n") + kJson +
                         "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        seed_of({0}, std::string("GET /ws HTTP/1.1\r\n") + kHost + kUpgrade + "\r\n"),
        seed_of({0}, std::string("POST / HTTP/1.1\r\nHost: evil.example\r\n") + kJson + "\r\n"),
        seed_of({0}, std::string("POST /x HTTP/1.1\r\n") + kHost + "\r\n"),
        seed_of({0}, "\x16\x03\x01 no HTTP\r\n\r\n"),
        seed_of({1}, std::string("GET /metrics?name[]=x HTTP/1.1\r\n") + kHost + "\r\n"),
        seed_of({2},
                std::string("POST / HTTP/1.0\r\nHost: node.example:8645\r\n") + kJson + "Content-Length: 0\r\n\r\n"),
        seed_of({4},
                std::string("OPTIONS / HTTP/1.1\r\n") + kHost + kPage + "Access-Control-Request-Method: POST\r\n\r\n"),
        seed_of({4}, std::string("POST / HTTP/1.1\r\n") + kHost + kPage + kJson + "Content-Length: 0\r\n\r\n"),
        seed_of({8}, std::string("POST / HTTP/1.1\r\n") + kHost + kJson + kToken + "Content-Length: 0\r\n\r\n"),
        seed_of({8}, std::string("GET / HTTP/1.1\r\n") + kHost + kUpgrade + "Authorization: Bearer x\r\n\r\n"),
        seed_of({12}, std::string("GET / HTTP/1.1\r\n") + kHost + kUpgrade + kPage + kToken + "\r\n"),
    };
}

}  // namespace touchstone::fuzz
