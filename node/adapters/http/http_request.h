// What a server does with a request, going by its header alone.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/status.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace touchstone::node::adapters {

/// Whom and what a server answers.
struct HttpRules {
    /// GET of any path; else POST of JSON to /, and WebSockets.
    bool pages = false;
    /// Only requests that name this machine's loopback.
    bool loopback = true;
};

enum class HttpTask : std::uint8_t { Body, Page, WebSocket };

struct HttpRefusal {
    boost::beast::http::status status;
    std::string text;  // for people
    std::vector<std::pair<boost::beast::http::field, std::string>> headers = {};
};

std::variant<HttpTask, HttpRefusal> judge_request(const boost::beast::http::request_header<>& header,
                                                  const HttpRules& rules);

/// What stands before a '?'.
std::string_view path_of(std::string_view target);

}  // namespace touchstone::node::adapters
