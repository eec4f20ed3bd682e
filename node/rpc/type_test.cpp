#include "node/rpc/type.h"

#include <gtest/gtest.h>

namespace touchstone::node::rpc {
namespace {

constexpr Scalar kNumber{"Number", R"({"type":"integer"})", "an integer",
                         [](const Json& json) { return json.is_number_integer(); }};

std::string said(const Type& type, const Json& value) {
    const auto problem = type.problem(value);
    return problem ? problem->text() : "";
}

Type pair() { return object("Pair", "two numbers", {{"a", kNumber, "the first"}, {"b", nullable(kNumber)}}); }

TEST(Type, AnObjectHasItsFieldsAndNoOthers) {
    EXPECT_EQ(said(pair(), {{"a", 1}, {"b", 2}}), "");
    EXPECT_EQ(said(pair(), {{"a", 1}, {"b", nullptr}}), "");
    EXPECT_EQ(said(pair(), {{"a", 1}}), "\"b\" is missing");
    EXPECT_EQ(said(pair(), {{"a", nullptr}, {"b", 2}}), "\"a\" must be an integer");
    EXPECT_EQ(said(pair(), {{"a", 1}, {"b", "2"}}), "\"b\" must be an integer");
    EXPECT_EQ(said(pair(), {{"a", 1}, {"b", 2}, {"c", 3}}), "\"c\" is not declared");
    EXPECT_EQ(said(pair(), 5), "it must be an object");
}

TEST(Type, AProblemSaysWhere) {
    const Type type = object("Outer", "", {{"pairs", list_of(pair(), 2)}, {"by_name", map_of("Numbers", "", kNumber)}});
    const Json good = {{"a", 1}, {"b", 2}};
    const Json names = {{"x", 1}};
    EXPECT_EQ(said(type, {{"pairs", Json::array({good, good})}, {"by_name", names}}), "");
    EXPECT_EQ(said(type, {{"pairs", Json::array({good, Json{{"a", true}}})}, {"by_name", names}}),
              "\"pairs[1].a\" must be an integer");
    EXPECT_EQ(said(type, {{"pairs", Json::array({good, good, good})}, {"by_name", names}}),
              "\"pairs\" must be a list of at most 2");
    EXPECT_EQ(said(type, {{"pairs", Json::array()}, {"by_name", {{"x", "1"}}}}), "\"by_name.x\" must be an integer");
}

TEST(Type, AChoiceIsOneOfItsTexts) {
    const Type type = choice_of("Colour", "", {"red", "green"});
    EXPECT_EQ(said(type, "red"), "");
    EXPECT_EQ(said(type, "blue"), R"(it must be one of "red", "green")");
    EXPECT_NE(said(type, 1), "");
}

TEST(Type, OneOfIsExactlyOneOfItsTypes) {
    const Type type = one_of("Either", "a colour or a number", {constant("red"), kNumber});
    EXPECT_EQ(said(type, "red"), "");
    EXPECT_EQ(said(type, 4), "");
    EXPECT_EQ(said(type, "4"), "it must be a colour or a number");
    EXPECT_NE(said(one_of("Twice", "never", {kNumber, kNumber}), 4), "");
}

TEST(Type, ASchemaNamesWhatItIsMadeOf) {
    Json components = Json::object();
    const Json schema = list_of(pair(), 7).schema(components);
    EXPECT_EQ(schema, Json::parse(R"({"type":"array","items":{"$ref":"#/components/schemas/Pair"},"maxItems":7})"));
    ASSERT_EQ(components.size(), 2U);
    EXPECT_EQ(components["Number"], Json::parse(R"({"type":"integer","description":"an integer"})"));
    EXPECT_EQ(components["Pair"], Json::parse(R"({"type":"object","description":"two numbers","properties":{
        "a":{"$ref":"#/components/schemas/Number","description":"the first"},
        "b":{"oneOf":[{"$ref":"#/components/schemas/Number"},{"type":"null"}]}},
        "required":["a","b"],"additionalProperties":false})"));
}

TEST(Type, TwoTypesOfOneNameAreRefused) {
    Json components = Json::object();
    pair().schema(components);
    EXPECT_NO_THROW(pair().schema(components));
    EXPECT_THROW(object("Pair", "another", {}).schema(components), std::logic_error);
}

}  // namespace
}  // namespace touchstone::node::rpc
