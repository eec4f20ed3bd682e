// Fields of a node's answers. Nothing where one is not there, or is of another form.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "node/base/bytes.h"

namespace touchstone::cli {

using RpcJson = nlohmann::json;

/// Of decimal digits, and nothing else.
std::optional<std::uint64_t> uint64_from_text(std::string_view text);

std::optional<std::uint64_t> uint64_field(const RpcJson& json, std::string_view name);
std::optional<std::string> text_field(const RpcJson& json, std::string_view name);
std::optional<bool> bool_field(const RpcJson& json, std::string_view name);

/// Bytes of that length, as hexadecimal text.
template <class Fixed>
std::optional<Fixed> fixed_field(const RpcJson& json, std::string_view name) {
    const auto text = text_field(json, name);
    return text ? node::fixed_from_hex<Fixed>(*text) : std::nullopt;
}

}  // namespace touchstone::cli
