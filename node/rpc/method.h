// What can be called: methods with the names and types of their parameters, results and errors. Calls are checked
// against these declarations, and programs are told of them (open_rpc.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "node/ports/push_connection.h"
#include "node/rpc/type.h"

namespace touchstone::node::rpc {

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

/// An error that is declared.
struct ErrorKind {
    std::int64_t code = 0;
    std::string_view name;     // of its declaration
    std::string_view message;  // with the code
    std::string_view summary;
    Type data;

    Error with(Json data_value) const { return {code, std::string(message), std::move(data_value)}; }
    /// Of those whose data is a reason alone.
    Error because(const std::string& reason) const { return with({{"reason", reason}}); }
};

/// Data of an error: why, for people.
const Type& reason_type();
/// Those that any call may give.
const std::vector<ErrorKind>& common_errors();
/// Precondition: it is one of these.
const ErrorKind& common_error(std::int64_t code);

/// -32602 with a reason.
Error invalid_params(const std::string& reason);

/// The result, or why there is none.
using Answer = std::variant<Json, Error>;

struct Parameter {
    std::string_view name;
    Type type;
    std::string_view summary;
    bool required = true;
};

/// Values of the parameters, in the order of their declaration; null for one that was left out.
using Arguments = std::vector<Json>;

/// Names are unique; required parameters stand before the others.
struct Declaration {
    std::string_view name;
    std::string_view summary;
    std::vector<Parameter> parameters;
    Type result;
    std::vector<ErrorKind> errors = {};  // besides the common ones
    /// Of a method that subscribes: the params of the notifications that follow (open_rpc.h).
    std::optional<Type> notification = {};
};

struct Method {
    Declaration declaration;
    std::function<Answer(const Arguments& arguments, const Caller& caller)> run;
};

class MethodTable {
  public:
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
std::variant<Arguments, Error> bind_arguments(const Declaration& declaration, const Json& params);

// What is wrong with an answer, going by the declaration; empty if nothing.
std::string result_problem(const Declaration& declaration, const Json& result);
std::string error_problem(const Declaration& declaration, const Error& error);
/// Of the params of a notification that a call of this method led to.
std::string notification_problem(const Declaration& declaration, const Json& params);

}  // namespace touchstone::node::rpc
