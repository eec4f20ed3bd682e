// HTTP/1.1 to one server, over one connection that is kept.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "cli/outcome.h"
#include "cli/rpc/http_url.h"
#include "cli/rpc/tls_trust.h"

namespace touchstone::cli {

/// What client and server show each other.
struct HttpCredentials {
    /// Needed where the server encrypts.
    TlsTrust trust = {};
    /// The value of that header; empty: it is not sent. A secret.
    std::string authorization = {};
};

class HttpConnection {
  public:
    /// Connects when there is something to send. `limit` is for each request, from connecting to the end of the answer.
    HttpConnection(HttpUrl server, std::chrono::milliseconds limit, HttpCredentials credentials = {});
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
