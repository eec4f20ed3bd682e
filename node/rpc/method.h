// What can be called: methods with the names and types of their parameters and results. Programs can be told of them
// by what stands here, and calls are checked against it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace touchstone::node::rpc {

using Json = nlohmann::json;

/// Of the specification of JSON-RPC 2.0, and below it what is usual for servers.
namespace code {
inline constexpr std::int64_t kParseError = -32700;
inline constexpr std::int64_t kInvalidRequest = -32600;
inline constexpr std::int64_t kMethodNotFound = -32601;
inline constexpr std::int64_t kInvalidParams = -32602;
inline constexpr std::int64_t kInternalError = -32603;
/// A limit of the server: calls in a batch, nesting.
inline constexpr std::int64_t kLimitExceeded = -32005;
}  // namespace code

struct Error {
    std::int64_t code = 0;
    std::string message;  // short, always the same for a code
    Json data;            // what a program or a person can act on; left out if null
};

/// -32602 with a reason.
Error invalid_params(const std::string& reason);

/// The result, or why there is none.
using Answer = std::variant<Json, Error>;

/// A type of values on the wire.
struct ValueType {
    std::string_view name;
    std::string_view schema;    // JSON Schema
    std::string_view expected;  // for people: "must be ..."
    bool (*accepts)(const Json& value);
};

struct Parameter {
    std::string_view name;
    const ValueType* type = nullptr;
    std::string_view summary;
    bool required = true;
};

/// A field of a result that is an object.
struct Field {
    std::string_view name;
    const ValueType* type = nullptr;
    std::string_view summary;
    bool nullable = false;
};

struct ErrorKind {
    std::int64_t code = 0;
    std::string_view message;
    std::string_view summary;
};

/// Values of the parameters, in the order of their declaration; null for one that was left out.
using Arguments = std::vector<Json>;

struct Method {
    std::string_view name;
    std::string_view summary;
    std::vector<Parameter> parameters;
    std::vector<Field> result;
    std::vector<ErrorKind> errors;  // besides those that any call may give
    std::function<Answer(const Arguments& arguments)> run;
};

class MethodTable {
  public:
    /// Names are distinct; required parameters stand before the others.
    explicit MethodTable(std::vector<Method> methods);

    /// In the order of their declaration.
    const std::vector<Method>& methods() const { return methods_; }
    const Method* find(std::string_view name) const;

  private:
    std::vector<Method> methods_;
    std::map<std::string_view, std::size_t> places_;
};

/// The arguments of a call, from an array (by position), an object (by name) or null (none). Refused: what is missing,
/// unknown, too many, or of another type.
std::variant<Arguments, Error> bind_arguments(const Method& method, const Json& params);

/// What is wrong with a result, going by its declaration; empty if nothing.
std::string result_problem(const Method& method, const Json& result);

}  // namespace touchstone::node::rpc
