// What evidence a clause needs: the table of spec/prose/README.md.
#pragma once

#include "audit/trace/matrix.h"

namespace touchstone::audit {

// What the row lacks, in the order of the table; nothing is subtracted for what is owed.
[[nodiscard]] std::vector<Missing> missing_evidence(const Row& row);

}  // namespace touchstone::audit
