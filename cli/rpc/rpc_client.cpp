#include "cli/rpc/rpc_client.h"

#include <optional>

#include "cli/terminal/text.h"

namespace touchstone::cli {

namespace {

RpcJson request_of(const std::string& method, RpcJson params, std::uint64_t id) {
    return {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}, {"id", id}};
}

std::optional<RpcAnswer> answer_from(RpcJson& json) {
    if (!json.is_object()) return std::nullopt;
    if (const auto result = json.find("result"); result != json.end()) return std::move(*result);
    const auto error = json.find("error");
    if (error == json.end() || !error->is_object()) return std::nullopt;
    const auto code = error->find("code");
    const auto message = text_field(*error, "message");
    if (code == error->end() || !code->is_number_integer() || !message) return std::nullopt;
    return RpcError{code->get<std::int64_t>(), *message, error->value("data", RpcJson())};
}

bool has_id(const RpcJson& json, std::uint64_t id) { return json.is_object() && json.value("id", RpcJson()) == id; }

}  // namespace

std::string RpcError::text() const {
    std::string text = message;
    if (const auto reason = text_field(data, "reason"); reason && !reason->empty()) text += ": " + *reason;
    if (const auto clause = text_field(data, "clause")) text += " [" + *clause + "]";
    return printable(text);
}

RpcClient::RpcClient(HttpUrl server, std::chrono::milliseconds limit, HttpCredentials credentials)
    : server_(std::move(server)), connection_(server_, limit, std::move(credentials)) {}

Fault RpcClient::no_answer() const {
    return {FaultKind::Network, "what answers at " + server_.text() + " is no JSON-RPC of a node; check the port"};
}

Fault RpcClient::unknown_form(const std::string& method) const {
    return {FaultKind::Network, "the node at " + server_.text() + " answered " + method +
                                    " in a form that this program does not know; are both of one release?"};
}

Fault RpcClient::refused(const std::string& method, const RpcError& error) const {
    return {FaultKind::Network, "the node at " + server_.text() + " refused " + method + ": " + error.text()};
}

Outcome<RpcAnswer> RpcClient::call(const std::string& method, RpcJson params) {
    const std::uint64_t id = next_id_++;
    const auto body = connection_.post(request_of(method, std::move(params), id).dump());
    if (!body.ok()) return body.fault();
    RpcJson json = RpcJson::parse(body.value(), nullptr, false);
    auto answer = answer_from(json);
    // Without an id are only answers to what could not be read.
    if (!answer || (std::holds_alternative<RpcJson>(*answer) && !has_id(json, id))) return no_answer();
    return *std::move(answer);
}

Outcome<RpcJson> RpcClient::result(const std::string& method, RpcJson params) {
    auto answer = call(method, std::move(params));
    if (!answer.ok()) return answer.fault();
    if (const auto* error = std::get_if<RpcError>(&answer.value())) {
        return refused(method, *error);
    }
    return std::get<RpcJson>(std::move(answer).value());
}

Outcome<std::vector<RpcAnswer>> RpcClient::batch(std::span<const RpcCall> calls) {
    const std::uint64_t first = next_id_;
    next_id_ += calls.size();
    RpcJson requests = RpcJson::array();
    for (const RpcCall& call : calls)
        requests.push_back(request_of(call.method, call.params, first + requests.size()));
    const auto body = connection_.post(requests.dump());
    if (!body.ok()) return body.fault();
    RpcJson json = RpcJson::parse(body.value(), nullptr, false);
    if (!json.is_array() || json.size() != calls.size()) return no_answer();
    std::vector<std::optional<RpcAnswer>> found(calls.size());
    for (RpcJson& each : json) {
        const RpcJson id = each.is_object() ? each.value("id", RpcJson()) : RpcJson();
        if (!id.is_number_unsigned()) return no_answer();
        const std::uint64_t place = id.get<std::uint64_t>() - first;
        if (place >= found.size()) return no_answer();
        found[place] = answer_from(each);
    }
    std::vector<RpcAnswer> answers;
    for (auto& each : found) {
        if (!each) return no_answer();
        answers.push_back(*std::move(each));
    }
    return answers;
}

}  // namespace touchstone::cli
