#include "cli/terminal/text.h"

#include <gtest/gtest.h>

namespace touchstone::cli {
namespace {

TEST(TerminalText, IsMeasuredInCharacters) {
    EXPECT_EQ(columns_of("0xab…"), 5U);
    EXPECT_EQ(pad_left("…", 3), "  …");
    EXPECT_EQ(pad_right("…", 3), "…  ");
    EXPECT_EQ(pad_left("abcd", 3), "abcd");
    EXPECT_EQ(cut("a…cd", 2), "a…");
    EXPECT_EQ(cut("ab", 2), "ab");
    EXPECT_EQ(cut("ab", 0), "");
}

TEST(TerminalText, OfOthersDoesNotSteerTheTerminal) {
    EXPECT_EQ(printable("touchstone-node 1.0 – é"), "touchstone-node 1.0 – é");
    EXPECT_EQ(printable("a\x1b[2Jb\r\n\x7f"), "a?[2Jb???");
    EXPECT_EQ(printable("a\xc2\x9b"
                        "31m"),
              "a?31m");
    EXPECT_EQ(printable("\xc2\xa0"), "\xc2\xa0");
    EXPECT_EQ(printable("\xc2"), "\xc2");
}

TEST(TerminalText, SharesAreExact) {
    EXPECT_EQ(percent_of_millionths(1'000'000), "100 %");
    EXPECT_EQ(percent_of_millionths(999'871), "99.9871 %");
    EXPECT_EQ(percent_of_millionths(500'100), "50.01 %");
    EXPECT_EQ(percent_of_millionths(1), "0.0001 %");
    EXPECT_EQ(percent_of_millionths(0), "0 %");
}

TEST(TerminalText, TimesAreOfUtc) {
    EXPECT_EQ(utc_text(0), "1970-01-01 00:00:00 UTC");
    EXPECT_EQ(utc_text(1'700'000'000'999), "2023-11-14 22:13:20 UTC");
    EXPECT_FALSE(utc_text(~std::uint64_t{0}).empty());
}

TEST(TerminalText, TablesAreAsWideAsWhatIsInThem) {
    EXPECT_EQ(table_text({{"slot", true}, {"root"}, {"n", true}}, {{"7", "0xab…", "10"}, {"12345", "–", "2"}}),
              " slot  root    n\n"
              "    7  0xab…  10\n"
              "12345  –       2\n");
    EXPECT_EQ(table_text({{"slot", true}, {"root"}}, {}), "slot  root\n");
}

TEST(TerminalText, ATableGoesOnWithoutItsNames) {
    TextTable table({{"n", true}, {"name"}});
    EXPECT_EQ(table.lines({{"1", "a"}}), "n  name\n1  a\n");
    EXPECT_EQ(table.lines({{"100", "b"}}), "100  b\n");
    EXPECT_EQ(table.lines({{"2", "c"}}), "  2  c\n");
    EXPECT_EQ(table.lines({}), "");
}

}  // namespace
}  // namespace touchstone::cli
