// A way through all entries of a version in pages, each of which costs as much as it is long.
#pragma once

#include <optional>
#include <vector>

#include "node/kernel/tree/tree.h"

namespace touchstone::node::tree {

/// Good as long as the version.
struct EntryView {
    Path path;
    Bytes key;
    Bytes value;
};

/// The first so many entries whose path is greater than `after` (of all, without it), in ascending order of path. On
/// any thread. Precondition: the version was made by Entries.
std::vector<EntryView> entries_after(const TreeVersion& version, const std::optional<Path>& after, std::size_t most);

}  // namespace touchstone::node::tree
