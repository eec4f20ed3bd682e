#include "conformance-tests/runner/json_schema.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <stdexcept>

namespace touchstone::conform {
namespace {

using Json = nlohmann::json;
using Problem = std::optional<std::string>;

// std::regex matches by recursion, so a long text would end the program.
constexpr std::size_t kLongestMatched = 4096;

// Compiling a pattern costs much more than matching it, and the schemas have few.
const std::regex& compiled(const std::string& pattern) {
    thread_local std::map<std::string, std::regex> known;
    const auto found = known.find(pattern);
    if (found != known.end()) return found->second;
    return known.emplace(pattern, std::regex(pattern, std::regex::ECMAScript)).first->second;
}

void check_keywords(const Json& schema) {
    static const std::set<std::string> known{
        "$schema",    "title",         "description",  "$defs", "$ref",  "type", "required", "additionalProperties",
        "properties", "propertyNames", "items",        "oneOf", "const", "enum", "pattern",  "minLength",
        "minItems",   "uniqueItems",   "minProperties"};
    if (schema.is_boolean()) return;
    for (const auto& [key, value] : schema.items()) {
        if (!known.contains(key)) throw std::runtime_error("schema keyword not understood: " + key);
        if (key == "properties" || key == "$defs") {
            for (const auto& [name, part] : value.items())
                check_keywords(part);
        } else if (key == "oneOf") {
            for (const Json& part : value)
                check_keywords(part);
        } else if (key == "items" || key == "additionalProperties" || key == "propertyNames") {
            check_keywords(value);
        }
    }
}

class Check {
  public:
    explicit Check(const Json& root) : root_(root) {}

    [[nodiscard]] Problem value(const Json& schema, const Json& instance, const std::string& at) const {
        if (schema.is_boolean()) return schema.get<bool>() ? Problem{} : Problem{at + " is not allowed"};
        if (schema.contains("$ref")) return value(resolve(schema.at("$ref").get<std::string>()), instance, at);
        for (const auto check : {&Check::simple, &Check::object, &Check::array, &Check::one_of}) {
            if (auto problem = (this->*check)(schema, instance, at)) return problem;
        }
        return {};
    }

  private:
    [[nodiscard]] const Json& resolve(const std::string& reference) const {
        return root_.at(Json::json_pointer(reference.substr(1)));
    }

    static bool has_type(const Json& instance, const std::string& type) {
        if (type == "object") return instance.is_object();
        if (type == "array") return instance.is_array();
        if (type == "string") return instance.is_string();
        if (type == "boolean") return instance.is_boolean();
        throw std::runtime_error("schema type not understood: " + type);
    }

    [[nodiscard]] Problem simple(const Json& schema, const Json& instance, const std::string& at) const {
        if (schema.contains("type") && !has_type(instance, schema.at("type").get<std::string>())) {
            return at + " is not of type " + schema.at("type").get<std::string>();
        }
        if (schema.contains("const") && instance != schema.at("const"))
            return at + " is not " + schema.at("const").dump();
        if (schema.contains("enum")) {
            const Json& allowed = schema.at("enum");
            if (std::find(allowed.begin(), allowed.end(), instance) == allowed.end()) {
                return at + " is none of " + allowed.dump();
            }
        }
        if (!instance.is_string()) return {};
        const auto& text = instance.get_ref<const std::string&>();
        if (schema.contains("minLength") && text.size() < schema.at("minLength").get<std::size_t>()) {
            return at + " is too short";
        }
        if (schema.contains("pattern") && text.size() > kLongestMatched) return at + " is too long";
        if (schema.contains("pattern") && !std::regex_search(text, compiled(schema.at("pattern").get<std::string>()))) {
            return at + " does not match " + schema.at("pattern").get<std::string>();
        }
        return {};
    }

    [[nodiscard]] Problem object(const Json& schema, const Json& instance, const std::string& at) const {
        if (!instance.is_object()) return {};
        if (schema.contains("required")) {
            for (const Json& name : schema.at("required")) {
                if (!instance.contains(name.get<std::string>())) return at + " has no " + name.get<std::string>();
            }
        }
        if (schema.contains("minProperties") && instance.size() < schema.at("minProperties").get<std::size_t>()) {
            return at + " has too few entries";
        }
        for (const auto& [name, part] : instance.items()) {
            const std::string below = at + "/" + name;
            if (schema.contains("propertyNames")) {
                if (auto problem = value(schema.at("propertyNames"), Json(name), below)) return problem;
            }
            if (schema.contains("properties") && schema.at("properties").contains(name)) {
                if (auto problem = value(schema.at("properties").at(name), part, below)) return problem;
            } else if (schema.contains("additionalProperties")) {
                if (auto problem = value(schema.at("additionalProperties"), part, below)) return problem;
            }
        }
        return {};
    }

    [[nodiscard]] Problem array(const Json& schema, const Json& instance, const std::string& at) const {
        if (!instance.is_array()) return {};
        if (schema.contains("minItems") && instance.size() < schema.at("minItems").get<std::size_t>()) {
            return at + " has too few elements";
        }
        std::set<Json> seen;
        for (std::size_t i = 0; i < instance.size(); ++i) {
            const std::string below = at + "/" + std::to_string(i);
            if (schema.contains("items")) {
                if (auto problem = value(schema.at("items"), instance.at(i), below)) return problem;
            }
            if (schema.contains("uniqueItems") && !seen.insert(instance.at(i)).second)
                return below + " stands there twice";
        }
        return {};
    }

    [[nodiscard]] Problem one_of(const Json& schema, const Json& instance, const std::string& at) const {
        if (!schema.contains("oneOf")) return {};
        std::size_t fitting = 0;
        Problem last;
        for (const Json& option : schema.at("oneOf")) {
            if (auto problem = value(option, instance, at)) {
                last = std::move(problem);
            } else {
                ++fitting;
            }
        }
        if (fitting == 1) return {};
        return at + " fits " + std::to_string(fitting) + " of the forms it may have" + (last ? " (" + *last + ")" : "");
    }

    const Json& root_;
};

}  // namespace

nlohmann::json parse_document(std::string_view text) {
    constexpr int kDeepest = 32;
    bool too_deep = false;
    Json parsed = Json::parse(
        text,
        [&](int depth, Json::parse_event_t, Json&) {
            too_deep = too_deep || depth > kDeepest;
            return !too_deep;
        },
        false);
    return too_deep ? Json(Json::value_t::discarded) : parsed;
}

JsonSchema::JsonSchema(std::string_view text) : root_(std::make_unique<const Json>(Json::parse(text))) {
    check_keywords(*root_);
}

JsonSchema::~JsonSchema() = default;

std::optional<std::string> JsonSchema::first_problem(const Json& value) const {
    return Check(*root_).value(*root_, value, "");
}

}  // namespace touchstone::conform
