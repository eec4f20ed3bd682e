// The part of JSON Schema (2020-12) that the schemas of conformance-tests/formats use. A keyword that is not
// understood is an error when the schema is read, so that nothing in a schema goes unchecked.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone::conform {

// Discarded if the text is not JSON, or is nested deeper than anything in the formats: values are shown and compared by
// recursion.
[[nodiscard]] nlohmann::json parse_document(std::string_view text);

class JsonSchema {
  public:
    // Throws std::runtime_error if the text is not a schema of the supported keywords.
    explicit JsonSchema(std::string_view text);
    ~JsonSchema();
    JsonSchema(const JsonSchema&) = delete;
    JsonSchema& operator=(const JsonSchema&) = delete;

    // Nothing if the value fits; else the first problem, with its place.
    [[nodiscard]] std::optional<std::string> first_problem(const nlohmann::json& value) const;

  private:
    std::unique_ptr<const nlohmann::json> root_;
};

}  // namespace touchstone::conform
