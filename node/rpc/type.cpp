#include "node/rpc/type.h"

#include <algorithm>
#include <stdexcept>

namespace touchstone::node::rpc {

class Type::Form {
  public:
    Form() = default;
    Form(const Form&) = delete;
    Form& operator=(const Form&) = delete;
    virtual ~Form() = default;

    virtual std::optional<Problem> problem(const Json& value) const = 0;
    virtual std::string expected() const = 0;
    virtual Json schema(Json& components) const = 0;

  protected:
    Problem not_expected() const { return {"", "must be " + expected()}; }
};

namespace {

/// The schema, under its name.
Json reference(std::string_view name, Json schema, Json& components) {
    const std::string key(name);
    if (const auto known = components.find(key); known == components.end()) {
        components[key] = std::move(schema);
    } else if (*known != schema) {
        throw std::logic_error("two types are called " + key);
    }
    return {{"$ref", "#/components/schemas/" + key}};
}

Problem within(const std::string& outer, Problem problem) {
    const bool joined = problem.where.empty() || problem.where.front() == '[';
    problem.where = outer + (joined ? "" : ".") + problem.where;
    return problem;
}

class ScalarForm final : public Type::Form {
  public:
    explicit ScalarForm(const Scalar& scalar) : scalar_(&scalar) {}

    std::optional<Problem> problem(const Json& value) const override {
        if (scalar_->accepts(value)) return std::nullopt;
        return not_expected();
    }
    std::string expected() const override { return std::string(scalar_->expected); }
    Json schema(Json& components) const override {
        Json schema = Json::parse(scalar_->schema);
        if (scalar_->name.empty()) return schema;
        if (!schema.contains("description")) schema["description"] = scalar_->expected;
        return reference(scalar_->name, std::move(schema), components);
    }

  private:
    const Scalar* scalar_;
};

class ObjectForm final : public Type::Form {
  public:
    ObjectForm(std::string_view name, std::string_view summary, std::vector<Field> fields)
        : name_(name), summary_(summary), fields_(std::move(fields)) {}

    std::optional<Problem> problem(const Json& value) const override {
        if (!value.is_object()) return not_expected();
        for (const Field& field : fields_) {
            const auto found = value.find(field.name);
            if (found == value.end()) return Problem{std::string(field.name), "is missing"};
            if (auto problem = field.type.problem(*found)) return within(std::string(field.name), *std::move(problem));
        }
        if (value.size() == fields_.size()) return std::nullopt;
        for (const auto& [name, unused] : value.items()) {
            if (std::ranges::find(fields_, name, &Field::name) == fields_.end())
                return Problem{name, "is not declared"};
        }
        return std::nullopt;
    }
    std::string expected() const override { return "an object"; }
    Json schema(Json& components) const override {
        Json properties = Json::object();
        Json required = Json::array();
        for (const Field& field : fields_) {
            Json schema = field.type.schema(components);
            if (!field.summary.empty()) schema["description"] = field.summary;
            properties[std::string(field.name)] = std::move(schema);
            required.push_back(field.name);
        }
        return reference(name_,
                         {{"type", "object"},
                          {"description", summary_},
                          {"properties", std::move(properties)},
                          {"required", std::move(required)},
                          {"additionalProperties", false}},
                         components);
    }

  private:
    std::string_view name_;
    std::string_view summary_;
    std::vector<Field> fields_;
};

class ListForm final : public Type::Form {
  public:
    ListForm(Type element, std::size_t most) : element_(std::move(element)), most_(most) {}

    std::optional<Problem> problem(const Json& value) const override {
        if (!value.is_array() || value.size() > most_) return not_expected();
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (auto problem = element_.problem(value[i])) {
                return within("[" + std::to_string(i) + "]", *std::move(problem));
            }
        }
        return std::nullopt;
    }
    std::string expected() const override {
        return is_bounded() ? "a list of at most " + std::to_string(most_) : "a list";
    }
    Json schema(Json& components) const override {
        Json schema = {{"type", "array"}, {"items", element_.schema(components)}};
        if (is_bounded()) schema["maxItems"] = most_;
        return schema;
    }

  private:
    bool is_bounded() const { return most_ != std::numeric_limits<std::size_t>::max(); }

    Type element_;
    std::size_t most_;
};

class MapForm final : public Type::Form {
  public:
    MapForm(std::string_view name, std::string_view summary, Type value)
        : name_(name), summary_(summary), value_(std::move(value)) {}

    std::optional<Problem> problem(const Json& value) const override {
        if (!value.is_object()) return not_expected();
        for (const auto& [name, each] : value.items()) {
            if (auto problem = value_.problem(each)) return within(name, *std::move(problem));
        }
        return std::nullopt;
    }
    std::string expected() const override { return "an object"; }
    Json schema(Json& components) const override {
        return reference(
            name_, {{"type", "object"}, {"description", summary_}, {"additionalProperties", value_.schema(components)}},
            components);
    }

  private:
    std::string_view name_;
    std::string_view summary_;
    Type value_;
};

class ChoiceForm final : public Type::Form {
  public:
    ChoiceForm(std::string_view name, std::string_view summary, std::vector<std::string_view> values)
        : name_(name), summary_(summary), values_(std::move(values)) {}

    std::optional<Problem> problem(const Json& value) const override {
        if (value.is_string() && std::ranges::find(values_, value.get_ref<const std::string&>()) != values_.end()) {
            return std::nullopt;
        }
        return not_expected();
    }
    std::string expected() const override {
        std::string text;
        for (const std::string_view value : values_)
            text += (text.empty() ? "" : ", ") + in_quotes(value);
        return "one of " + text;
    }
    Json schema(Json& components) const override {
        return reference(name_, {{"type", "string"}, {"description", summary_}, {"enum", values_}}, components);
    }

  private:
    std::string_view name_;
    std::string_view summary_;
    std::vector<std::string_view> values_;
};

class ConstantForm final : public Type::Form {
  public:
    explicit ConstantForm(std::string_view text) : text_(text) {}

    std::optional<Problem> problem(const Json& value) const override {
        if (value == Json(text_)) return std::nullopt;
        return not_expected();
    }
    std::string expected() const override { return in_quotes(text_); }
    Json schema(Json&) const override { return {{"const", text_}}; }

  private:
    std::string_view text_;
};

class OneOfForm final : public Type::Form {
  public:
    OneOfForm(std::string_view name, std::string_view summary, std::vector<Type> options)
        : name_(name), summary_(summary), options_(std::move(options)) {}

    std::optional<Problem> problem(const Json& value) const override {
        const auto fits = [&](const Type& option) { return !option.problem(value); };
        if (std::ranges::count_if(options_, fits) == 1) return std::nullopt;
        return not_expected();
    }
    std::string expected() const override { return std::string(summary_); }
    Json schema(Json& components) const override {
        Json options = Json::array();
        for (const Type& option : options_)
            options.push_back(option.schema(components));
        return reference(name_, {{"description", summary_}, {"oneOf", std::move(options)}}, components);
    }

  private:
    std::string_view name_;
    std::string_view summary_;
    std::vector<Type> options_;
};

class NullableForm final : public Type::Form {
  public:
    explicit NullableForm(Type type) : type_(std::move(type)) {}

    std::optional<Problem> problem(const Json& value) const override {
        if (value.is_null()) return std::nullopt;
        return type_.problem(value);
    }
    std::string expected() const override { return type_.expected() + ", or null"; }
    Json schema(Json& components) const override {
        return {{"oneOf", Json::array({type_.schema(components), Json{{"type", "null"}}})}};
    }

  private:
    Type type_;
};

}  // namespace

std::string in_quotes(std::string_view name) {
    constexpr std::size_t kMost = 64;
    if (name.size() <= kMost) return "\"" + std::string(name) + "\"";
    std::size_t end = kMost;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U)
        --end;  // not within a character
    return "\"" + std::string(name.substr(0, end)) + "\"...";
}

std::string Problem::text() const { return (where.empty() ? "it" : in_quotes(where)) + " " + what; }

Type::Type(const Scalar& scalar) : form_(std::make_shared<ScalarForm>(scalar)) {}

std::optional<Problem> Type::problem(const Json& value) const { return form_->problem(value); }
std::string Type::expected() const { return form_->expected(); }
Json Type::schema(Json& components) const { return form_->schema(components); }

Type object(std::string_view name, std::string_view summary, std::vector<Field> fields) {
    return Type(std::make_shared<ObjectForm>(name, summary, std::move(fields)));
}
Type list_of(Type element, std::size_t most) { return Type(std::make_shared<ListForm>(std::move(element), most)); }
Type map_of(std::string_view name, std::string_view summary, Type value) {
    return Type(std::make_shared<MapForm>(name, summary, std::move(value)));
}
Type choice_of(std::string_view name, std::string_view summary, std::vector<std::string_view> values) {
    return Type(std::make_shared<ChoiceForm>(name, summary, std::move(values)));
}
Type constant(std::string_view text) { return Type(std::make_shared<ConstantForm>(text)); }
Type one_of(std::string_view name, std::string_view summary, std::vector<Type> options) {
    return Type(std::make_shared<OneOfForm>(name, summary, std::move(options)));
}
Type nullable(Type type) { return Type(std::make_shared<NullableForm>(std::move(type))); }

}  // namespace touchstone::node::rpc
