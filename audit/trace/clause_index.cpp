#include "audit/trace/clause_index.h"

#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace touchstone::audit {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::array kKinds{Kind::rule, Kind::definition, Kind::duty, Kind::policy};
constexpr std::string_view kIndexFile = "spec/data/clauses.json";
constexpr std::string_view kRenew = "; renew it by `python3 spec/data/generate.py --index`";

Kind read_kind(const std::string& text) {
    for (const Kind kind : kKinds) {
        if (text == to_text(kind)) return kind;
    }
    throw std::runtime_error("\"" + text + "\" is no kind of clause");
}

// The id that a line of prose defines, or nothing: `[ATT-03]` at its begin, perhaps after the dash of a list.
std::string defined_id(std::string_view line) {
    if (line.starts_with("- ") || line.starts_with("* ")) line.remove_prefix(2);
    if (!line.starts_with("`[")) return {};
    const std::size_t end = line.find("]`");
    return end == std::string_view::npos ? std::string{} : std::string(line.substr(2, end - 2));
}

std::string passage_from(const std::vector<std::string>& lines, std::size_t first) {
    std::size_t end = first + 1;
    while (end < lines.size() && !lines[end].starts_with("#") && defined_id(lines[end]).empty())
        ++end;
    while (end > first + 1 && lines[end - 1].empty())
        --end;
    std::string passage;
    for (std::size_t i = first; i < end; ++i)
        passage += lines[i] + "\n";
    return passage;
}

// Fills in line and passage of the clauses of one page.
void find_in_page(const fs::path& root, const std::string& file, ClauseIndex& index) {
    const std::vector<std::string> lines = split_lines(read_text(root / file));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto found = index.by_id.find(defined_id(lines[i]));
        if (found == index.by_id.end()) continue;
        ClauseText& clause = index.clauses[found->second];
        if (clause.place.file != file) continue;
        clause.place.line = i + 1;
        clause.passage = passage_from(lines, i);
    }
}

ClauseText read_clause(const Json& entry) {
    return {.id = entry.at("id").get<std::string>(),
            .kind = read_kind(entry.at("kind").get<std::string>()),
            .heading = entry.at("heading").get<std::string>(),
            .sentence = entry.at("sentence").get<std::string>(),
            .place = {.file = entry.at("file").get<std::string>(), .line = 0},
            .passage = {}};
}

}  // namespace

std::string_view to_text(Kind kind) {
    switch (kind) {
        case Kind::rule:
            return "rule";
        case Kind::definition:
            return "definition";
        case Kind::duty:
            return "duty";
        case Kind::policy:
            return "policy";
    }
    return "";
}

std::string to_text(const Place& place) { return place.file + ":" + std::to_string(place.line); }

const ClauseText* ClauseIndex::find(const std::string& id) const {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : &clauses[found->second];
}

ClauseIndex read_clause_index(const fs::path& root) {
    ClauseIndex index;
    std::set<std::string> files;
    try {
        const Json parsed = Json::parse(read_text(root / kIndexFile));
        for (const Json& entry : parsed.at("clauses")) {
            ClauseText clause = read_clause(entry);
            files.insert(clause.place.file);
            index.families.insert(clause.id.substr(0, clause.id.rfind('-')));
            if (!index.by_id.emplace(clause.id, index.clauses.size()).second)
                throw std::runtime_error(clause.id + " stands there twice");
            index.clauses.push_back(std::move(clause));
        }
    } catch (const Json::exception& error) {
        throw std::runtime_error(std::string(kIndexFile) + ": " + error.what() + std::string(kRenew));
    }
    if (index.clauses.empty())
        throw std::runtime_error(std::string(kIndexFile) + " has no clause" + std::string(kRenew));
    for (const std::string& file : files)
        find_in_page(root, file, index);
    for (const ClauseText& clause : index.clauses) {
        if (clause.place.line != 0) continue;
        throw std::runtime_error(clause.place.file + " does not define " + clause.id + ", which " +
                                 std::string(kIndexFile) + " finds there" + std::string(kRenew));
    }
    return index;
}

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> split_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

}  // namespace touchstone::audit
