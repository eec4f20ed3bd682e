#include "node/rpc/method.h"

#include <algorithm>

namespace touchstone::node::rpc {

namespace {

std::string in_quotes(std::string_view name) { return "\"" + std::string(name) + "\""; }

/// Names come from outside: only so much of them goes back.
std::string shortened(const std::string& name) {
    constexpr std::size_t kMost = 64;
    if (name.size() <= kMost) return in_quotes(name);
    std::size_t end = kMost;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U)
        --end;  // not within a character
    return in_quotes(name.substr(0, end)) + "...";
}

std::variant<Arguments, Error> check(const Method& method, Arguments arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Parameter& parameter = method.parameters[i];
        if (arguments[i].is_null()) {
            if (parameter.required) return invalid_params("the parameter " + in_quotes(parameter.name) + " is missing");
        } else if (!parameter.type->accepts(arguments[i])) {
            return invalid_params("the parameter " + in_quotes(parameter.name) + " must be " +
                                  std::string(parameter.type->expected));
        }
    }
    return arguments;
}

}  // namespace

Error invalid_params(const std::string& reason) {
    return {code::kInvalidParams, "Invalid params", {{"reason", reason}}};
}

MethodTable::MethodTable(std::vector<Method> methods) : methods_(std::move(methods)) {
    for (std::size_t i = 0; i < methods_.size(); ++i)
        places_.emplace(methods_[i].name, i);
}

const Method* MethodTable::find(std::string_view name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? nullptr : &methods_[found->second];
}

std::variant<Arguments, Error> bind_arguments(const Method& method, const Json& params) {
    Arguments arguments(method.parameters.size());
    if (params.is_array()) {
        if (params.size() > arguments.size()) {
            return invalid_params("there are " + std::to_string(params.size()) + " parameters, and at most " +
                                  std::to_string(arguments.size()) + " are known");
        }
        std::ranges::copy(params, arguments.begin());
    } else if (params.is_object()) {
        for (const auto& [name, value] : params.items()) {
            const auto found = std::ranges::find(method.parameters, name, &Parameter::name);
            if (found == method.parameters.end()) {
                return invalid_params("there is no parameter " + shortened(name));
            }
            arguments[static_cast<std::size_t>(found - method.parameters.begin())] = value;
        }
    }
    return check(method, std::move(arguments));
}

std::string result_problem(const Method& method, const Json& result) {
    if (!result.is_object()) return "it is no object";
    for (const Field& field : method.result) {
        const auto found = result.find(field.name);
        if (found == result.end()) return in_quotes(field.name) + " is missing";
        if (found->is_null() ? !field.nullable : !field.type->accepts(*found)) {
            return in_quotes(field.name) + " must be " + std::string(field.type->expected);
        }
    }
    for (const auto& [name, value] : result.items()) {
        if (std::ranges::find(method.result, name, &Field::name) == method.result.end()) {
            return in_quotes(name) + " is not declared";
        }
    }
    return {};
}

}  // namespace touchstone::node::rpc
