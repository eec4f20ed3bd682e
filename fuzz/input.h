// The bytes of a fuzz input, read as numbers and choices. What lies beyond the end reads as zero, so every input means
// something.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace touchstone::fuzz {

using Bytes = std::span<const std::uint8_t>;
using ByteVector = std::vector<std::uint8_t>;

class Input {
  public:
    explicit Input(Bytes bytes) : rest_(bytes) {}

    bool empty() const { return rest_.empty(); }
    Bytes rest() const { return rest_; }

    /// Up to `count` bytes.
    Bytes take(std::size_t count) {
        const Bytes taken = rest_.first(std::min(count, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }
    std::uint64_t number(std::size_t bytes = 8) {
        std::uint64_t value = 0;
        std::size_t place = 0;
        for (const std::uint8_t byte : take(bytes))
            value |= std::uint64_t{byte} << (8 * place++);
        return value;
    }
    /// A number below `bound`, which is not zero; takes no more bytes than it needs.
    std::uint64_t below(std::uint64_t bound) {
        std::size_t bytes = 1;
        while (bytes < 8 && (bound - 1) >> (8 * bytes) != 0)
            ++bytes;
        return number(bytes) % bound;
    }
    bool flag() { return number(1) % 2 == 1; }
    template <class Sequence>
    auto& choose(Sequence& sequence) {
        return sequence[below(sequence.size())];
    }

  private:
    Bytes rest_;
};

}  // namespace touchstone::fuzz
