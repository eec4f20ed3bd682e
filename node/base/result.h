// Errors are values: a function that may refuse returns a Result, and a refusal names the clause that was broken.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "node/generated/clauses.h"

namespace touchstone::node {

/// Why something was refused: the clause of the prose, and a detail for people.
struct Rejection {
    Clause clause;
    std::string detail;

    friend bool operator==(const Rejection&, const Rejection&) = default;
};

inline Rejection reject(Clause clause, std::string detail = {}) { return Rejection{clause, std::move(detail)}; }

/// A value, or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Result(Rejection rejection) : content_(std::in_place_index<1>, std::move(rejection)) {}

    bool ok() const { return content_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // Precondition of both: the matching answer of ok().
    T& value() & { return *std::get_if<0>(&content_); }
    const T& value() const& { return *std::get_if<0>(&content_); }
    T&& value() && { return std::move(*std::get_if<0>(&content_)); }
    const Rejection& rejection() const { return *std::get_if<1>(&content_); }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

  private:
    std::variant<T, Rejection> content_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Rejection rejection) : content_(std::in_place_index<1>, std::move(rejection)) {}

    bool ok() const { return content_.index() == 0; }
    explicit operator bool() const { return ok(); }
    const Rejection& rejection() const { return *std::get_if<1>(&content_); }

  private:
    std::variant<std::monostate, Rejection> content_;
};

}  // namespace touchstone::node

/// Leaves the function with the rejection if the expression has one.
#define NODE_TRY(expression)                                           \
    do {                                                               \
        auto node_try_result = (expression);                           \
        if (!node_try_result.ok()) return node_try_result.rejection(); \
    } while (false)

/// As NODE_TRY, and otherwise binds the value to `name`.
#define NODE_TRY_ASSIGN(name, expression)                      \
    auto name##_result = (expression);                         \
    if (!name##_result.ok()) return name##_result.rejection(); \
    auto& name = name##_result.value()
