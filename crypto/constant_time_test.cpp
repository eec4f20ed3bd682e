#include "crypto/constant_time.h"

#include <gtest/gtest.h>

namespace touchstone::crypto {
namespace {

TEST(EqualInConstantTime, IsEquality) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "Secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secret2"));
    EXPECT_FALSE(equal_in_constant_time("", "x"));
}

}  // namespace
}  // namespace touchstone::crypto
