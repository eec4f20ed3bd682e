// Internal to this folder: JSON whose every field is known.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "node/adapters/files/fault.h"
#include "node/adapters/genesis_file/configuration_json.h"

namespace touchstone::node::adapters {

/// Decimal digits without leading zeros, within 64 bits.
inline std::optional<std::uint64_t> parse_uint64(std::string_view text) {
    if (text.empty() || text[0] < '0' || text[0] > '9' || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// What is wrong if the value is not an object with exactly these fields.
inline std::optional<std::string> fields_problem(const nlohmann::ordered_json& json,
                                                 std::initializer_list<std::string_view> names) {
    if (!json.is_object()) return "it is no JSON object";
    for (const std::string_view name : names) {
        if (!json.contains(name)) return "\"" + std::string(name) + "\" is missing";
    }
    for (const auto& [name, value] : json.items()) {
        if (std::ranges::find(names, name) == names.end()) return "\"" + name + "\" is not known";
    }
    return std::nullopt;
}

/// Names given twice are refused: two readers could see two chains. So is what is nested deeper than any file is meant
/// to be: the library writes and copies values by recursion.
inline Outcome<nlohmann::ordered_json> parse_json(std::string_view text) {
    constexpr int kDeepest = 16;
    std::vector<std::vector<std::string>> open;
    std::optional<std::string> twice;
    bool too_deep = false;
    const auto watch = [&](int depth, nlohmann::ordered_json::parse_event_t event, nlohmann::ordered_json& parsed) {
        using Event = nlohmann::ordered_json::parse_event_t;
        too_deep = too_deep || depth > kDeepest;
        if (too_deep) return false;
        if (event == Event::object_start) open.emplace_back();
        if (event == Event::object_end) open.pop_back();
        if (event == Event::key) {
            const auto& name = parsed.get_ref<const std::string&>();
            if (std::ranges::find(open.back(), name) != open.back().end()) twice = name;
            open.back().push_back(name);
        }
        return true;
    };
    try {
        auto json = nlohmann::ordered_json::parse(text, watch);
        if (too_deep) return Fault{FaultKind::Genesis, "its values are nested deeper than in any genesis file"};
        if (twice) return Fault{FaultKind::Genesis, "\"" + *twice + "\" is there twice"};
        return json;
    } catch (const nlohmann::json::exception& error) {
        return Fault{FaultKind::Genesis, std::string("it is no JSON: ") + error.what()};
    }
}

nlohmann::ordered_json configuration_as_json(const Configuration& configuration);
Outcome<Configuration> configuration_from(const nlohmann::ordered_json& json);

}  // namespace touchstone::node::adapters
