// What somebody may have meant who wrote a name that does not exist.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace touchstone::node::adapters {

/// The name with the fewest letters inserted, left out or changed; nothing if none is near.
std::optional<std::string_view> nearest_name(std::string_view unknown, std::span<const std::string_view> names);

}  // namespace touchstone::node::adapters
