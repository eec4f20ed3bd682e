#include "node/sim/random.h"

#include <cmath>

namespace touchstone::node::sim {

std::uint64_t parts_per_million(double probability) {
    constexpr double kMillion = 1e6;
    return static_cast<std::uint64_t>(std::llround(probability * kMillion));
}

std::uint64_t SeededRandom::next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31U);
}

std::uint64_t SeededRandom::below(std::uint64_t bound) {
    if (bound == 0) return 0;
    // Numbers above the greatest multiple of bound are drawn again, so that no remainder is more likely than another.
    const std::uint64_t excess = (UINT64_MAX % bound + 1) % bound;
    std::uint64_t drawn = next();
    while (drawn > UINT64_MAX - excess)
        drawn = next();
    return drawn % bound;
}

bool SeededRandom::chance(std::uint64_t parts_per_million) { return below(1'000'000) < parts_per_million; }

SeededRandom SeededRandom::stream(std::uint64_t seed, std::string_view label, std::uint64_t number) {
    SeededRandom mixer(seed);
    for (const char letter : label)
        mixer.state_ = mixer.next() ^ static_cast<unsigned char>(letter);
    mixer.state_ = mixer.next() ^ number;
    return SeededRandom(mixer.next());
}

}  // namespace touchstone::node::sim
