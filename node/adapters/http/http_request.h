// What a server does with a request, going by its header alone.
#pragma once

#include <boost/beast/core/string_type.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/status.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "node/adapters/http/bearer_token.h"

namespace touchstone::node::adapters {

inline std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// Whom and what a server answers.
struct HttpRules {
    /// GET of any path; else POST of JSON to /, and WebSockets.
    bool pages = false;
    /// Only requests that name this machine's loopback.
    bool loopback = true;
    /// Of the web pages that may ask, as https://wallet.example; "*": all of them.
    std::vector<std::string> origins = {};
    /// Only who shows it is answered.
    std::optional<BearerToken> token = {};
};

/// Preflight: a browser asks whether a page may ask. (https://fetch.spec.whatwg.org)
enum class HttpTask : std::uint8_t { Body, Page, WebSocket, Preflight };

struct HttpRefusal {
    boost::beast::http::status status;
    std::string text;  // for people
    std::vector<std::pair<boost::beast::http::field, std::string>> headers = {};
};

std::variant<HttpTask, HttpRefusal> judge_request(const boost::beast::http::request_header<>& header,
                                                  const HttpRules& rules);

/// What the answer says of the page that asks, in Access-Control-Allow-Origin. Empty: no page asks, or not one that
/// may.
std::string allowed_origin(const boost::beast::http::request_header<>& header, const HttpRules& rules);

/// What stands before a '?'.
std::string_view path_of(std::string_view target);

}  // namespace touchstone::node::adapters
