// The node's secret network key: 64 hexadecimal digits in a file of mode 0600.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "node/adapters/files/fault.h"

namespace touchstone::node::app {

using NodeKey = std::array<std::uint8_t, 32>;

/// Makes the file with a fresh key if it is missing. Refuses one that others may read.
adapters::Outcome<NodeKey> load_or_create_node_key(const std::filesystem::path& path);

}  // namespace touchstone::node::app
