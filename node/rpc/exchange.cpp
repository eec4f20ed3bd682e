#include "node/rpc/exchange.h"

#include <exception>

#include "node/rpc/request.h"

namespace touchstone::node::rpc {

namespace {

Json response_of(const Request& request) {
    Json json = {{"jsonrpc", "2.0"}, {"id", *request.id}};
    if (const auto* error = std::get_if<Error>(&*request.answer)) {
        json["error"] = {{"code", error->code}, {"message", error->message}};
        if (!error->data.is_null()) json["error"]["data"] = error->data;
    } else {
        json["result"] = std::get<Json>(*request.answer);
    }
    return json;
}

}  // namespace

struct Exchange::Impl {
    Requests body;
    std::size_t next = 0;

    void pass_over_answered() {
        while (next < body.requests.size() && body.requests[next].answer)
            ++next;
    }
};

Exchange::Exchange(std::string_view body, const MethodTable& methods, const Limits& limits)
    : impl_(std::make_unique<Impl>(Impl{read_requests(body, methods, limits), 0})) {
    impl_->pass_over_answered();
}

Exchange::Exchange(Exchange&& other) noexcept = default;
Exchange& Exchange::operator=(Exchange&& other) noexcept = default;
Exchange::~Exchange() = default;

bool Exchange::has_next() const { return impl_->next < impl_->body.requests.size(); }

void Exchange::run_next() {
    Request& request = impl_->body.requests[impl_->next];
    try {
        request.answer = request.method->run(request.arguments);
    } catch (const std::exception& error) {
        request.answer = common_error(code::kInternalError).because(error.what());
    }
    impl_->pass_over_answered();
}

std::optional<std::string> Exchange::response() const {
    // Texts of the node's own that are no UTF-8 are mended, not thrown over.
    constexpr auto kMend = Json::error_handler_t::replace;
    Json responses = Json::array();
    for (const Request& request : impl_->body.requests) {
        if (request.id) responses.push_back(response_of(request));
    }
    if (responses.empty()) return std::nullopt;
    return (impl_->body.batch ? responses : responses.front()).dump(-1, ' ', false, kMend);
}

}  // namespace touchstone::node::rpc
