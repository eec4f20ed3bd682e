// What a proof is asked for, and how a position of the tree lies to it.
#pragma once

#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/types/containers.h"

namespace touchstone::node::tree {

/// [KVT-05]
using Query = std::vector<KvInterval>;
using Intervals = std::span<const KvInterval>;

/// The query of a set of keys, each given once or more. [KVT-05]
Query query_of_keys(std::span<const ByteVector> keys);

/// [KVT-06]
Result<void> check_query(Intervals query);

/// Whether an interval of a well-formed query has the path.
bool contains(Intervals query, const Path& path);

enum class Relation : std::uint8_t { outside, inside, between };

/// A position of the tree with those intervals of a well-formed query that have paths of its span. [KVT-08]
class Position {
  public:
    static Position root(Intervals query);
    /// Precondition of both: depth() < 256, as it is at every position that is `between`.
    Position left() const;
    Position right() const;

    unsigned depth() const { return depth_; }
    Intervals intervals() const { return intervals_; }
    Relation relation() const;
    /// Whether the path is of the span.
    bool spans(const Path& path) const { return first_ <= path && path <= last_; }

  private:
    unsigned depth_ = 0;
    Path first_;
    Path last_;
    Intervals intervals_;
};

}  // namespace touchstone::node::tree
