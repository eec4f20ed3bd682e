// A value, or the clause of the prose that forbids it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "reference/generated/clauses.h"

namespace touchstone::reference {

/// Why something was rejected: the clause that it breaks, and what was looked at.
struct Failure {
    Clause clause;
    std::string reason;
};

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure failure) : content_(std::in_place_index<1>, std::move(failure)) {}

    explicit operator bool() const { return content_.index() == 0; }
    const T& value() const& { return std::get<0>(content_); }
    T& value() & { return std::get<0>(content_); }
    T&& value() && { return std::get<0>(std::move(content_)); }
    const Failure& failure() const { return std::get<1>(content_); }

  private:
    std::variant<T, Failure> content_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Failure failure) : failure_(std::move(failure)) {}

    explicit operator bool() const { return !failure_; }
    const Failure& failure() const { return *failure_; }

  private:
    std::optional<Failure> failure_;
};

}  // namespace touchstone::reference

// REQUIRE(condition, clause): reject with the clause unless the condition holds.
#define REQUIRE(condition, clause_id)                                                              \
    do {                                                                                           \
        if (!(condition)) return ::touchstone::reference::Failure{(clause_id), "not " #condition}; \
    } while (false)

// CHECK(expression): evaluate a Result, hand its failure on.
#define CHECK(expression)                                                    \
    do {                                                                     \
        if (auto checked = (expression); !checked) return checked.failure(); \
    } while (false)

#define TOUCHSTONE_JOIN_EXPANDED(left, right) left##right
#define TOUCHSTONE_JOIN(left, right) TOUCHSTONE_JOIN_EXPANDED(left, right)
#define TOUCHSTONE_TRY(declaration, expression, holder) \
    auto holder = (expression);                         \
    if (!holder) return holder.failure();               \
    declaration = std::move(holder).value()

// TRY(declaration, expression): declare or assign the value of a Result, or hand its failure on.
#define TRY(declaration, expression) TOUCHSTONE_TRY(declaration, expression, TOUCHSTONE_JOIN(result_at_, __LINE__))
