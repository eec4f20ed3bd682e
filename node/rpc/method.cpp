#include "node/rpc/method.h"

#include <algorithm>

namespace touchstone::node::rpc {

namespace {

constexpr Scalar kReasonText{"", R"({"type":"string"})", "a text", [](const Json& json) { return json.is_string(); }};

std::variant<Arguments, Error> check(const Declaration& declaration, Arguments arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Parameter& parameter = declaration.parameters[i];
        if (arguments[i].is_null()) {
            if (parameter.required) return invalid_params("the parameter " + in_quotes(parameter.name) + " is missing");
        } else if (auto problem = parameter.type.problem(arguments[i])) {
            const bool joined = problem->where.empty() || problem->where.front() == '[';
            problem->where = std::string(parameter.name) + (joined ? "" : ".") + problem->where;
            return invalid_params("the parameter " + problem->text());
        }
    }
    return arguments;
}

}  // namespace

const Type& reason_type() {
    static const Type type =
        object("Reason", "why, for people", {{"reason", kReasonText, "what is wrong and what to change"}});
    return type;
}

const std::vector<ErrorKind>& common_errors() {
    static const std::vector<ErrorKind> errors{
        {code::kParseError, "ParseError", "Parse error", "the body is no JSON in UTF-8", reason_type()},
        {code::kInvalidRequest, "InvalidRequest", "Invalid Request",
         "no request of JSON-RPC 2.0, or a name twice in one object", reason_type()},
        {code::kMethodNotFound, "MethodNotFound", "Method not found", "rpc.discover lists all methods", reason_type()},
        {code::kInvalidParams, "InvalidParams", "Invalid params",
         "a parameter is missing, unknown, one too many or of another type", reason_type()},
        {code::kInternalError, "InternalError", "Internal error", "a fault of the node", reason_type()},
        {code::kLimitExceeded, "LimitExceeded", "Limit exceeded", "more than the node does for one body",
         reason_type()}};
    return errors;
}

const ErrorKind& common_error(std::int64_t code) { return *std::ranges::find(common_errors(), code, &ErrorKind::code); }

Error invalid_params(const std::string& reason) { return common_error(code::kInvalidParams).because(reason); }

MethodTable::MethodTable(std::vector<Method> methods) : methods_(std::move(methods)) {
    for (std::size_t i = 0; i < methods_.size(); ++i)
        places_.emplace(methods_[i].declaration.name, i);
}

const Method* MethodTable::find(std::string_view name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? nullptr : &methods_[found->second];
}

std::variant<Arguments, Error> bind_arguments(const Declaration& declaration, const Json& params) {
    const std::vector<Parameter>& parameters = declaration.parameters;
    Arguments arguments(parameters.size());
    if (params.is_array()) {
        if (params.size() > arguments.size()) {
            return invalid_params("there are " + std::to_string(params.size()) + " parameters, and at most " +
                                  std::to_string(arguments.size()) + " are known");
        }
        std::ranges::copy(params, arguments.begin());
    } else if (params.is_object()) {
        for (const auto& [name, value] : params.items()) {
            const auto found = std::ranges::find(parameters, name, &Parameter::name);
            if (found == parameters.end()) return invalid_params("there is no parameter " + in_quotes(name));
            arguments[static_cast<std::size_t>(found - parameters.begin())] = value;
        }
    }
    return check(declaration, std::move(arguments));
}

std::string result_problem(const Declaration& declaration, const Json& result) {
    const auto problem = declaration.result.problem(result);
    return problem ? problem->text() : "";
}

std::string error_problem(const Declaration& declaration, const Error& error) {
    for (const auto* kinds : {&declaration.errors, &common_errors()}) {
        const auto kind = std::ranges::find(*kinds, error.code, &ErrorKind::code);
        if (kind == kinds->end()) continue;
        if (error.message != kind->message) return "the message of " + std::string(kind->name) + " is another";
        const auto problem = kind->data.problem(error.data);
        return problem ? "data of " + std::string(kind->name) + ": " + problem->text() : "";
    }
    return "the code " + std::to_string(error.code) + " is not declared";
}

std::string notification_problem(const Declaration& declaration, const Json& params) {
    if (!declaration.notification) return "no notifications are declared";
    const auto problem = declaration.notification->problem(params);
    return problem ? problem->text() : "";
}

}  // namespace touchstone::node::rpc
