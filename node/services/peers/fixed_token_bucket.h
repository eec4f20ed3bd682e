// A bucket of tokens that knows its size. [NET-110] [NET-111]
#pragma once

#include <algorithm>
#include <cstdint>

#include "node/base/token_bucket.h"

namespace touchstone::node {

class FixedTokenBucket {
  public:
    /// Both are at least 1; 0 is taken for 1.
    constexpr FixedTokenBucket(std::uint64_t capacity, std::uint64_t fill_ms)
        : size_{std::max<std::uint64_t>(capacity, 1), std::max<std::uint64_t>(fill_ms, 1)} {}

    std::uint64_t capacity() const { return size_.capacity; }

    /// False, and nothing is taken, if there is less.
    bool take(std::uint64_t tokens, std::uint64_t now_ms) { return bucket_.take(tokens, size_, now_ms); }
    void overdraw(std::uint64_t tokens, std::uint64_t now_ms) { bucket_.overdraw(tokens, size_, now_ms); }
    bool holds_some(std::uint64_t now_ms) { return bucket_.holds_some(size_, now_ms); }
    bool is_full(std::uint64_t now_ms) const { return TokenBucket(bucket_).is_full(size_, now_ms); }
    /// When so many tokens, or as many as it can hold, will be there.
    std::uint64_t ready_at(std::uint64_t tokens, std::uint64_t now_ms) {
        return bucket_.ready_at(tokens, size_, now_ms);
    }

  private:
    TokenBucket::Size size_;
    TokenBucket bucket_;
};

}  // namespace touchstone::node
