#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "audit/trace/output.h"
#include "audit/trace/verdicts.h"

namespace touchstone::audit {
namespace {

namespace fs = std::filesystem;

// A small tree in which each clause has all its evidence, until a test takes some away.
class TraceTest : public ::testing::Test {
  protected:
    TraceTest()
        : root_(fs::temp_directory_path() / ("touchstone-audit-test-" + std::to_string(::getpid()) + "-" +
                                             ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
        fs::remove_all(root_);
        write("spec/prose/08-votes.md",
              "# Votes\n\n### Window\n\n`[ATT-03]` (rule) It is late <enough>, see ATT-04.\n\n*Rationale.* So.\n\n"
              "`[ATT-04]` (definition) What late is.\n\n`[DUT-01]` (duty) Vote.\n\n`[STO-01]` (rule) Read well.\n");
        write_index();
        write("reference/votes.cpp",
              "// [ATT-04]\nbool late();\nResult check() {\n    REQUIRE(late(), Clause::ATT_03);\n}\n");
        write("reference/replay.cpp", "if (bad) throw Diverges{\"STO-01\"};\n");
        write("reference/replay_test.cpp", "EXPECT_EQ(clause(), \"STO-01\");\n");
        write("node/votes.cpp", "// [ATT-04]\nif (early) return reject(Clause::ATT_03);\nvote();  // [DUT-01]\n");
        write("node/votes_test.cpp", "/// [DUT-01]\nTEST(Duty, Votes) {}\n");
        write("spec/data/evidence.toml",
              "[[shown_by_tests]]\nclauses = \"STO-01\"\nsides = [\"reference\"]\nby = \"a database\"\n");
        add_case("in_time", {"ATT-03", "ATT-04"}, {});
        add_case("too_early", {"ATT-03"}, {"ATT-03"});
    }
    ~TraceTest() override { fs::remove_all(root_); }

    void write(const std::string& file, const std::string& text) const {
        fs::create_directories((root_ / file).parent_path());
        std::ofstream(root_ / file) << text;
    }

    void write_index() const {
        nlohmann::json clauses = nlohmann::json::array();
        for (const auto& [id, kind] : std::vector<std::pair<std::string, std::string>>{
                 {"ATT-03", "rule"}, {"ATT-04", "definition"}, {"DUT-01", "duty"}, {"STO-01", "rule"}}) {
            clauses.push_back({{"id", id},
                               {"kind", kind},
                               {"file", "spec/prose/08-votes.md"},
                               {"heading", "Window"},
                               {"sentence", "A sentence."}});
        }
        write("spec/data/clauses.json", nlohmann::json{{"clauses", clauses}}.dump());
    }

    conform::CaseResult& add_case(const std::string& name, std::vector<std::string> clauses,
                                  std::vector<std::string> rejects) {
        conform::CaseResult one;
        one.preset = "minimal";
        one.spec_version = "v0";  // any
        one.runner = "operations";
        one.handler = "attestation";
        one.name = name;
        one.clauses = std::move(clauses);
        one.rejected_whole = !rejects.empty();
        one.rejects = std::move(rejects);
        return vectors_.cases.emplace_back(std::move(one));
    }

    void owe(const std::string& clauses, const std::string& missing, const std::string& held_by) const {
        write("audit/trace/owed.toml", "# Owed.\n[[owed]]\nclauses = \"" + clauses + "\"\nmissing = [\"" + missing +
                                           "\"]\nreason = \"later\"\nheld_by = [\"" + held_by + "\"]\n");
    }

    // What an adapter answers that passes everything.
    [[nodiscard]] conform::Report passing() const {
        conform::Report report = vectors_;
        for (conform::CaseResult& one : report.cases)
            one.passed = true;
        return report;
    }

    [[nodiscard]] Matrix matrix(const Reports& reports = {}) const { return build_matrix(root_, vectors_, reports); }

    // One line for each failure.
    [[nodiscard]] std::string failures(const Reports& reports = {}) const {
        std::string lines;
        for (const Failure& failure : matrix(reports).failures)
            lines += to_text(failure) + "\n";
        return lines;
    }

    fs::path root_;
    conform::Report vectors_;
};

TEST_F(TraceTest, ACleanTreePasses) {
    EXPECT_EQ(failures({{"node", passing()}}), "");
    std::ostringstream out;
    write_failures(out, matrix());
    EXPECT_EQ(out.str(), "4 clauses: 4 with all evidence, 0 with evidence owed, 0 failures\n");
}

TEST_F(TraceTest, AnUnknownIdInASourceFails) {
    write("node/more.cpp", "\n// as [ATT-99] says\n");
    EXPECT_EQ(failures(),
              "ATT-99: no clause of spec/prose has this id; look at node/more.cpp:2; cite a clause of "
              "spec/data/clauses.json, or write the clause first\n");
}

TEST_F(TraceTest, AnUnknownIdInProseATestOrAFindingFails) {
    for (const char* file : {"spec/prose/09-more.md", "node/more_test.cpp", "audit/findings/0001.md", "cli/more.cpp"}) {
        write(file, "// see ATT-99\n");
        EXPECT_NE(failures().find(std::string("look at ") + file + ":1"), std::string::npos) << file;
        fs::remove(root_ / file);
    }
}

TEST_F(TraceTest, AnUnknownIdInAVectorFails) {
    add_case("odd", {"ATT-99"}, {});
    EXPECT_NE(failures().find("ATT-99: no clause of spec/prose has this id; look at "
                              "conformance-tests/vectors/minimal/v0/operations/attestation/odd/meta.json"),
              std::string::npos)
        << failures();
}

TEST_F(TraceTest, ARuleNeedsACheckOnBothSides) {
    write("node/votes.cpp", "// [ATT-03] [ATT-04] [DUT-01]\nif (found == Clause::ATT_03) retry();\n");
    EXPECT_EQ(failures(),
              "ATT-03: no check in node/ refuses with it; look at node/votes.cpp:1, which only mentions it; "
              "refuse with Clause::ATT_03 where the rule is checked, or cite it beside the check\n");
}

TEST_F(TraceTest, TheInventorySaysByWhichMeansAClauseIsHeld) {
    write("spec/tla/Votes.tla", "(* ATT-04 *)\nLate == TRUE\n");
    write("spec/tla/models/votes.toml", "clauses = [\"DUT-01\"]\n");
    write("proofs/arithmetic/late.smt2", "; ATT-03\n");
    write("proofs/arithmetic/README.md", "Not of ATT-04.\n");
    fs::remove(root_ / "reference/replay_test.cpp");
    std::ostringstream out;
    write_inventory(out, matrix());
    for (const char* line :
         {"| 08-votes | 4 | 1 | 2 | 2 | 1 | 1 |\n", "| ATT-03 | rule | Window | x |  | x |  |\n",
          "| ATT-04 | definition | Window |  | x | x |  |\n", "| DUT-01 | duty | Window |  | x |  | x |\n",
          "| STO-01 | rule | Window |  |  |  |  |\n"}) {
        EXPECT_NE(out.str().find(line), std::string::npos) << line << out.str();
    }
}

TEST_F(TraceTest, SupportOfTestsIsNoEvidence) {
    fs::rename(root_ / "node/votes.cpp", root_ / "node/test_votes.cpp");
    EXPECT_NE(failures().find("ATT-03: no check in node/"), std::string::npos);
    EXPECT_NE(failures().find("ATT-04: nothing in node/ cites it"), std::string::npos);
    EXPECT_NE(failures().find("DUT-01: nothing in node/ cites it"), std::string::npos);
}

TEST_F(TraceTest, ARuleNeedsAVectorThatPassesAndOneThatViolatesIt) {
    vectors_.cases.clear();
    add_case("in_time", {"ATT-03", "ATT-04"}, {});
    EXPECT_NE(failures().find("ATT-03: no vector violates it"), std::string::npos) << failures();
    vectors_.cases.clear();
    add_case("too_early", {"ATT-03", "ATT-04"}, {"ATT-03"});
    EXPECT_NE(failures().find("ATT-03: no vector that passes lists it"), std::string::npos) << failures();
    EXPECT_NE(failures().find("ATT-04: no vector lists it"), std::string::npos) << failures();
}

TEST_F(TraceTest, ADutyNeedsATest) {
    write("node/votes_test.cpp", "");
    EXPECT_EQ(failures(),
              "DUT-01: no test or simulation cites it; look at node/votes.cpp:3; cite [DUT-01] in the test "
              "that would fail without it\n");
}

TEST_F(TraceTest, WhatIsShownByTestsNeedsThemInPlaceOfVectors) {
    write("reference/replay_test.cpp", "");
    EXPECT_NE(failures().find("STO-01: no test cites it, which has to show it by a database"), std::string::npos);
}

TEST_F(TraceTest, ARejectionForAnotherReasonFails) {
    conform::Report report = passing();
    report.cases[1].passed = false;
    report.cases[1].observed = "ATT-04";
    report.cases[1].reason = "rejected with ATT-04, expected ATT-03";
    EXPECT_EQ(
        failures({{"node", report}}),
        "ATT-03: node rejects operations/attestation/too_early for another reason: rejected with ATT-04, expected "
        "ATT-03; look at conformance-tests/vectors/minimal/v0/operations/attestation/too_early; read the clause, "
        "then mend node or the case\n");
}

TEST_F(TraceTest, AnyOtherWrongAnswerFails) {
    conform::Report report = passing();
    report.cases[0].passed = false;
    report.cases[0].reason = "output post differs";
    EXPECT_NE(
        failures({{"node", report}}).find("ATT-03: node fails operations/attestation/in_time: output post differs"),
        std::string::npos);
}

TEST_F(TraceTest, AReportOfOtherVectorsFails) {
    conform::Report report = passing();
    report.cases[1].name = "renamed";
    report.cases[0].clauses = {"ATT-04"};
    const std::string found = failures({{"node", report}});
    EXPECT_NE(found.find("judged another version of operations/attestation/in_time"), std::string::npos) << found;
    EXPECT_NE(found.find("has no verdict on operations/attestation/too_early"), std::string::npos) << found;
    EXPECT_NE(found.find("has a verdict on an unknown case operations/attestation/renamed"), std::string::npos)
        << found;
}

TEST_F(TraceTest, ABrokenCaseFails) {
    vectors_.cases[0].reason = "the case itself: cannot read meta.json";
    EXPECT_NE(failures().find("operations/attestation/in_time is broken: the case itself"), std::string::npos);
}

TEST_F(TraceTest, WhatIsOwedDoesNotFailAndIsCounted) {
    write("node/votes_test.cpp", "");
    owe("DUT-01", "test", "node/votes.cpp");
    EXPECT_EQ(failures(), "");
    std::ostringstream out;
    write_failures(out, matrix());
    EXPECT_EQ(out.str(), "4 clauses: 3 with all evidence, 1 with evidence owed, 0 failures\n");
}

TEST_F(TraceTest, AnOwedEntryThatIsNotNeededFails) {
    owe("DUT-01", "test", "node/votes.cpp");
    EXPECT_EQ(failures(),
              "DUT-01: \"test\" is not missing any more, but still owed; look at audit/trace/owed.toml:2; take "
              "it out of audit/trace/owed.toml\n");
}

TEST_F(TraceTest, AnOwedEntryOfAnUnknownClauseFails) {
    owe("DUT-99", "test", "node/votes.cpp");
    EXPECT_NE(failures().find("DUT-99: no clause of spec/prose has this id; look at audit/trace/owed.toml:2"),
              std::string::npos)
        << failures();
}

TEST_F(TraceTest, WhatIsOwedHasToBeHeldBySomethingThatNamesIt) {
    write("node/votes_test.cpp", "");
    owe("DUT-01", "test", "reference/votes.cpp");
    EXPECT_NE(failures().find("DUT-01: no file of held_by names it"), std::string::npos) << failures();
    owe("DUT-01", "test", "node/gone.cpp");
    EXPECT_NE(failures().find("DUT-01: is held by node/gone.cpp, which is no file"), std::string::npos) << failures();
}

TEST_F(TraceTest, ADamagedDeclarationIsNamedWithItsLine) {
    for (const char* text :
         {"[[owed]]\nclauses = \"DUT-01\"\n", "[[owed]]\nclauses = 1\n", "[[owed]\n", "x = 1\n",
          "[[owed]]\nclauses = \"nothing\"\nmissing = [\"test\"]\nreason = \"r\"\nheld_by = [\"f\"]\n",
          "[[owed]]\nclauses = \"DUT-01\"\nmissing = [\"luck\"]\nreason = \"r\"\nheld_by = [\"f\"]\n"}) {
        write("audit/trace/owed.toml", text);
        try {
            (void)matrix();
            ADD_FAILURE() << text;
        } catch (const std::runtime_error& error) {
            EXPECT_TRUE(std::string(error.what()).starts_with("audit/trace/owed.toml:")) << error.what();
        }
    }
}

TEST_F(TraceTest, AnIndexThatDoesNotFitTheProseIsRefused) {
    write("spec/prose/08-votes.md", "`[ATT-03]` (rule) Alone.\n");
    EXPECT_THROW((void)matrix(), std::runtime_error);
    write("spec/data/clauses.json", "{\"clauses\": []}");
    EXPECT_THROW((void)matrix(), std::runtime_error);
}

TEST_F(TraceTest, TheTableHasALineForEachClause) {
    std::ostringstream out;
    write_table(out, matrix({{"node", passing()}}));
    const std::string table = out.str();
    EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 4);
    EXPECT_TRUE(table.starts_with("ATT-03 rule       prose 08:5")) << table;
    EXPECT_NE(table.find("reference votes.cpp:4"), std::string::npos) << table;
    EXPECT_NE(table.find("node votes.cpp:2"), std::string::npos) << table;
    EXPECT_NE(table.find("accepts 1    rejects 1    node 2/2"), std::string::npos) << table;
}

TEST_F(TraceTest, TheJsonHasPlacesAndForms) {
    std::ostringstream out;
    write_json(out, matrix({{"node", passing()}}));
    const auto first = nlohmann::json::parse(out.str()).at("clauses").at(0);
    EXPECT_EQ(first.at("id"), "ATT-03");
    EXPECT_EQ(first.at("reference").at(0),
              nlohmann::json({{"file", "reference/votes.cpp"}, {"line", 4}, {"form", "check"}}));
    EXPECT_EQ(first.at("rejecting"), nlohmann::json({"operations/attestation/too_early"}));
    EXPECT_EQ(first.at("verdicts").at("node"), nlohmann::json({{"of", 2}, {"passed", 2}}));
}

TEST_F(TraceTest, ThePageHoldsTheExcerptsAndNoEndOfItsScript) {
    write("node/votes.cpp", "// [ATT-04] </script>\nif (early) return reject(Clause::ATT_03);\nvote();  // [DUT-01]\n");
    std::ostringstream out;
    write_html(out, matrix(), root_);
    const std::string page = out.str();
    const std::size_t begin = page.find("id=\"data\">") + 10;
    const std::string data = page.substr(begin, page.find("</script>", begin) - begin);
    const auto first = nlohmann::json::parse(data).at("clauses").at(0);
    EXPECT_EQ(first.at("passage"), "`[ATT-03]` (rule) It is late <enough>, see ATT-04.\n\n*Rationale.* So.\n");
    EXPECT_EQ(first.at("node_text").at(0).at("text").at(0), "// [ATT-04] </script>");
    EXPECT_EQ(first.at("node_text").at(0).at("marked"), nlohmann::json({2}));
}

TEST_F(TraceTest, SettingsOfAdaptersAreChecked) {
    EXPECT_THROW((void)gather_reports(root_, {"no equals sign"}, {}), std::runtime_error);
    EXPECT_THROW((void)gather_reports(root_, {}, {"node=" + (root_ / "none.json").string()}), std::runtime_error);
    std::ofstream report(root_ / "report.json");
    conform::write_json(report, passing());
    report.close();
    const std::string setting = "node=" + (root_ / "report.json").string();
    EXPECT_EQ(gather_reports(root_, {}, {setting}).at("node").passed(), 2U);
    EXPECT_THROW((void)gather_reports(root_, {}, {setting, setting}), std::runtime_error);
}

}  // namespace
}  // namespace touchstone::audit
