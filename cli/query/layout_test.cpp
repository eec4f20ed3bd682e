#include "cli/query/layout.h"

#include <gtest/gtest.h>

namespace touchstone::cli {
namespace {

RpcJson json(const char* text) { return RpcJson::parse(text); }

TEST(Layout, ValuesAreInUnitsOfPeople) {
    EXPECT_EQ(value_text("18446744073709551615", Unit::Amount), "18446744073.709551615 TST");
    EXPECT_EQ(value_text("1", Unit::Amount), "0.000000001 TST");
    EXPECT_EQ(value_text("999871", Unit::Millionths), "99.9871 %");
    EXPECT_EQ(value_text("250", Unit::BasisPoints), "2.5 %");
    EXPECT_EQ(value_text("0", Unit::Time), "1970-01-01 00:00:00 UTC");
    EXPECT_EQ(value_text(true, Unit::YesNo), "yes");
    EXPECT_EQ(value_text("a\x1b[2J", Unit::Text), "a?[2J");
}

TEST(Layout, WhatIsNotOfTheUnitIsNothing) {
    for (const RpcJson& value : {RpcJson("x"), RpcJson(""), RpcJson("-1"), RpcJson("18446744073709551616"), RpcJson(5),
                                 RpcJson(true), RpcJson(), RpcJson::array()})
        EXPECT_EQ(value_text(value, Unit::Amount), std::nullopt) << value;
    EXPECT_EQ(value_text("true", Unit::YesNo), std::nullopt);
    EXPECT_EQ(value_text(5, Unit::Text), std::nullopt);
}

TEST(Layout, FieldsAreFoundOnTheirWay) {
    const RpcJson answer = json(R"({"a":{"b":"c"},"n":null})");
    EXPECT_EQ(*field_at(answer, "a/b"), "c");
    EXPECT_EQ(field_at(answer, ""), &answer);
    EXPECT_TRUE(field_at(answer, "n/b")->is_null());
    EXPECT_EQ(field_at(answer, "a/c"), nullptr);
    EXPECT_EQ(field_at(answer, "a/b/c"), nullptr);
}

TEST(Layout, RowsWithoutAValueAreLeftOut) {
    const Show show = show_rows({{"slot", "slot"}, {"balance", "b", Unit::Amount}, {"speed", "s", Unit::Number, " s"}});
    EXPECT_EQ(show(json(R"({"slot":"7","b":"2500000000","s":"3"})")),
              "slot                7\n"
              "balance             2.5 TST\n"
              "speed               3 s\n");
    EXPECT_EQ(show(json(R"({"slot":"7","b":null,"s":null})")), "slot                7\n");
    EXPECT_EQ(show(json(R"({"slot":"7","b":"1"})")), std::nullopt) << "a field is missing";
    EXPECT_EQ(show(json(R"({"slot":"7","b":"x","s":null})")), std::nullopt);
    EXPECT_EQ(show(json("5")), std::nullopt);
}

TEST(Layout, ListsAreTables) {
    const Show show =
        show_rows({{"total", "total"}}, Table{"list", {{"n", "n", Unit::Number}, {"stake", "s", Unit::Amount}}});
    EXPECT_EQ(show(json(R"({"total":"3","list":[{"n":"1","s":"32000000000"},{"n":"10","s":null}]})")),
              "total               3\n"
              "\n"
              " n   stake\n"
              " 1  32 TST\n"
              "10       –\n");
    EXPECT_EQ(show(json(R"({"total":"0","list":[]})")), "total               0\n");
    EXPECT_EQ(show(json(R"({"total":"0","list":{}})")), std::nullopt);
    EXPECT_EQ(show(json(R"({"total":"0","list":[{}]})")), std::nullopt);
}

TEST(Layout, ATableComesInPages) {
    TableLines lines(Table{"list", {{"n", "n", Unit::Number}}});
    EXPECT_EQ(lines.of(json(R"({"list":[]})")), "");
    EXPECT_EQ(lines.of(json(R"({"list":[{"n":"1"},{"n":"20"}]})")), " n\n 1\n20\n");
    EXPECT_EQ(lines.of(json(R"({"list":[{"n":"3"},{"n":"4"}]})"), 1), " 3\n");
    EXPECT_EQ(lines.of(json(R"({"list":[{"m":"3"}]})")), std::nullopt);
    EXPECT_EQ(lines.of(json(R"({"list":5})")), std::nullopt);
}

}  // namespace
}  // namespace touchstone::cli
