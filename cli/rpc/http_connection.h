// HTTP/1.1 to one server, over one connection that is kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cli/outcome.h"

namespace touchstone::cli {

/// http://HOST:PORT, with or without a slash at the end.
struct HttpUrl {
    std::string host;
    std::uint16_t port = 0;

    std::string text() const;
};
Outcome<HttpUrl> parse_http_url(std::string_view text);

class HttpConnection {
  public:
    /// Connects when there is something to send. `limit` is for each request, from connecting to the end of the answer.
    HttpConnection(HttpUrl server, std::chrono::milliseconds limit);
    ~HttpConnection();
    HttpConnection(HttpConnection&&) noexcept;
    HttpConnection& operator=(HttpConnection&&) noexcept;

    /// Posts a JSON text; the body of the answer, which is empty where the server has nothing to say. A connection that
    /// the server has closed meanwhile is made anew, once.
    Outcome<std::string> post(const std::string& body);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::cli
