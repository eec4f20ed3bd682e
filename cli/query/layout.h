// How the answer to a question is shown to people: which fields, under which names, in which units.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/rpc/fields.h"
#include "cli/terminal/text.h"

namespace touchstone::cli {

enum class Unit : std::uint8_t {
    Text,         // as it is
    Amount,       // grains, as TST
    Millionths,   // a share, as percent
    BasisPoints,  // likewise
    YesNo,
    Time,   // milliseconds since 1970
    Number  // as it is, to the right in a table
};

struct Row {
    std::string label;
    std::string field;  // names on the way to it, between slashes: "header/slot"
    Unit unit = Unit::Text;
    std::string after = {};  // what follows the value, such as " s"
};

/// A list of the answer as a table.
struct Table {
    std::string list;  // names on the way to it
    std::vector<Row> columns;
};

/// The answer for people; nothing if it lacks a field.
using Show = std::function<std::optional<std::string>(const RpcJson& answer)>;

/// A line for each row, without those whose value is null; then the table.
Show show_rows(std::vector<Row> rows, std::optional<Table> table = std::nullopt);

/// The lines of a table that comes in pages.
class TableLines {
  public:
    explicit TableLines(Table table);
    /// Of the first items of the answer's list, `most` at most; nothing if it or one of them has another form.
    std::optional<std::string> of(const RpcJson& answer, std::size_t most = std::numeric_limits<std::size_t>::max());

  private:
    Table table_;
    TextTable text_;
};

/// "name              value"
std::string labelled_line(const std::string& label, const std::string& value);

/// The field at the end of that way, null if it or one on the way is null; null pointer if there is none.
const RpcJson* field_at(const RpcJson& json, std::string_view way);

/// Nothing of what is not of that unit.
std::optional<std::string> value_text(const RpcJson& value, Unit unit);

}  // namespace touchstone::cli
