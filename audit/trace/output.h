// The matrix as a table, as JSON, and as a page for a browser.
#pragma once

#include <filesystem>
#include <iosfwd>

#include "audit/trace/matrix.h"

namespace touchstone::audit {

// A line for each clause.
void write_table(std::ostream& out, const Matrix& matrix);
// A line for each failure, then a line of counts.
void write_failures(std::ostream& out, const Matrix& matrix);
void write_json(std::ostream& out, const Matrix& matrix);
// A page in Markdown: for each clause by which means it is held, and who is left with arguments alone.
void write_inventory(std::ostream& out, const Matrix& matrix);
// One file that needs no other: prose, reference and node side by side.
void write_html(std::ostream& out, const Matrix& matrix, const std::filesystem::path& root);

}  // namespace touchstone::audit
