// Internal to execution: the accounts that a block has touched so far.
#pragma once

#include <map>
#include <vector>

#include "node/base/bytes.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// An account and its place in the tree.
struct AccountName {
    Address address;
    Path path;
};

/// By path. Paths are hashes, so their first bits spread; where somebody has ground them, a lookup is that of a
/// balanced tree, never a walk over all.
class AccountTable {
  public:
    struct Entry {
        Address address;
        Account account;
        bool changed = false;
    };

    /// For about so many accounts.
    explicit AccountTable(std::size_t expected);

    /// Null if nobody has touched it.
    Entry* find(const Path& path);
    /// As it was before the block. Precondition: not there yet.
    Entry& add(const AccountName& name, const Account& account);
    void set(const AccountName& name, const Account& account);

    /// Those that were set, with `visit(entry)`.
    template <class Visit>
    void for_each_changed(const Visit& visit) const {
        for (const auto& bucket : buckets_) {
            for (const auto& [path, entry] : bucket) {
                if (entry.changed) visit(entry);
            }
        }
    }

  private:
    std::map<Path, Entry>& bucket_of(const Path& path);
    unsigned bits_;
    std::vector<std::map<Path, Entry>> buckets_;
};

}  // namespace touchstone::node
