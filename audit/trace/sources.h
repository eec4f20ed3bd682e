// The tree: which files are evidence for which side, and the clauses that they name.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "audit/trace/citations.h"

namespace touchstone::audit {

struct SourceCitations {
    using ById = std::map<std::string, std::vector<Citation>>;

    ById prose;                     // where a page refers to a clause, its own definition excepted
    ById reference;                 // reference/, and crypto/, on which both sides stand
    ById node;                      // node/, native/, and crypto/
    ById tests;                     // test programs of all these, of cli/, fuzz/ and the simulation
    ById models;                    // spec/tla, proofs/
    std::vector<Citation> unknown;  // ids that are no clause, wherever they stand
};

[[nodiscard]] SourceCitations read_sources(const std::filesystem::path& root, const ClauseIndex& index);

}  // namespace touchstone::audit
