#include "crypto/random.h"

#include <gtest/gtest.h>

#include <array>

namespace touchstone::crypto {
namespace {

TEST(SecureRandom, TwoDrawsDiffer) {
    std::array<std::uint8_t, 32> first{};
    std::array<std::uint8_t, 32> second{};
    secure_random(first);
    secure_random(second);
    EXPECT_NE(first, second);
    EXPECT_NE(first, (std::array<std::uint8_t, 32>{}));
}

TEST(SecureRandom, FillsOnlyWhatItIsGiven) {
    std::array<std::uint8_t, 48> buffer{};
    secure_random(std::span(buffer).first(32));
    for (std::size_t i = 32; i < buffer.size(); ++i)
        EXPECT_EQ(buffer[i], 0);
}

}  // namespace
}  // namespace touchstone::crypto
