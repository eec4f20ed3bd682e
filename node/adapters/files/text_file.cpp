#include "node/adapters/files/text_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace touchstone::node::adapters {

namespace {

Fault system_fault(FaultKind kind, const std::string& action, const std::string& what,
                   const std::filesystem::path& path) {
    return Fault{kind, "cannot " + action + " " + what + " " + path.string() + ": " + std::strerror(errno)};
}

}  // namespace

Outcome<std::string> read_text_file(const std::filesystem::path& path, std::uintmax_t limit, FaultKind kind,
                                    const std::string& what) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return Fault{kind, what + " " + path.string() + " is a folder"};
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return system_fault(kind, "read", what, path);
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error) return Fault{kind, "cannot read " + what + " " + path.string() + ": " + error.message()};
    if (size > limit) {
        return Fault{kind, what + " " + path.string() + " has " + std::to_string(size) + " bytes, more than the " +
                               std::to_string(limit) + " that are read; is it the right file?"};
    }
    std::string content(static_cast<std::size_t>(size), '\0');
    stream.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (static_cast<std::size_t>(stream.gcount()) != content.size()) return system_fault(kind, "read", what, path);
    return content;
}

Outcome<Done> replace_text_file(const std::filesystem::path& path, std::string_view content, FaultKind kind,
                                const std::string& what) {
    const std::filesystem::path temporary = path.string() + ".new";
    {
        errno = 0;
        std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
        stream.write(content.data(), static_cast<std::streamsize>(content.size()));
        stream.flush();
        if (!stream) return system_fault(kind, "write", what, path);
    }
    std::error_code error;
    std::filesystem::rename(temporary, path, error);
    if (error) return Fault{kind, "cannot write " + what + " " + path.string() + ": " + error.message()};
    return Done{};
}

}  // namespace touchstone::node::adapters
