#include "conformance-tests/runner/run.h"

#include <gtest/gtest.h>
#include <snappy.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "conformance-tests/runner/judge.h"
#include "conformance-tests/runner/report.h"

namespace touchstone::conform {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Any version: these vectors are of the test alone.
const std::string kVersion = "v0";

// A folder of vectors that lives as long as the test.
class RunTest : public ::testing::Test {
  protected:
    RunTest()
        : vectors_(fs::temp_directory_path() / ("touchstone-conform-test-" + std::to_string(::getpid()) + "-" +
                                                ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
        fs::remove_all(vectors_);
    }
    ~RunTest() override { fs::remove_all(vectors_); }

    fs::path add_case(const std::string& name, Json meta) {
        const fs::path folder = vectors_ / "minimal" / kVersion / "operations" / "attestation" / name;
        fs::create_directories(folder);
        meta["shows"] = "what a runner does with it";
        if (!meta.contains("clauses")) meta["clauses"] = {"ATT-03"};
        if (!meta.contains("inputs")) meta["inputs"] = Json::array();
        std::ofstream(folder / "meta.json") << meta.dump();
        return folder;
    }

    static void add_file(const fs::path& folder, const std::string& name, const std::string& content) {
        std::string compressed;
        snappy::Compress(content.data(), content.size(), &compressed);
        std::ofstream(folder / name, std::ios::binary) << compressed;
    }

    void add_behaviour(const std::string& name, const std::string& behave) {
        add_case(name, {{"params", {{"behave", behave}}}, {"expect", {{"accepted", true}}}});
    }

    void add_echo(const std::string& name, const std::string& in, const std::string& out) {
        const auto folder =
            add_case(name, {{"inputs", {"pre"}}, {"expect", {{"accepted", true}, {"files", {"post"}}}}});
        add_file(folder, "pre.ssz_snappy", in);
        add_file(folder, "post.ssz_snappy", out);
    }

    [[nodiscard]] Report run_all(std::vector<std::string> more = {}) const {
        RunOptions options;
        options.vectors = vectors_;
        options.timeout = std::chrono::seconds(60);  // a busy machine starts python slowly
        options.adapter = {"python3", TOUCHSTONE_CONFORM_TESTDATA "/fake_adapter.py"};
        options.adapter.insert(options.adapter.end(), more.begin(), more.end());
        return run(options);
    }

    // The one case of the folder.
    [[nodiscard]] CaseResult run_one() const { return run_all().cases.at(0); }

    fs::path vectors_;
};

TEST_F(RunTest, PassesWhenTheOutputIsTheFile) {
    add_echo("same", "abc", "abc");
    EXPECT_TRUE(run_one().passed) << run_one().reason;
}

TEST_F(RunTest, AnInputMayAlsoBeTheExpectedOutput) {
    const auto folder =
        add_case("same_file", {{"inputs", {"pre", "post"}}, {"expect", {{"accepted", true}, {"files", {"post"}}}}});
    add_file(folder, "pre.ssz_snappy", "abc");
    add_file(folder, "post.ssz_snappy", "abc");
    EXPECT_TRUE(run_one().passed) << run_one().reason;
}

TEST_F(RunTest, FailsWhenOneByteDiffersAndSaysWhere) {
    add_echo("differs", "abcdef", "abcdeg");
    EXPECT_FALSE(run_one().passed);
    EXPECT_NE(run_one().reason.find("byte 5"), std::string::npos) << run_one().reason;
}

TEST_F(RunTest, FailsWhenAFileIsLeftUnread) {
    add_echo("unread", "abc", "abc");
    add_file(vectors_ / "minimal" / kVersion / "operations/attestation/unread", "forgotten.ssz_snappy", "x");
    EXPECT_NE(run_one().reason.find("left unread"), std::string::npos) << run_one().reason;
}

TEST_F(RunTest, FailsWhenAFileIsMissing) {
    add_case("missing", {{"inputs", {"pre"}}, {"expect", {{"accepted", true}}}});
    EXPECT_NE(run_one().reason.find("pre.ssz_snappy"), std::string::npos);
}

TEST_F(RunTest, FailsWhenAFileIsDamaged) {
    const auto folder = add_case("damaged", {{"inputs", {"pre"}}, {"expect", {{"accepted", true}}}});
    std::ofstream(folder / "pre.ssz_snappy") << "\x40zzz";
    EXPECT_NE(run_one().reason.find("snappy"), std::string::npos);
}

TEST_F(RunTest, FailsWhenAnOutputIsNotExpected) {
    const auto folder = add_case("extra", {{"inputs", {"pre"}}, {"expect", {{"accepted", true}}}});
    add_file(folder, "pre.ssz_snappy", "abc");
    EXPECT_NE(run_one().reason.find("does not expect"), std::string::npos) << run_one().reason;
}

TEST_F(RunTest, GivesConfigurationAndParametersToTheAdapter) {
    add_case("value",
             {{"config", {{"MAX_FORKS", "8"}}},
              {"params", {{"behave", "value"}, {"root", "0xab"}}},
              {"expect", {{"accepted", true}, {"values", {{"root", "0xab"}, {"config", {{"MAX_FORKS", "8"}}}}}}}});
    EXPECT_TRUE(run_one().passed) << run_one().reason;
}

TEST_F(RunTest, PassesARejectionOnlyForTheNamedReason) {
    const Json expect{{"rejected", "ATT-03"}};
    add_case("a_right", {{"params", {{"behave", "reject"}, {"with", "ATT-03"}}}, {"expect", expect}});
    add_case("b_wrong", {{"params", {{"behave", "reject"}, {"with", "ATT-04"}}}, {"expect", expect}});
    add_case("c_accepted", {{"params", {{"behave", "none"}}}, {"expect", expect}});
    const Report report = run_all();
    EXPECT_TRUE(report.cases.at(0).passed) << report.cases.at(0).reason;
    EXPECT_FALSE(report.cases.at(1).passed);
    EXPECT_EQ(report.cases.at(1).observed, "ATT-04");
    EXPECT_FALSE(report.cases.at(2).passed);
    const auto clauses = report.by_clause();
    EXPECT_EQ(clauses.at("ATT-03").rejecting_passed, 1U);
    EXPECT_EQ(clauses.at("ATT-03").rejecting_failed, 2U);
}

TEST_F(RunTest, ComparesTheNameOfABrokenAssumption) {
    const Json expect{{"rejected", "TYP-06"}, {"name", "SHUFFLE_ROUNDS"}};
    add_case("a_right",
             {{"params", {{"behave", "reject"}, {"with", "TYP-06"}, {"name", "SHUFFLE_ROUNDS"}}}, {"expect", expect}});
    add_case("b_other",
             {{"params", {{"behave", "reject"}, {"with", "TYP-06"}, {"name", "SUPPLY_BOUND"}}}, {"expect", expect}});
    add_case("c_none", {{"params", {{"behave", "reject"}, {"with", "TYP-06"}}}, {"expect", expect}});
    EXPECT_EQ(run_all().passed(), 1U);
}

TEST_F(RunTest, CountsUnsupportedAsAFailure) {
    add_behaviour("unsupported", "unsupported");
    EXPECT_FALSE(run_one().passed);
}

TEST_F(RunTest, GoesOnAfterEveryWayInWhichAnAdapterCanFail) {
    unsigned number = 0;
    for (const char* behave : {"crash", "leave", "garbage", "other_id", "twice", "extra_field"}) {
        add_behaviour(std::to_string(number++) + "_" + behave, behave);
        add_echo(std::to_string(number++) + "_good", "abc", "abc");
    }
    const Report report = run_all();
    EXPECT_EQ(report.passed(), 6U);
    EXPECT_EQ(report.failed(), 6U);
    for (const CaseResult& result : report.cases)
        EXPECT_EQ(result.passed, result.name.ends_with("_good")) << result.name;
    EXPECT_NE(report.cases.at(0).reason.find("SIGABRT"), std::string::npos) << report.cases.at(0).reason;
}

TEST_F(RunTest, ReportsAnAdapterThatEndsBadly) {
    add_echo("good", "abc", "abc");
    const Report report = run_all({"--end-badly"});
    EXPECT_EQ(report.failed(), 1U);
    EXPECT_EQ(report.cases.back().id(), "adapter/end/ends_with_0");
}

TEST_F(RunTest, ComparesScenariosStepByStep) {
    const Json steps = Json::parse(R"([{"tick": "6"}, {"tick": "5", "rejected": "FC-11"},
                                       {"checks": {"time": "6"}}])");
    const auto add = [&](const std::string& name, const char* observed) {
        add_case(name, {{"params", {{"behave", "steps"}, {"steps", Json::parse(observed)}}},
                        {"steps", steps},
                        {"expect", {{"accepted", true}}}});
    };
    add("a_right", R"([{"ok": true}, {"ok": false, "rejected": "FC-11"}, {"checks": {"time": "6"}}])");
    add("b_wrong_clause", R"([{"ok": true}, {"ok": false, "rejected": "FC-12"}, {"checks": {"time": "6"}}])");
    add("c_wrong_check", R"([{"ok": true}, {"ok": false, "rejected": "FC-11"}, {"checks": {"time": "7"}}])");
    add("d_step_missing", R"([{"ok": true}, {"ok": false, "rejected": "FC-11"}])");
    add("e_accepted", R"([{"ok": true}, {"ok": true}, {"checks": {"time": "6"}}])");
    const Report report = run_all();
    EXPECT_TRUE(report.cases.at(0).passed) << report.cases.at(0).reason;
    EXPECT_EQ(report.failed(), 4U);
    EXPECT_EQ(report.by_clause().at("FC-11").rejecting_passed, 1U);
}

TEST_F(RunTest, AStepMayNameOtherClausesThatAPolicyAllows) {
    const Json steps = Json::parse(R"([{"tick": "5", "rejected": "FC-19", "or": ["FC-16"]}])");
    for (const char* clause : {"FC-16", "FC-19", "FC-18"}) {
        const Json observed = Json::array({{{"ok", false}, {"rejected", clause}}});
        add_case(std::string("with_") + clause, {{"params", {{"behave", "steps"}, {"steps", observed}}},
                                                 {"steps", steps},
                                                 {"expect", {{"accepted", true}}}});
    }
    EXPECT_EQ(run_all().passed(), 2U);
}

TEST_F(RunTest, ComparesVerdictsOnMessagesWithTheirReasonsAndIds) {
    const Json message{{"message", "message_0"}, {"topic", "/a/b"}, {"id", "0x" + std::string(40, 'a')}};
    const auto with = [&](Json step, const Json& more) {
        step.update(more);
        return step;
    };
    const Json answered{{"id", message.at("id")}};
    const auto add = [&](const std::string& name, const Json& expected, const Json& observed) {
        const auto folder = add_case(name, {{"params", {{"behave", "steps"}, {"steps", Json::array({observed})}}},
                                            {"inputs", {"message_0"}},
                                            {"steps", Json::array({expected})},
                                            {"expect", {{"accepted", true}}}});
        add_file(folder, "message_0.ssz_snappy", "abc");
    };
    const Json accept{{"verdict", "accept"}};
    const Json ignore{{"verdict", "ignore"}, {"reason", "NET-14"}};
    const Json reject{{"verdict", "reject"}, {"reason", "NET-14"}};
    add("accepted_right", with(message, accept), with(answered, accept));
    add("accepted_wrong", with(message, accept), with(answered, ignore));
    add("ignored_right", with(message, ignore), with(answered, ignore));
    add("ignored_wrong_verdict", with(message, ignore), with(answered, reject));
    add("ignored_wrong_reason", with(message, ignore), with(answered, {{"verdict", "ignore"}, {"reason", "NET-15"}}));
    add("ignored_wrong_accept", with(message, ignore), with(answered, accept));
    add("id_wrong", with(message, ignore), with({{"id", "0x"}}, ignore));
    add("id_wrong_missing", with(message, ignore), ignore);
    const Json other{{"verdict", "reject"}, {"reason", "NET-20"}};
    const Json otherwise = with(with(message, other), {{"otherwise", ignore}});
    add("otherwise_right", otherwise, with(answered, ignore));
    add("otherwise_right_too", otherwise, with(answered, other));
    add("otherwise_wrong", otherwise, with(answered, reject));
    const Json none{{"message", "message_0"}, {"topic", "/a/c"}, {"verdict", "none"}};
    add("none_right", none, {{"verdict", "none"}});
    add("none_wrong", none, with(answered, reject));
    const Report report = run_all();
    for (const CaseResult& result : report.cases)
        EXPECT_EQ(result.passed, result.name.find("right") != std::string::npos) << result.name << result.reason;
    EXPECT_EQ(report.by_clause().at("NET-14").rejecting(), 6U);
}

TEST_F(RunTest, AVerdictOnAMessageHasAReasonUnlessItIsAccepted) {
    const auto add = [&](const std::string& name, const Json& verdict) {
        Json step{{"message", "message_0"}, {"topic", "/a/b"}};
        step.update(verdict);
        const auto folder = add_case(
            name, {{"inputs", {"message_0"}}, {"steps", Json::array({step})}, {"expect", {{"accepted", true}}}});
        add_file(folder, "message_0.ssz_snappy", "abc");
    };
    const std::string id = "0x" + std::string(40, 'a');
    add("accept_with_reason", {{"verdict", "accept"}, {"reason", "NET-14"}, {"id", id}});
    add("ignore_without_reason", {{"verdict", "ignore"}, {"id", id}});
    add("none_with_id", {{"verdict", "none"}, {"id", id}});
    add("reject_without_id", {{"verdict", "reject"}, {"reason", "NET-14"}});
    for (const CaseResult& result : run_all().cases)
        EXPECT_NE(result.reason.find("the case itself"), std::string::npos) << result.name << result.reason;
}

TEST_F(RunTest, HidesWhatIsExpectedFromTheAdapter) {
    add_case("checks", {{"params", {{"behave", "see_checks"}}},
                        {"steps", Json::parse(R"([{"checks": {"time": "123456789"}}])")},
                        {"expect", {{"accepted", true}}}});
    EXPECT_EQ(run_one().reason.find("\"123456789\", \"6"), std::string::npos);
    EXPECT_NE(run_one().reason.find(R"({\"checks\": [\"time\"]})"), std::string::npos) << run_one().reason;
}

TEST_F(RunTest, RefusesToRunNothing) {
    add_echo("good", "abc", "abc");
    RunOptions options;
    options.vectors = vectors_;
    options.adapter = {"true"};
    options.filters = {"no_such_case"};
    EXPECT_THROW((void)run(options), std::runtime_error);
}

TEST_F(RunTest, AStrayFileBetweenTheFoldersIsAnError) {
    add_echo("good", "abc", "abc");
    std::ofstream(vectors_ / "minimal" / kVersion / "operations/stray.txt") << "x";
    EXPECT_THROW((void)run_all(), std::runtime_error);
}

TEST_F(RunTest, TheTextEndsWithTheCounts) {
    add_echo("good", "abc", "abc");
    add_echo("bad", "abc", "abd");
    std::ostringstream out;
    write_text(out, run_all());
    EXPECT_TRUE(out.str().ends_with("\n1 passed, 1 failed\n")) << out.str();
    EXPECT_NE(out.str().find("clause ATT-03"), std::string::npos);
}

TEST_F(RunTest, WritesJUnitWithAFailureForEachFailedCase) {
    add_echo("good", "abc", "abc");
    add_echo("bad", "abc", "abd");
    std::ostringstream out;
    write_junit(out, run_all());
    EXPECT_NE(out.str().find(R"(tests="2" failures="1")"), std::string::npos);
    EXPECT_NE(out.str().find("<failure message="), std::string::npos);
}

TEST_F(RunTest, WritesJsonWithCasesAndClauses) {
    add_echo("good", "abc", "abc");
    std::ostringstream out;
    write_json(out, run_all());
    const Json report = Json::parse(out.str());
    EXPECT_EQ(report.at("passed"), 1);
    EXPECT_EQ(report.at("clauses").at("ATT-03").at("accepting").at("passed"), 1);
}

TEST_F(RunTest, AReportThatWasWrittenReadsBackAsItWas) {
    add_echo("good", "abc", "abc");
    add_case("wrong_reason",
             {{"params", {{"behave", "reject"}, {"with", "ATT-04"}}}, {"expect", {{"rejected", "ATT-03"}}}});
    std::stringstream written;
    write_json(written, run_all());
    const std::string text = written.str();
    std::ostringstream again;
    const Report report = read_json(written);
    write_json(again, report);
    EXPECT_EQ(again.str(), text);
    EXPECT_EQ(report.cases.at(1).observed, "ATT-04");
    EXPECT_TRUE(report.cases.at(1).rejected_whole);
}

TEST_F(RunTest, ReadsNoReportFromAnythingElse) {
    for (const char* text : {"", "[]", R"({"cases": [{}]})", R"({"cases": [{"case": "no_slashes"}]})"}) {
        std::istringstream in(text);
        EXPECT_THROW((void)read_json(in), std::runtime_error) << text;
    }
}

TEST_F(RunTest, ListsCasesWithoutAnAdapter) {
    add_echo("good", "abc", "abc");
    add_case("rejected", {{"expect", {{"rejected", "ATT-03"}}}});
    add_case("unreadable", {{"inputs", {"pre"}}, {"expect", {{"accepted", true}}}});
    RunOptions options;
    options.vectors = vectors_;
    const Report report = list(options);
    ASSERT_EQ(report.cases.size(), 3U);
    EXPECT_EQ(report.by_clause().at("ATT-03").accepting(), 1U);
    EXPECT_EQ(report.by_clause().at("ATT-03").rejecting(), 1U);
    EXPECT_NE(report.cases.at(2).reason.find("the case itself"), std::string::npos);
}

TEST(JudgeTest, SurvivesResponsesThatAreDeepOrLong) {
    VectorCase vector;
    vector.meta = "{}";
    vector.expect.values = R"({"valid": true})";
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_FALSE(judge(vector, "1", R"({"id":"1","ok":true,"outputs":{"valid":)" + deep + "}}").passed);
    const std::string clause(300'000, 'A');
    EXPECT_FALSE(judge(vector, "1", R"({"id":"1","ok":false,"rejected":")" + clause + "\"}").passed);
}

TEST(ReportTest, IsJsonEvenIfAnAdapterSaidWhatIsNoText) {
    Report report;
    report.cases.emplace_back().reason = "the answer is not JSON: \xff\xfe";
    std::ostringstream out;
    write_json(out, report);
    EXPECT_TRUE(Json::accept(out.str()));
}

}  // namespace
}  // namespace touchstone::conform
