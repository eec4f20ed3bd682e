// A bucket of tokens that is full at first and fills evenly.
#pragma once

#include <algorithm>
#include <cstdint>

#include "node/base/arithmetic.h"

namespace touchstone::node {

/// What is taken is owed until time has paid it back, so that the size may change and a bucket that is full again need
/// not be remembered. In any span of t ms at most capacity + capacity * t / fill_ms tokens are taken, overdrafts apart.
class TokenBucket {
  public:
    struct Size {
        std::uint64_t capacity = 0;
        std::uint64_t fill_ms = 1;  // from empty to full; never 0, and the same whenever a bucket is asked
    };

    /// Takes all of them if then at least `left` are still there, else none.
    bool take(std::uint64_t tokens, const Size& size, std::uint64_t now_ms, std::uint64_t left = 0) {
        pay(size, now_ms);
        if (saturating_add(tokens, left) > available(size)) return false;
        owed_ = saturating_add(owed_, saturating_multiply(tokens, size.fill_ms));
        return true;
    }
    /// Takes them although they may not be there: until that is paid back nothing more is to be had.
    void overdraw(std::uint64_t tokens, const Size& size, std::uint64_t now_ms) {
        pay(size, now_ms);
        owed_ = saturating_add(owed_, saturating_multiply(tokens, size.fill_ms));
    }
    std::uint64_t available(const Size& size, std::uint64_t now_ms) {
        pay(size, now_ms);
        return available(size);
    }
    /// Any part of a token.
    bool holds_some(const Size& size, std::uint64_t now_ms) {
        pay(size, now_ms);
        return owed_ < whole(size);
    }
    bool is_full(const Size& size, std::uint64_t now_ms) {
        pay(size, now_ms);
        return owed_ == 0;
    }
    /// When so many tokens, or as many as it can hold, will be there.
    std::uint64_t ready_at(std::uint64_t tokens, const Size& size, std::uint64_t now_ms) {
        pay(size, now_ms);
        const std::uint64_t wanted = saturating_multiply(std::min(tokens, size.capacity), size.fill_ms);
        const std::uint64_t unpaid = saturating_subtract(owed_, saturating_subtract(whole(size), wanted));
        return unpaid == 0 ? now_ms : saturating_add(now_ms, (unpaid - 1) / size.capacity + 1);
    }

  private:
    /// A clock that steps back pays nothing.
    void pay(const Size& size, std::uint64_t now_ms) {
        const std::uint64_t passed = saturating_subtract(now_ms, at_ms_);
        owed_ = saturating_subtract(owed_, saturating_multiply(passed, size.capacity));
        at_ms_ = now_ms;
    }
    std::uint64_t available(const Size& size) const { return saturating_subtract(whole(size), owed_) / size.fill_ms; }
    static std::uint64_t whole(const Size& size) { return saturating_multiply(size.capacity, size.fill_ms); }

    std::uint64_t owed_ = 0;  // in parts of a token, fill_ms of which are one: a token is paid in fill_ms / capacity
    std::uint64_t at_ms_ = 0;
};

}  // namespace touchstone::node
