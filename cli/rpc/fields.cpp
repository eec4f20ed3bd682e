#include "cli/rpc/fields.h"

#include <charconv>

namespace touchstone::cli {

namespace {

/// Null pointer: there is none.
const RpcJson* field_of(const RpcJson& json, std::string_view name) {
    if (!json.is_object()) return nullptr;
    const auto field = json.find(name);
    return field == json.end() ? nullptr : &*field;
}

}  // namespace

std::optional<std::uint64_t> uint64_from_text(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> uint64_field(const RpcJson& json, std::string_view name) {
    const auto text = text_field(json, name);
    return text ? uint64_from_text(*text) : std::nullopt;
}

std::optional<std::string> text_field(const RpcJson& json, std::string_view name) {
    const RpcJson* const field = field_of(json, name);
    if (field == nullptr || !field->is_string()) return std::nullopt;
    return field->get<std::string>();
}

std::optional<bool> bool_field(const RpcJson& json, std::string_view name) {
    const RpcJson* const field = field_of(json, name);
    if (field == nullptr || !field->is_boolean()) return std::nullopt;
    return field->get<bool>();
}

}  // namespace touchstone::cli
