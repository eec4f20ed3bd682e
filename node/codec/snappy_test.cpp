#include "node/codec/snappy.h"

#include <gtest/gtest.h>

namespace touchstone::node::codec {
namespace {

constexpr std::uint64_t kLimit = 100;

Clause refusal(const ByteVector& compressed) {
    const auto result = decompress(compressed, kLimit);
    EXPECT_FALSE(result.ok());
    return result.ok() ? Clause::ENC_23 : result.rejection().clause;
}

TEST(Snappy, AnEncodingOfNoBytesIsCompressedToOne) {
    const ByteVector nothing = compress({});
    EXPECT_EQ(nothing, ByteVector{0});
    const auto back = decompress(nothing, 0);
    ASSERT_TRUE(back.ok());
    EXPECT_TRUE(back.value().empty());
}

TEST(Snappy, IsHeldToTheDeclaredLengthAndTheLimit) {
    const ByteVector good = compress(ByteVector(kLimit, 7));
    ASSERT_TRUE(decompress(good, kLimit).ok());
    EXPECT_EQ(declared_length(good).value(), kLimit);
    EXPECT_EQ(refusal(compress(ByteVector(kLimit + 1, 7))), Clause::ENC_24);
    EXPECT_EQ(refusal({}), Clause::ENC_24) << "no length begins it";
    EXPECT_EQ(refusal({0xff, 0xff, 0xff, 0xff, 0x1f, 0x00}), Clause::ENC_24) << "more than 32 bits";
    EXPECT_EQ(refusal({0x02, 0x00, 0x61}), Clause::ENC_24) << "fewer bytes than declared";
    EXPECT_EQ(refusal({0x01, 0x04, 0x61, 0x61}), Clause::ENC_24) << "more bytes than declared";
    EXPECT_EQ(refusal({0x00, 0x00, 0x61}), Clause::ENC_24) << "something after nothing";
    EXPECT_EQ(refusal({0x01, 0x00}), Clause::ENC_24) << "cut off";
    EXPECT_EQ(refusal({0x04, 0x09, 0x01}), Clause::ENC_24) << "a copy of what is not there";
}

}  // namespace
}  // namespace touchstone::node::codec
