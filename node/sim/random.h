// Random numbers from a seed (SplitMix64): the same everywhere, always.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "node/ports/random.h"

namespace touchstone::node::sim {

/// A probability as SeededRandom::chance takes it, rounded.
std::uint64_t parts_per_million(double probability);

class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() override;

    /// Uniform in [0, bound); 0 if bound is 0.
    std::uint64_t below(std::uint64_t bound);
    /// True with probability `parts_per_million` / 10^6.
    bool chance(std::uint64_t parts_per_million);
    /// An independent stream; the same label gives the same stream, whatever was drawn in between.
    static SeededRandom stream(std::uint64_t seed, std::string_view label, std::uint64_t number);

    /// Every order equally likely.
    template <class Value>
    void shuffle(std::vector<Value>& values) {
        for (std::size_t left = values.size(); left > 1; --left)
            std::swap(values[left - 1], values[below(left)]);
    }

  private:
    std::uint64_t state_;
};

}  // namespace touchstone::node::sim
