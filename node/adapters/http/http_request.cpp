#include "node/adapters/http/http_request.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>

#include "node/adapters/http/http_address.h"

namespace touchstone::node::adapters {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;

using Header = http::request_header<>;

bool is_json(std::string_view content_type) {
    return beast::iequals(content_type.substr(0, content_type.find_first_of("; \t")), "application/json");
}

/// Of a header that is there twice one program reads the first, and another the last.
std::optional<HttpRefusal> refuse_doubled(const Header& header) {
    for (const http::field field : {http::field::host, http::field::origin, http::field::authorization}) {
        if (header.count(field) > 1) {
            return HttpRefusal{http::status::bad_request,
                               "the header " + std::string(view(http::to_string(field))) + " is there twice"};
        }
    }
    return std::nullopt;
}

/// Requests that a web page of somebody else has a browser send: by a name of its own that was made to lead here, or
/// by the name of this machine.
std::optional<HttpRefusal> refuse_strange_page(const Header& header, const HttpRules& rules) {
    const auto host = header.find(http::field::host);
    if (host == header.end()) return HttpRefusal{http::status::bad_request, "the header Host is missing"};
    if (rules.loopback && !names_loopback(view(host->value()))) {
        return HttpRefusal{http::status::forbidden,
                           "the header Host names another server; this one answers as localhost or its loopback "
                           "address"};
    }
    if (!rules.pages && header.find(http::field::origin) != header.end() && allowed_origin(header, rules).empty()) {
        return HttpRefusal{http::status::forbidden, "the header Origin names a web page that may not ask"};
    }
    return std::nullopt;
}

bool is_preflight(const Header& header, const HttpRules& rules) {
    return header.method() == http::verb::options && !allowed_origin(header, rules).empty() &&
           header.find(http::field::access_control_request_method) != header.end();
}

std::optional<HttpRefusal> refuse_without_token(const Header& header, const HttpRules& rules) {
    const auto shown = header.find(http::field::authorization);
    if (!rules.token || (shown != header.end() && rules.token->admits(view(shown->value())))) return std::nullopt;
    const bool wrong = shown != header.end();
    return HttpRefusal{http::status::unauthorized,
                       wrong ? "this is another token than that of the server's token file"
                             : "show the token of the server's token file, as Authorization: Bearer TOKEN",
                       {{http::field::www_authenticate, wrong ? "Bearer error=\"invalid_token\"" : "Bearer"}}};
}

HttpRefusal only_method(http::verb method) {
    const std::string name(view(http::to_string(method)));
    return {http::status::method_not_allowed, "the only method is " + name, {{http::field::allow, name}}};
}

}  // namespace

std::string allowed_origin(const Header& header, const HttpRules& rules) {
    const auto origin = header.find(http::field::origin);
    if (origin == header.end()) return "";
    for (const std::string& allowed : rules.origins) {
        if (allowed == "*" || allowed == view(origin->value())) return allowed;
    }
    return "";
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::variant<HttpTask, HttpRefusal> judge_request(const Header& header, const HttpRules& rules) {
    if (auto refusal = refuse_doubled(header)) return *std::move(refusal);
    if (auto refusal = refuse_strange_page(header, rules)) return *std::move(refusal);
    if (!rules.pages && is_preflight(header, rules)) return HttpTask::Preflight;
    if (auto refusal = refuse_without_token(header, rules)) return *std::move(refusal);
    if (rules.pages) {
        if (header.method() != http::verb::get) return only_method(http::verb::get);
        return HttpTask::Page;
    }
    const std::string_view path = view(header.target());
    const bool upgrade = beast::websocket::is_upgrade(header);
    if (path != "/" && !(upgrade && path == "/ws")) {
        return HttpRefusal{http::status::not_found, "the only path is /, or /ws for a WebSocket"};
    }
    if (upgrade) return HttpTask::WebSocket;
    if (header.method() != http::verb::post) return only_method(http::verb::post);
    if (!is_json(view(header[http::field::content_type]))) {
        return HttpRefusal{http::status::unsupported_media_type, "Content-Type must be application/json"};
    }
    return HttpTask::Body;
}

}  // namespace touchstone::node::adapters
