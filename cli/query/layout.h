// How the answer to a question is shown to people: which fields, under which names, in which units.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/rpc/rpc_client.h"

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
    /// Of an answer that is a page: the option that has its `next` in the question for the next one.
    std::string next_option = {};
};

/// The answer for people; nothing if it lacks a field.
using Show = std::function<std::optional<std::string>(const RpcJson& answer)>;

/// A line for each row, without those whose value is null; then the table.
Show show_rows(std::vector<Row> rows, std::optional<Table> table = std::nullopt);

/// "name              value"
std::string labelled_line(const std::string& label, const std::string& value);

/// The field at the end of that way, null if it or one on the way is null; null pointer if there is none.
const RpcJson* field_at(const RpcJson& json, std::string_view way);

/// Nothing of what is not of that unit.
std::optional<std::string> value_text(const RpcJson& value, Unit unit);

}  // namespace touchstone::cli
