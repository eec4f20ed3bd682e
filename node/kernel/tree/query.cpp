#include "node/kernel/tree/query.h"

#include <algorithm>

#include "crypto/sha256.h"

namespace touchstone::node::tree {

Query query_of_keys(std::span<const ByteVector> keys) {
    Query query;
    query.reserve(keys.size());
    for (const ByteVector& key : keys) {
        const Path path(crypto::sha256(key));
        query.push_back({path, path});
    }
    std::ranges::sort(query, {}, &KvInterval::first);
    const auto repeated = std::ranges::unique(query);
    query.erase(repeated.begin(), repeated.end());
    return query;
}

Result<void> check_query(Intervals query) {
    if (query.empty()) return reject(Clause::KVT_06, "no interval");
    for (std::size_t i = 0; i < query.size(); ++i) {
        if (query[i].first > query[i].last) return reject(Clause::KVT_06, "an interval ends before it begins");
        if (i != 0 && query[i].first <= query[i - 1].last) return reject(Clause::KVT_06, "intervals out of order");
    }
    return {};
}

bool contains(Intervals query, const Path& path) {
    const auto next = std::ranges::lower_bound(query, path, {}, &KvInterval::last);
    return next != query.end() && next->first <= path;
}

Position Position::root(Intervals query) {
    Position position;
    position.last_.bytes.fill(0xff);
    position.intervals_ = query;
    return position;
}

Position Position::left() const {
    Position child = *this;
    ++child.depth_;
    child.last_.bytes[depth_ / 8] ^= static_cast<std::uint8_t>(0x80U >> (depth_ % 8));
    const auto beyond = std::ranges::upper_bound(intervals_, child.last_, {}, &KvInterval::first);
    child.intervals_ = intervals_.first(static_cast<std::size_t>(beyond - intervals_.begin()));
    return child;
}

Position Position::right() const {
    Position child = *this;
    ++child.depth_;
    child.first_.bytes[depth_ / 8] ^= static_cast<std::uint8_t>(0x80U >> (depth_ % 8));
    const auto begin = std::ranges::lower_bound(intervals_, child.first_, {}, &KvInterval::last);
    child.intervals_ = intervals_.subspan(static_cast<std::size_t>(begin - intervals_.begin()));
    return child;
}

Relation Position::relation() const {
    if (intervals_.empty()) return Relation::outside;
    // Of several intervals none has the whole span: each has a path here and ends before the next begins.
    const KvInterval& only = intervals_.front();
    if (intervals_.size() == 1 && only.first <= first_ && last_ <= only.last) return Relation::inside;
    return Relation::between;
}

}  // namespace touchstone::node::tree
