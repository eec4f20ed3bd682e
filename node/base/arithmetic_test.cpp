#include "node/base/arithmetic.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "node/base/bytes.h"

namespace touchstone::node {
namespace {

TEST(Arithmetic, SquareRootOfTheEnds) {
    EXPECT_EQ(integer_square_root(0), 0U);
    EXPECT_EQ(integer_square_root(1), 1U);
    EXPECT_EQ(integer_square_root(kUint64Max), 4294967295U);
    EXPECT_EQ(integer_square_root(std::uint64_t{4294967295U} * 4294967295U - 1), 4294967294U);
}

RC_GTEST_PROP(Arithmetic, SquareRootIsTheFloor, (std::uint64_t n)) {
    const Uint128 root = integer_square_root(n);
    RC_ASSERT(root * root <= n);
    RC_ASSERT((root + 1) * (root + 1) > n);
}

TEST(Arithmetic, PointsStayAtTheirEnds) {
    EXPECT_EQ(Epoch(kUint64Max) + 5, Epoch(kUint64Max));
    EXPECT_EQ(Epoch(3) - 5, Epoch(0));
    EXPECT_EQ(Epoch(3) - Epoch(5), 0U);
}

TEST(Arithmetic, AddingToAnAmountReportsOverflow) {
    Amount amount(kUint64Max);
    const auto result = add_to(amount, 1);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.rejection().clause, Clause::TYP_01);
    EXPECT_EQ(amount, Amount(kUint64Max));
}

TEST(Arithmetic, TreeDepth) {
    EXPECT_EQ(tree_depth(0), 0U);
    EXPECT_EQ(tree_depth(1), 0U);
    EXPECT_EQ(tree_depth(2), 1U);
    EXPECT_EQ(tree_depth(5), 3U);
    EXPECT_EQ(tree_depth(std::uint64_t{1} << 40U), 40U);
}

TEST(Bytes, HexadecimalReadsBackWhatItWrote) {
    EXPECT_EQ(to_hex(ByteVector{0x00, 0xAB, 0xff}), "00abff");
    EXPECT_EQ(from_hex("0x00ABff"), (ByteVector{0x00, 0xab, 0xff}));
    EXPECT_FALSE(from_hex("0x0").has_value());
    EXPECT_FALSE(from_hex("zz").has_value());
}

}  // namespace
}  // namespace touchstone::node
