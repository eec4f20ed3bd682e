// Where a text names clauses, and whether it checks them there or only speaks of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/trace/clause_index.h"

namespace touchstone::audit {

enum class Form {
    check,    // code that refuses with the clause: `Clause::ATT_03`, or "ATT-03" as a whole string
    beside,   // a comment on a line of code that may leave the function: `if (late) return ignore();  // [ATT-03]`
    mention,  // any other comment, or prose: `[ATT-03]`, `ATT-03`, or within `ATT-03 to ATT-06`
    inquiry,  // code that asks which clause a refusal named: `clause == Clause::ATT_03`, `case Clause::ATT_03`
};

[[nodiscard]] std::string_view to_text(Form form);

struct Citation {
    std::string id;  // as prose writes it; it need not be known
    Place place;
    Form form = Form::mention;
};

// A range in the title of a file, the comment with which it begins, names its ends only: it says what the file is
// about. Words that look like ids of no family of the index (SHA-256, BIP-350) are none, unless they stand in brackets
// or as Clause::X. Comments and strings are told apart as C++ has them; the same is done for Rust; in other languages
// everything but Clause::X is a mention.
[[nodiscard]] std::vector<Citation> find_citations(const std::string& file, const std::string& text,
                                                   const ClauseIndex& index);

}  // namespace touchstone::audit
