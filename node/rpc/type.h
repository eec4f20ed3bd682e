// The types of values on the wire, made of one another. A type says what it is as JSON Schema and checks values, both
// from one declaration: what is served and what is described cannot differ.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::node::rpc {

using Json = nlohmann::json;

/// A type that is not made of others.
struct Scalar {
    std::string_view name;      // of its schema; empty: the schema stands wherever the type is used
    std::string_view schema;    // JSON Schema, draft 7
    std::string_view expected;  // for people: "must be ..."
    bool (*accepts)(const Json& value);
};

/// What is wrong with a value.
struct Problem {
    std::string where;  // as cohorts[3].value; empty: the value itself
    std::string what;   // "must be ..."

    /// A sentence.
    std::string text() const;
};

struct Field;

class Type {
  public:
    class Form;

    /// The scalar outlives the type.
    Type(const Scalar& scalar);  // NOLINT(google-explicit-constructor): a scalar is a type
    explicit Type(std::shared_ptr<const Form> form) : form_(std::move(form)) {}

    /// Nothing if the value is of the type.
    std::optional<Problem> problem(const Json& value) const;
    /// What a value must be, for people.
    std::string expected() const;
    /// In which every type with a name is a reference to #/components/schemas/NAME. What these names stand for is added
    /// to `components`. Throws std::logic_error if two types have one name.
    Json schema(Json& components) const;

  private:
    std::shared_ptr<const Form> form_;
};

/// Of an object. A value has every field, and no other; what may be unknown is null.
struct Field {
    std::string_view name;
    Type type;
    std::string_view summary = {};
};

Type object(std::string_view name, std::string_view summary, std::vector<Field> fields);
Type list_of(Type element, std::size_t most = std::numeric_limits<std::size_t>::max());
/// An object with any names.
Type map_of(std::string_view name, std::string_view summary, Type value);
/// One of some texts.
Type choice_of(std::string_view name, std::string_view summary, std::vector<std::string_view> values);
/// One text, where an object says of which type it is.
Type constant(std::string_view text);
/// Exactly one of some types.
Type one_of(std::string_view name, std::string_view summary, std::vector<Type> options);
/// The type, or null.
Type nullable(Type type);

/// In quotes, and only so much of it: names come from outside.
std::string in_quotes(std::string_view name);

}  // namespace touchstone::node::rpc
