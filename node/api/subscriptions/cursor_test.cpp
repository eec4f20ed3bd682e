#include "node/api/subscriptions/cursor.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace touchstone::node::api {
namespace {

const std::string kRootText = "0x" + std::string(62, '0') + "Ab";

TEST(Cursor, EveryPartIsReadWhereItStands) {
    const auto whole = parse_cursor("7:" + kRootText + ":12");
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->epoch, Epoch(7));
    EXPECT_EQ(whole->root.bytes[31], 0xab);
    EXPECT_EQ(whole->index, 12U);
    EXPECT_EQ(parse_cursor(kRootText)->epoch, std::nullopt);
    EXPECT_EQ(parse_cursor(kRootText)->index, std::nullopt);
}

TEST(Cursor, OtherTextsAreNone) {
    const std::vector<std::string> others{"",
                                          "0x",
                                          "7",
                                          "7:",
                                          ":" + kRootText,
                                          kRootText + ":",
                                          kRootText + "0",
                                          kRootText + "00",
                                          "07:" + kRootText,
                                          "-7:" + kRootText,
                                          "7:7:" + kRootText,
                                          "7:0x0x",
                                          kRootText + ":01",
                                          kRootText + ":1:1",
                                          kRootText + ":18446744073709551616",
                                          kRootText.substr(2),
                                          "7: " + kRootText,
                                          "0x" + kRootText};
    for (const std::string& text : others) {
        EXPECT_FALSE(parse_cursor(text)) << text;
        EXPECT_FALSE(kCursor.accepts(Json(text))) << text;
    }
    EXPECT_FALSE(kCursor.accepts(Json(7)));
}

RC_GTEST_PROP(Cursor, IsReadAsItIsWritten, ()) {
    Cursor cursor;
    for (std::uint8_t& byte : cursor.root.bytes)
        byte = *rc::gen::arbitrary<std::uint8_t>();
    if (*rc::gen::arbitrary<bool>()) cursor.epoch = Epoch(*rc::gen::arbitrary<std::uint64_t>());
    if (*rc::gen::arbitrary<bool>()) cursor.index = *rc::gen::arbitrary<std::uint64_t>();
    RC_ASSERT(kCursor.accepts(Json(to_text(cursor))));
    RC_ASSERT(parse_cursor(to_text(cursor)) == std::optional(cursor));
}

}  // namespace
}  // namespace touchstone::node::api
