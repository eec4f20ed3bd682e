#include "conformance-tests/runner/json_schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "conformance-tests/runner/schemas.h"

namespace touchstone::conform {
namespace {

using Json = nlohmann::json;

Json good_meta() {
    return Json::parse(R"({"shows": "a vote may not be included early", "clauses": ["ATT-03"], "inputs": ["pre"],
                           "expect": {"rejected": "ATT-03"}})");
}

bool fits(std::string_view schema, const Json& value) { return !JsonSchema(schema).first_problem(value).has_value(); }

TEST(JsonSchema, AcceptsAMetaThatFollowsTheFormat) { EXPECT_TRUE(fits(kMetaSchema, good_meta())); }

TEST(JsonSchema, RefusesAFieldThatTheFormatDoesNotHave) {
    Json meta = good_meta();
    meta["comment"] = "hello";
    EXPECT_FALSE(fits(kMetaSchema, meta));
}

TEST(JsonSchema, RefusesAClauseThatIsNone) {
    Json meta = good_meta();
    meta["clauses"] = {"att-3"};
    EXPECT_FALSE(fits(kMetaSchema, meta));
}

TEST(JsonSchema, RefusesAnExpectationThatBothAcceptsAndRejects) {
    Json meta = good_meta();
    meta["expect"]["accepted"] = true;
    EXPECT_FALSE(fits(kMetaSchema, meta));
}

TEST(JsonSchema, RefusesANumberWhereAUint64StringBelongs) {
    Json meta = good_meta();
    meta["config"] = {{"MAX_FORKS", 8}};
    EXPECT_FALSE(fits(kMetaSchema, meta));
    meta["config"] = {{"MAX_FORKS", "8"}};
    EXPECT_TRUE(fits(kMetaSchema, meta));
}

TEST(JsonSchema, RefusesAStepOfTwoKinds) {
    Json meta = good_meta();
    meta["steps"] = Json::parse(R"([{"tick": "12", "block": "b"}])");
    EXPECT_FALSE(fits(kMetaSchema, meta));
    meta["steps"] = Json::parse(R"([{"tick": "12"}, {"checks": {"head": {"slot": "1", "root": "0x00"}}}])");
    EXPECT_TRUE(fits(kMetaSchema, meta));
}

TEST(JsonSchema, RefusesAResponseThatIsBothAcceptedAndRejected) {
    EXPECT_TRUE(fits(kResponseSchema, Json::parse(R"({"id": "1", "ok": true, "outputs": {}})")));
    EXPECT_FALSE(fits(kResponseSchema, Json::parse(R"({"id": "1", "ok": true, "outputs": {}, "rejected": "ATT-03"})")));
}

TEST(JsonSchema, MatchesNoTextThatIsTooLongForIt) {
    constexpr std::string_view kHex = R"({"type": "string", "pattern": "^0x([0-9a-f]{2})*$"})";
    EXPECT_TRUE(fits(kHex, "0x" + std::string(4094, 'a')));
    EXPECT_FALSE(fits(kHex, "0x" + std::string(1'000'000, 'a')));
}

TEST(JsonSchema, DoesNotPassOverAKeywordThatItDoesNotUnderstand) {
    EXPECT_THROW(JsonSchema(R"({"maximum": 3})"), std::runtime_error);
}

TEST(JsonSchema, EveryPublishedSchemaIsUnderstood) {
    for (const auto schema : {kMetaSchema, kRequestSchema, kResponseSchema, kIndexSchema}) {
        EXPECT_NO_THROW(JsonSchema{schema});
    }
}

}  // namespace
}  // namespace touchstone::conform
