#include "conformance-tests/runner/vector_case.h"

#include <snappy.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "conformance-tests/runner/json_schema.h"
#include "conformance-tests/runner/schemas.h"

namespace touchstone::conform {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kMaxDecompressed = std::size_t{64} << 20U;
constexpr std::string_view kEnding = ".ssz_snappy";

std::vector<fs::path> sorted_entries(const fs::path& folder) {
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(folder))
        entries.push_back(entry.path());
    std::sort(entries.begin(), entries.end());
    return entries;
}

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path.filename().string());
    return {std::istreambuf_iterator<char>(in), {}};
}

Bytes read_compressed(const fs::path& path) {
    const std::string compressed = read_text(path);
    std::size_t length = 0;
    if (!snappy::GetUncompressedLength(compressed.data(), compressed.size(), &length) || length > kMaxDecompressed) {
        throw std::runtime_error(path.filename().string() + " does not begin with a length below 64 MiB");
    }
    Bytes bytes(length);
    if (!snappy::RawUncompress(compressed.data(), compressed.size(), reinterpret_cast<char*>(bytes.data()))) {
        throw std::runtime_error(path.filename().string() + " is not raw snappy");
    }
    return bytes;
}

Json read_meta(const fs::path& folder) {
    const std::string text = read_text(folder / "meta.json");
    Json meta = parse_document(text);
    if (meta.is_discarded()) throw std::runtime_error("meta.json is not JSON");
    static const JsonSchema schema{kMetaSchema};
    if (const auto problem = schema.first_problem(meta)) throw std::runtime_error("meta.json: " + *problem);
    return meta;
}

Expectation read_expectation(const Json& expect) {
    Expectation result;
    if (expect.contains("rejected")) {
        result.rejected = expect.at("rejected").get<std::string>();
        if (expect.contains("name")) result.rejection_name = expect.at("name").get<std::string>();
        return result;
    }
    if (expect.contains("files")) result.files = expect.at("files").get<std::vector<std::string>>();
    if (expect.contains("values")) result.values = expect.at("values").dump();
    return result;
}

// A verdict on a message stands with the clause that is its reason, if it has one, and with the message's id.
void check_message(const Json& step) {
    const auto verdict = step.at("verdict").get<std::string>();
    const bool has_reason = verdict == "ignore" || verdict == "reject";
    if (step.contains("reason") != has_reason || step.contains("id") == (verdict == "none")) {
        throw std::runtime_error("meta.json: the verdict on " + step.at("message").dump() +
                                 " has a reason or an id too many or too few");
    }
}

// Names in a scenario's steps must be inputs, and a step that expects nothing shows nothing.
void check_steps(const Json& meta) {
    if (!meta.contains("steps")) return;
    const auto inputs = meta.at("inputs").get<std::set<std::string>>();
    for (const Json& step : meta.at("steps")) {
        if (step.contains("message")) check_message(step);
        for (const char* kind : {"block", "attestation", "attester_slashing", "message"}) {
            if (step.contains(kind) && !inputs.contains(step.at(kind).get<std::string>())) {
                throw std::runtime_error("meta.json: a step names " + step.at(kind).dump() +
                                         ", which is not in inputs");
            }
        }
    }
}

}  // namespace

std::string CasePlace::id() const { return runner + "/" + handler + "/" + name; }

std::vector<CasePlace> find_cases(const fs::path& vectors, const std::optional<std::string>& preset) {
    if (!fs::is_directory(vectors)) throw std::runtime_error(vectors.string() + " is not a folder");
    std::vector<CasePlace> cases;
    const auto descend = [&cases](auto&& self, const fs::path& folder, const std::vector<std::string>& levels) -> void {
        for (const fs::path& entry : sorted_entries(folder)) {
            const bool is_index = levels.size() == 2 && entry.filename() == "index.json";
            if (is_index || (levels.empty() && !fs::is_directory(entry)))
                continue;  // a README may lie beside the presets
            if (!fs::is_directory(entry)) throw std::runtime_error(entry.string() + " belongs to no case");
            auto below = levels;
            below.push_back(entry.filename().string());
            if (below.size() == 5) {
                cases.push_back({below[0], below[1], below[2], below[3], below[4], entry});
            } else {
                self(self, entry, below);
            }
        }
    };
    if (preset) {
        if (!fs::is_directory(vectors / *preset)) throw std::runtime_error("no vectors of preset " + *preset);
        descend(descend, vectors / *preset, {*preset});
    } else {
        descend(descend, vectors, {});
    }
    return cases;
}

VectorCase load_case(const CasePlace& place) {
    const Json meta = read_meta(place.folder);
    check_steps(meta);
    VectorCase result{.place = place,
                      .shows = meta.at("shows").get<std::string>(),
                      .clauses = meta.at("clauses").get<std::vector<std::string>>(),
                      .meta = meta.dump(),
                      .expect = read_expectation(meta.at("expect")),
                      .inputs = {},
                      .outputs = {}};
    std::set<std::string> known{"meta.json"};
    const auto read = [&](const std::string& name, std::map<std::string, Bytes>& files) {
        const std::string file = name + std::string(kEnding);
        known.insert(file);
        files.emplace(name, read_compressed(place.folder / file));
    };
    for (const Json& name : meta.at("inputs"))
        read(name.get<std::string>(), result.inputs);
    for (const std::string& name : result.expect.files)
        read(name, result.outputs);
    for (const fs::path& entry : sorted_entries(place.folder)) {
        if (!known.contains(entry.filename().string())) {
            throw std::runtime_error(entry.filename().string() + " is named nowhere in meta.json: a file left unread");
        }
    }
    return result;
}

}  // namespace touchstone::conform
