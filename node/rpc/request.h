// Internal to this folder: the requests in a body.
#pragma once

#include <optional>
#include <string_view>

#include "node/rpc/limits.h"
#include "node/rpc/method.h"

namespace touchstone::node::rpc {

/// One request, which may be none: then `answer` is the error already.
struct Request {
    std::optional<Json> id;  // nothing: a notification, which is not answered
    const Method* method = nullptr;
    Arguments arguments;
    std::optional<Answer> answer;
};

struct Requests {
    bool batch = false;
    std::vector<Request> requests;
};

/// A body that cannot be understood at all is one request with an error.
Requests read_requests(std::string_view body, const MethodTable& methods, const Limits& limits);

}  // namespace touchstone::node::rpc
