#include "fuzz/mutate.h"

#include <algorithm>

namespace touchstone::fuzz {
namespace {

constexpr std::size_t kMostBytes = 4096;

void change(ByteVector& bytes, std::span<const ByteVector> seeds, Random& random) {
    if (bytes.empty()) {
        bytes.push_back(random.byte());
        return;
    }
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(random.below(bytes.size()));
    const auto length = static_cast<std::ptrdiff_t>(
        1 + random.below(std::min<std::uint64_t>(16, static_cast<std::uint64_t>(bytes.end() - place))));
    switch (random.below(7)) {
        case 0:
            *place ^= static_cast<std::uint8_t>(1U << random.below(8));
            break;
        case 1:
            *place = random.byte();
            break;
        case 2:
            *place = static_cast<std::uint8_t>(*place + (random.chance(50) ? 1 : 255));
            break;
        case 3:
            bytes.erase(place, place + length);
            break;
        case 4: {
            const ByteVector more = random.bytes(1 + random.below(8));
            bytes.insert(place, more.begin(), more.end());
            break;
        }
        case 5:
            std::fill(place, place + length, random.chance(50) ? std::uint8_t{0} : std::uint8_t{0xff});
            break;
        default: {
            const ByteVector& other = seeds[random.below(seeds.size())];
            const std::size_t cut = random.below(other.size() + 1);
            bytes.erase(place, bytes.end());
            bytes.insert(bytes.end(), other.begin() + static_cast<std::ptrdiff_t>(cut), other.end());
            break;
        }
    }
}

}  // namespace

ByteVector mutate(std::span<const ByteVector> seeds, Random& random) {
    ByteVector bytes = random.chance(10) ? random.bytes(random.below(200)) : seeds[random.below(seeds.size())];
    const std::uint64_t changes = 1 + random.below(4);
    for (std::uint64_t i = 0; i < changes; ++i)
        change(bytes, seeds, random);
    bytes.resize(std::min(bytes.size(), kMostBytes));
    return bytes;
}

}  // namespace touchstone::fuzz
