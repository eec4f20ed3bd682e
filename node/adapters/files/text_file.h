// Whole files as text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "node/adapters/files/fault.h"

namespace touchstone::node::adapters {

/// The content; refuses files above `limit` bytes before it reads them. `what` names the file in messages.
Outcome<std::string> read_text_file(const std::filesystem::path& path, std::uintmax_t limit, FaultKind kind,
                                    const std::string& what);

/// Replaces the file in one step: a reader sees the old content or the new one, never a part.
Outcome<Done> replace_text_file(const std::filesystem::path& path, std::string_view content, FaultKind kind,
                                const std::string& what);

}  // namespace touchstone::node::adapters
