// What the runner reads: the files of a case, and the responses of a client that need not be friendly. Every fault of
// theirs is a verdict, and every report can be written.
#include <nlohmann/json.hpp>

#include <array>
#include <sstream>

#include "conformance-tests/runner/json_schema.h"
#include "conformance-tests/runner/judge.h"
#include "conformance-tests/runner/report.h"
#include "conformance-tests/runner/schemas.h"
#include "fuzz/agreement.h"
#include "fuzz/files/scratch.h"
#include "fuzz/targets.h"
#include "node/codec/snappy.h"

namespace touchstone::fuzz {
namespace {

using Json = nlohmann::json;

// Any version: no file of it is looked for.
const std::string kVersion = "v0";

conform::VectorCase vector_case(const std::string& meta) {
    const Json json = Json::parse(meta);
    conform::VectorCase made;
    made.place = {"minimal", kVersion, "fork_choice", "get_head", "case", {}};
    made.shows = json.at("shows");
    made.clauses = json.at("clauses");
    made.meta = meta;
    const Json& expect = json.at("expect");
    if (expect.contains("rejected")) made.expect.rejected = expect.at("rejected");
    if (expect.contains("values")) made.expect.values = expect.at("values").dump();
    made.inputs["pre"] = {1, 2};
    if (expect.contains("files")) made.outputs["post"] = {3, 4, 5};
    return made;
}

const std::array<std::string, 4> kMetas{
    R"({"shows":"a","clauses":["ATT-03"],"inputs":["pre"],"expect":{"rejected":"ATT-03"}})",
    R"({"shows":"b","clauses":["ATT-03"],"inputs":["pre"],"expect":{"accepted":true,"files":["post"]}})",
    R"({"shows":"c","clauses":["ATT-03"],"inputs":["pre"],"params":{"slot":"1"},)"
    R"("expect":{"accepted":true,"values":{"valid":[true,false],"committees":{"a":"1"}}}})",
    R"({"shows":"d","clauses":["FC-01"],"inputs":["pre"],"steps":[{"tick":"6000"},{"block":"pre","rejected":"FC-16",)"
    R"("or":["FC-17"]},{"checks":{"time":"6","weights":{}}}],"expect":{"accepted":true}})",
};

void write_reports(const conform::VectorCase& vector, const conform::Verdict& verdict) {
    conform::Report report;
    conform::CaseResult result;
    result.shows = vector.shows;
    result.clauses = vector.clauses;
    result.passed = verdict.passed;
    result.reason = verdict.reason;
    result.observed = verdict.observed;
    report.cases.push_back(std::move(result));
    std::ostringstream out;
    conform::write_text(out, report);
    conform::write_junit(out, report);
    std::ostringstream json;
    conform::write_json(json, report);
    expect(Json::accept(json.str()), "the report is JSON");
}

void responses(Input& input) {
    static const std::array<conform::VectorCase, 4> vectors{vector_case(kMetas[0]), vector_case(kMetas[1]),
                                                            vector_case(kMetas[2]), vector_case(kMetas[3])};
    const conform::VectorCase& vector = input.choose(vectors);
    const conform::Verdict verdict = conform::judge(vector, "7", std::string(as_text(input.rest())));
    expect(verdict.passed == verdict.reason.empty(), "a verdict against a response has a reason");
    write_reports(vector, verdict);
}

/// The file `pre` is what stands before the first zero byte, the rest is meta.json.
void cases(Input& input) {
    static const conform::JsonSchema schema{conform::kRequestSchema};
    const Bytes file = input.take(input.below(24));
    const std::filesystem::path folder = scratch("case");
    std::filesystem::create_directories(folder);
    scratch_file("case/pre.ssz_snappy", file);
    scratch_file("case/meta.json", input.rest());
    try {
        const conform::VectorCase vector = conform::load_case({"minimal", kVersion, "sanity", "slots", "case", folder});
        const auto problem = schema.first_problem(Json::parse(conform::make_request(vector, "7")));
        expect(!problem, "a case that is read makes a request: " + problem.value_or(""));
        (void)conform::judge(vector, "7", R"({"id":"7","ok":true,"outputs":{}})");
        (void)conform::rejected_in_steps(vector);
    } catch (const Disagreement&) {
        throw;
    } catch (const std::runtime_error& wrong) {
        // touchstone-conform tells it. Anything else would end the run.
        expect(*wrong.what() != '\0', "what is wrong with a case is said");
    }
}

}  // namespace

void fuzz_vector_files(Bytes bytes) {
    Input input(bytes);
    (input.flag() ? cases : responses)(input);
}

std::vector<ByteVector> vector_file_seeds() {
    static constexpr const char* kSteps =
        R"({"id":"7","ok":true,"outputs":{"steps":[{"ok":true},{"ok":false,"rejected":"FC-17"},)"
        R"({"checks":{"time":"6","weights":{}}}]}})";
    std::vector<ByteVector> seeds;
    for (std::size_t meta = 0; meta < kMetas.size(); ++meta) {
        const auto vector = static_cast<std::uint8_t>(meta);
        for (const char* response :
             {R"({"id":"7","ok":true,"outputs":{"post":"0x030405"}})", R"({"id":"7","ok":false,"rejected":"ATT-03"})",
              R"({"id":"7","ok":true,"outputs":{"valid":[true,true],"committees":{"a":"2"}}})", kSteps,
              R"({"id":"7","error":"\u00e4"})", R"({"id":"7","unsupported":true})", "\xff\xfe"}) {
            seeds.push_back(seed_of({0, vector}, response));
        }
        const ByteVector file = node::codec::compress(ByteVector{1, 2, 3});
        ByteVector seed{1, static_cast<std::uint8_t>(file.size())};
        seed.insert(seed.end(), file.begin(), file.end());
        seeds.push_back(seed_of(seed, kMetas[vector]));
    }
    return seeds;
}

}  // namespace touchstone::fuzz
