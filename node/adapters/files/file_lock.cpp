#include "node/adapters/files/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace touchstone::node::adapters {

namespace {

std::string holder_of(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t length = ::pread(descriptor, text.data(), text.size() - 1, 0);
    const std::string number(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::string digits = number.substr(0, number.find_first_not_of("0123456789"));
    return digits.empty() ? "another process" : "process " + digits;
}

void write_holder(int descriptor) {
    const std::string number = std::to_string(::getpid()) + "\n";
    // Only people read it: a failure costs a worse message.
    if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, number.data(), number.size(), 0);
}

}  // namespace

Outcome<FileLock> FileLock::acquire(const std::filesystem::path& path, const std::string& what) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        return Fault{FaultKind::Data, "cannot open the lock " + path.string() + ": " + std::strerror(errno) +
                                          "; check that the folder exists and may be written"};
    }
    FileLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return Fault{FaultKind::Data, "cannot lock " + path.string() + ": " + std::strerror(errno)};
        }
        return Fault{FaultKind::Data, what + " is in use by " + holder_of(descriptor) + " (lock " + path.string() +
                                          "); stop that process or use another folder"};
    }
    write_holder(descriptor);
    return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace touchstone::node::adapters
