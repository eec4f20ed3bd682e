// Files that only their owner may read: keys and records that protect keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "node/adapters/files/fault.h"

namespace touchstone::node::adapters {

/// Refuses what is no regular file, is owned by somebody else, or may be read or written by others than its owner.
Outcome<Done> check_private(const std::filesystem::path& path, const std::string& what);

/// Creates the file with mode 0600 and this content, durable on return. Fails if it exists; leaves nothing half-written
/// under the name.
Outcome<Done> create_private_file(const std::filesystem::path& path, std::span<const std::uint8_t> content,
                                  const std::string& what);

}  // namespace touchstone::node::adapters
