#include "node/adapters/files/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace touchstone::node::adapters {

namespace {

Fault system_fault(const std::string& what, const std::filesystem::path& path, const std::string& action) {
    return Fault{FaultKind::Keys, "cannot " + action + " " + what + " " + path.string() + ": " + std::strerror(errno)};
}

bool write_whole(int descriptor, std::span<const std::uint8_t> content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return ::fsync(descriptor) == 0;
}

/// So that the new name survives a loss of power.
bool synchronize_folder(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool done = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return done;
}

}  // namespace

Outcome<Done> check_private(const std::filesystem::path& path, const std::string& what) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return system_fault(what, path, "read");
    if (!S_ISREG(status.st_mode)) return Fault{FaultKind::Keys, what + " " + path.string() + " is no regular file"};
    if (status.st_uid != ::geteuid()) {
        return Fault{FaultKind::Keys, what + " " + path.string() +
                                          " belongs to another user; change its owner to the user that runs the node"};
    }
    if ((status.st_mode & 077U) != 0) {
        std::array<char, 8> mode{};
        std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(status.st_mode & 07777U));
        return Fault{FaultKind::Keys, what + " " + path.string() + " is open to other users (mode " + mode.data() +
                                          "); run: chmod 600 " + path.string()};
    }
    return Done{};
}

Outcome<Done> create_private_file(const std::filesystem::path& path, std::span<const std::uint8_t> content,
                                  const std::string& what) {
    const std::filesystem::path temporary = path.string() + ".new";
    ::unlink(temporary.c_str());
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return system_fault(what, path, "create");
    const bool written = write_whole(descriptor, content);
    Fault fault = system_fault(what, path, "write");
    ::close(descriptor);
    if (written) {
        // A link, unlike a rename, replaces nothing.
        if (::link(temporary.c_str(), path.c_str()) == 0) {
            ::unlink(temporary.c_str());
            if (synchronize_folder(path.parent_path())) return Done{};
            return system_fault(what, path, "make durable");
        }
        fault = system_fault(what, path, "create");
    }
    ::unlink(temporary.c_str());
    return fault;
}

}  // namespace touchstone::node::adapters
