// The entries of a state: copies of a state share them until one of the copies changes one.
#pragma once

#include <memory>

#include "reference/tree/kv_tree.h"

namespace touchstone::reference {

class SharedEntries {
  public:
    SharedEntries() : SharedEntries(KvMap{}) {}
    explicit SharedEntries(KvMap map) : map_(std::make_shared<KvMap>(std::move(map))) {}

    const KvMap& map() const { return *map_; }
    /// The map to change. Whoever shared it keeps it as it was.
    KvMap& change() {
        if (map_.use_count() > 1) map_ = std::make_shared<KvMap>(*map_);
        return *map_;
    }
    friend bool operator==(const SharedEntries& a, const SharedEntries& b) {
        return a.map_ == b.map_ || *a.map_ == *b.map_;
    }

  private:
    std::shared_ptr<KvMap> map_;
};

}  // namespace touchstone::reference
