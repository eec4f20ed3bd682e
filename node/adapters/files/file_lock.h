// Keeps a second process away from what one process has open.
#pragma once

#include <filesystem>

#include "node/adapters/files/fault.h"

namespace touchstone::node::adapters {

/// An exclusive lock on a file of its own, held as long as the object lives and no longer than the process does. The
/// file stays behind, unlocked; it holds the number of the last process that had it, for people.
class FileLock {
  public:
    /// Fails at once if somebody holds it. `what` names the locked thing in the message, for example "the data
    /// directory".
    static Outcome<FileLock> acquire(const std::filesystem::path& path, const std::string& what);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

  private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

}  // namespace touchstone::node::adapters
