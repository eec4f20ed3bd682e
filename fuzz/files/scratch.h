// Files of one process, for readers that take a path.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "fuzz/input.h"
#include "node/adapters/files/temporary_folder.h"

namespace touchstone::fuzz {

/// The folder is made at first use and gone when the process ends.
inline std::filesystem::path scratch(const std::string& name) {
    static const node::adapters::TemporaryFolder folder;
    return folder / name;
}

inline std::filesystem::path scratch_file(const std::string& name, Bytes content) {
    std::filesystem::path path = scratch(name);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
    return path;
}

inline ByteVector file_content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline std::string_view as_text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline ByteVector as_bytes(std::string_view text) { return {text.begin(), text.end()}; }

/// A seed: some bytes that choose, then a text.
inline ByteVector seed_of(ByteVector choices, std::string_view text) {
    choices.insert(choices.end(), text.begin(), text.end());
    return choices;
}

}  // namespace touchstone::fuzz
