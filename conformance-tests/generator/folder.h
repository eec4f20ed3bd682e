// The suite on disk: folders of cases and the index of their content.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "conformance-tests/generator/vector.h"

namespace touchstone::vectors {

/// Where a suite lies: <out>/<preset>/<spec version>.
struct SuitePlace {
    std::filesystem::path out;
    std::string preset;
    std::string spec_version;

    [[nodiscard]] std::filesystem::path folder() const { return out / preset / spec_version; }
};

/// Writes the cases; those of the same runners that were there before are removed.
void write_suite(const SuitePlace& place, const Suite& suite);

/// index.json of what the suite would write.
[[nodiscard]] std::string index_of(const SuitePlace& place, const Suite& suite);

/// index.json of what lies in the folder.
[[nodiscard]] std::string index_of_folder(const SuitePlace& place);

/// The differences of two indices, a line each; none if they are the same.
[[nodiscard]] std::vector<std::string> compare_indices(const std::string& expected, const std::string& found);

}  // namespace touchstone::vectors
