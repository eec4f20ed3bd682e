#include "node/rpc/request.h"

#include <set>

namespace touchstone::node::rpc {

namespace {

Request refused(Error error, Json id = nullptr) {
    Request request;
    request.id = std::move(id);
    request.answer = std::move(error);
    return request;
}

Error invalid_request(const std::string& reason) { return common_error(code::kInvalidRequest).because(reason); }

Error limit_exceeded(const std::string& reason) { return common_error(code::kLimitExceeded).because(reason); }

/// Watches a text while it is parsed. What is nested too deep is not kept, and a name that is there twice, of which two
/// readers could take different values, is seen.
class Watch {
  public:
    explicit Watch(std::size_t nesting) : nesting_(nesting) {}

    bool operator()(int, Json::parse_event_t event, Json& parsed) {
        using Event = Json::parse_event_t;
        if (event == Event::object_start || event == Event::array_start) {
            if (++depth_ > nesting_) too_deep_ = true;
            if (!too_deep_ && event == Event::object_start) names_.emplace_back();
        }
        if (event == Event::object_end || event == Event::array_end) {
            --depth_;
            if (!too_deep_ && event == Event::object_end) names_.pop_back();
        }
        if (too_deep_) return false;
        if (event == Event::key && !names_.back().insert(parsed.get_ref<const std::string&>()).second) twice_ = true;
        return true;
    }

    bool too_deep() const { return too_deep_; }
    bool twice() const { return twice_; }

  private:
    std::size_t nesting_;
    std::size_t depth_ = 0;
    bool too_deep_ = false;
    bool twice_ = false;
    std::vector<std::set<std::string>> names_;
};

std::variant<Json, Error> parse(std::string_view body, const Limits& limits) {
    Watch watch(limits.nesting);
    Json json = Json::parse(body, std::ref(watch), /*allow_exceptions=*/false);
    // A text that was cut short by the watch reads as discarded, too: the watch is asked first.
    if (watch.too_deep()) {
        return limit_exceeded("arrays and objects may be nested " + std::to_string(limits.nesting) + " deep");
    }
    if (json.is_discarded()) {
        return common_error(code::kParseError).because("the body is no JSON text in UTF-8");
    }
    if (watch.twice()) return invalid_request("an object has the same name twice");
    return json;
}

/// Numbers that are no integer of 64 bits would come back changed.
bool is_id(const Json& json) { return json.is_string() || json.is_number_integer() || json.is_null(); }

std::optional<std::string> problem(const Json& json) {
    if (!json.is_object()) return "a request is an object";
    if (const auto version = json.find("jsonrpc"); version == json.end() || *version != "2.0") {
        return R"("jsonrpc" must be "2.0")";
    }
    if (const auto id = json.find("id"); id != json.end() && !is_id(*id)) {
        return R"("id" must be a string, an integer or null)";
    }
    if (const auto method = json.find("method"); method == json.end() || !method->is_string()) {
        return R"("method" must be a string)";
    }
    if (const auto params = json.find("params"); params != json.end() && !params->is_structured()) {
        return R"("params" must be an array or an object)";
    }
    return std::nullopt;
}

Request read_request(const Json& json, const MethodTable& methods) {
    std::optional<Json> id;
    if (json.is_object() && json.contains("id")) id = json["id"];
    if (const auto reason = problem(json)) {
        return refused(invalid_request(*reason), id && is_id(*id) ? *id : Json(nullptr));
    }
    Request request;
    request.id = std::move(id);
    const auto& name = json["method"].get_ref<const std::string&>();
    request.method = methods.find(name);
    if (request.method == nullptr) {
        request.answer =
            common_error(code::kMethodNotFound)
                .because("there is no method " + in_quotes(name) + "; rpc.discover lists those that there are");
        return request;
    }
    auto bound = bind_arguments(request.method->declaration, json.contains("params") ? json["params"] : Json(nullptr));
    if (auto* error = std::get_if<Error>(&bound)) {
        request.answer = std::move(*error);
    } else {
        request.arguments = std::get<Arguments>(std::move(bound));
    }
    return request;
}

}  // namespace

Requests read_requests(std::string_view body, const MethodTable& methods, const Limits& limits) {
    auto parsed = parse(body, limits);
    if (auto* error = std::get_if<Error>(&parsed)) return {false, {refused(std::move(*error))}};
    const Json& json = std::get<Json>(parsed);
    if (!json.is_array()) return {false, {read_request(json, methods)}};
    if (json.empty()) return {false, {refused(invalid_request("a batch has at least one request"))}};
    if (json.size() > limits.batch_calls) {
        return {false,
                {refused(limit_exceeded("a batch may have " + std::to_string(limits.batch_calls) + " requests"))}};
    }
    Requests requests{true, {}};
    for (const Json& each : json)
        requests.requests.push_back(read_request(each, methods));
    return requests;
}

}  // namespace touchstone::node::rpc
