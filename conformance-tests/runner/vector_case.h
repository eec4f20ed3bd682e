// A vector as it lies on disk: its place, its meta.json and its decompressed files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace touchstone::conform {

using Bytes = std::vector<std::uint8_t>;

// Where a case lies: <preset>/<spec version>/<runner>/<handler>/<case>.
struct CasePlace {
    std::string preset;
    std::string spec_version;
    std::string runner;
    std::string handler;
    std::string name;
    std::filesystem::path folder;

    // <runner>/<handler>/<case>
    [[nodiscard]] std::string id() const;
};

// What a case expects of the whole response. Steps of a scenario carry their own expectations.
struct Expectation {
    std::optional<std::string> rejected;        // the clause
    std::optional<std::string> rejection_name;  // the named condition of that clause
    std::vector<std::string> files;             // outputs that equal a file
    std::string values = "{}";                  // outputs that equal a JSON value, as JSON
};

struct VectorCase {
    CasePlace place;
    std::string shows;
    std::vector<std::string> clauses;
    std::string meta;  // the whole meta.json, as JSON
    Expectation expect;
    std::map<std::string, Bytes> inputs;
    std::map<std::string, Bytes> outputs;
};

// All cases below `vectors`, in the order of their paths. Throws std::runtime_error if the folder is none, or if
// something lies between its levels that belongs to no case.
[[nodiscard]] std::vector<CasePlace> find_cases(const std::filesystem::path& vectors,
                                                const std::optional<std::string>& preset);

// Throws std::runtime_error saying what is wrong with the case: meta.json against its schema, files that are missing,
// damaged, or named nowhere.
[[nodiscard]] VectorCase load_case(const CasePlace& place);

}  // namespace touchstone::conform
