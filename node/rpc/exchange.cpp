#include "node/rpc/exchange.h"

#include <exception>
#include <utility>

#include "node/rpc/request.h"

namespace touchstone::node::rpc {

namespace {

std::string response_of(const Json& id, const Answer& answer) {
    // Texts of the node's own that are no UTF-8 are mended, not thrown over.
    constexpr auto kMend = Json::error_handler_t::replace;
    Json json = {{"jsonrpc", "2.0"}, {"id", id}};
    if (const auto* error = std::get_if<Error>(&answer)) {
        json["error"] = {{"code", error->code}, {"message", error->message}};
        if (!error->data.is_null()) json["error"]["data"] = error->data;
    } else {
        json["result"] = std::get<Json>(answer);
    }
    return json.dump(-1, ' ', false, kMend);
}

Error too_large(std::size_t bytes, std::size_t most) {
    return common_error(code::kLimitExceeded)
        .because("with this result the answer has " + std::to_string(bytes) + " bytes, and it may have " +
                 std::to_string(most) + "; ask for less at a time");
}

}  // namespace

struct Exchange::Impl {
    Requests body;
    std::size_t response_bytes = 0;
    Caller caller;
    std::size_t next = 0;

    void pass_over_answered() {
        while (next < body.requests.size() && body.requests[next].answer)
            ++next;
    }
};

Exchange::Exchange(std::string_view body, const MethodTable& methods, const Limits& limits, Caller caller)
    : impl_(std::make_unique<Impl>(
          Impl{read_requests(body, methods, limits), limits.response_bytes, std::move(caller)})) {
    impl_->pass_over_answered();
}

Exchange::Exchange(Exchange&& other) noexcept = default;
Exchange& Exchange::operator=(Exchange&& other) noexcept = default;
Exchange::~Exchange() = default;

bool Exchange::subscribes() const {
    const Method* const method = impl_->body.batch ? nullptr : impl_->body.requests.front().method;
    return method != nullptr && method->declaration.notification.has_value();
}

bool Exchange::has_next() const { return impl_->next < impl_->body.requests.size(); }

void Exchange::run_next() {
    Request& request = impl_->body.requests[impl_->next];
    try {
        request.answer = request.method->run(request.arguments, impl_->caller);
    } catch (const std::exception& error) {
        request.answer = common_error(code::kInternalError).because(error.what());
    }
    impl_->pass_over_answered();
}

void Exchange::refuse_rest(const Error& error) {
    for (; has_next(); impl_->pass_over_answered())
        impl_->body.requests[impl_->next].answer = error;
}

std::optional<std::string> Exchange::response() const {
    std::string responses;
    for (const Request& request : impl_->body.requests) {
        if (!request.id) continue;
        std::string text = response_of(*request.id, *request.answer);
        const std::size_t bytes = responses.size() + text.size();
        if (bytes > impl_->response_bytes && std::holds_alternative<Json>(*request.answer)) {
            text = response_of(*request.id, too_large(bytes, impl_->response_bytes));
        }
        responses += (responses.empty() ? "" : ",") + text;
    }
    if (responses.empty()) return std::nullopt;
    return impl_->body.batch ? "[" + responses + "]" : responses;
}

}  // namespace touchstone::node::rpc
