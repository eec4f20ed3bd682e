#include "audit/trace/citations.h"

#include <gtest/gtest.h>

namespace touchstone::audit {
namespace {

ClauseIndex index_of(std::initializer_list<const char*> ids) {
    ClauseIndex index;
    for (const std::string id : ids) {
        index.by_id.emplace(id, index.clauses.size());
        index.families.insert(id.substr(0, id.find('-')));
        index.clauses.emplace_back().id = id;
    }
    return index;
}

// "ATT-03:1 check, ATT-04:2 mention"
std::string found_in(const std::string& text, const std::string& file = "node/attestation.cpp") {
    std::string all;
    for (const Citation& citation : find_citations(file, text, index_of({"ATT-03", "ATT-04", "ATT-05", "ATT-07"}))) {
        all += (all.empty() ? "" : ", ") + citation.id + ":" + std::to_string(citation.place.line) + " " +
               std::string(to_text(citation.form));
    }
    return all;
}

TEST(Citations, CodeThatRefusesIsACheck) {
    EXPECT_EQ(found_in("if (late) return reject(Clause::ATT_03);"), "ATT-03:1 check");
    EXPECT_EQ(found_in("REQUIRE(a <= b,\n        Clause::ATT_03);"), "ATT-03:2 check");
    EXPECT_EQ(found_in("return ::touchstone::node::Clause::ATT_03;"), "ATT-03:1 check");
    EXPECT_EQ(found_in("return refuse(request, \"ATT-03\");"), "ATT-03:1 check");
}

TEST(Citations, CodeThatComparesIsAnInquiry) {
    EXPECT_EQ(found_in("if (found.clause == Clause::ATT_03) retry();"), "ATT-03:1 inquiry");
    EXPECT_EQ(found_in("if (found.clause != node::Clause::ATT_03) retry();"), "ATT-03:1 inquiry");
    EXPECT_EQ(found_in("if (Clause::ATT_03 == found.clause) retry();"), "ATT-03:1 inquiry");
    EXPECT_EQ(found_in("case Clause::ATT_03:"), "ATT-03:1 inquiry");
}

TEST(Citations, CommentsAreMentionsUnlessTheyStandBesideAnExit) {
    EXPECT_EQ(found_in("// ATT-03 and [ATT-04]\n"), "ATT-03:1 mention, ATT-04:1 mention");
    EXPECT_EQ(found_in("/* Clause::ATT_03 */ int x;"), "ATT-03:1 mention");
    EXPECT_EQ(found_in("std::set<Root> late;  // [ATT-03]"), "ATT-03:1 mention");
    EXPECT_EQ(found_in("if (late) return false;  // [ATT-03]"), "ATT-03:1 beside");
    EXPECT_EQ(found_in("return x;\n// [ATT-03]\nreturn y;"), "ATT-03:2 mention");
    EXPECT_EQ(found_in("log(\"breaks ATT-03 and more\");"), "ATT-03:1 mention");
}

TEST(Citations, StringsAndLiteralsDoNotHideWhatFollows) {
    EXPECT_EQ(found_in("auto a = \"// \\\" no comment\"; return Clause::ATT_03;"), "ATT-03:1 check");
    EXPECT_EQ(found_in("auto a = R\"x(\" // )\" )x\"; return Clause::ATT_03;"), "ATT-03:1 check");
    EXPECT_EQ(found_in("auto a = 1'000; auto b = '\"'; return Clause::ATT_03;"), "ATT-03:1 check");
}

TEST(Citations, ARangeNamesWhatIsBetween) {
    EXPECT_EQ(found_in("int x;\n// [ATT-03] to [ATT-07]"),
              "ATT-03:2 mention, ATT-04:2 mention, ATT-05:2 mention, ATT-07:2 mention");
    EXPECT_EQ(found_in("`ATT-03` to ATT-05", "spec/prose/08.md"),
              "ATT-03:1 mention, ATT-04:1 mention, ATT-05:1 mention");
    EXPECT_EQ(found_in("// The way of a vote. [ATT-03] to [ATT-07]\n#pragma once"),
              "ATT-03:1 mention, ATT-07:1 mention")
        << "the title of a file is about them all, but holds none";
}

TEST(Citations, OtherWordsAreNone) {
    EXPECT_EQ(found_in("// SHA-256, BIP-350, BLS12-381, XATT-03, ATT-3, ATT-0345, ATT-03x, ATT_03"), "");
}

TEST(Citations, UnknownIdsOfAFamilyAreFoundAndWhatStandsInBracketsAlways) {
    EXPECT_EQ(found_in("// ATT-99 [ZZZ-01]"), "ATT-99:1 mention, ZZZ-01:1 mention");
    EXPECT_EQ(found_in("return Clause::ZZZ_01;"), "ZZZ-01:1 check");
}

}  // namespace
}  // namespace touchstone::audit
