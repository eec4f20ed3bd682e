#include "cli/query/layout.h"

#include "cli/genesis/amount_text.h"
#include "cli/terminal/text.h"
#include "cli/wallet/stake_text.h"

namespace touchstone::cli {

namespace {

constexpr std::size_t kLabelColumns = 20;

std::string number_text(std::uint64_t number, Unit unit) {
    switch (unit) {
        case Unit::Amount:
            return amount_to_text(node::Amount(number));
        case Unit::Millionths:
            return percent_of_millionths(number);
        case Unit::BasisPoints:
            return percent_text(number);
        case Unit::Time:
            return utc_text(number);
        case Unit::Text:
        case Unit::YesNo:
        case Unit::Number:
            return std::to_string(number);
    }
    __builtin_unreachable();
}

std::optional<std::string> rows_text(const std::vector<Row>& rows, const RpcJson& answer) {
    std::string text;
    for (const Row& row : rows) {
        const RpcJson* value = field_at(answer, row.field);
        if (value == nullptr) return std::nullopt;
        if (value->is_null()) continue;
        const auto shown = value_text(*value, row.unit);
        if (!shown) return std::nullopt;
        text += labelled_line(row.label, *shown + row.after);
    }
    return text;
}

std::optional<std::vector<std::string>> cells_of(const std::vector<Row>& columns, const RpcJson& item) {
    std::vector<std::string> cells;
    for (const Row& column : columns) {
        const RpcJson* value = field_at(item, column.field);
        if (value == nullptr) return std::nullopt;
        const auto shown = value->is_null() ? std::string("–") : value_text(*value, column.unit);
        if (!shown) return std::nullopt;
        cells.push_back(*shown + (value->is_null() ? "" : column.after));
    }
    return cells;
}

/// Numbers stand to the right.
std::vector<Column> text_columns(const std::vector<Row>& columns) {
    std::vector<Column> made;
    for (const Row& column : columns) {
        const bool right = column.unit != Unit::Text && column.unit != Unit::YesNo && column.unit != Unit::Time;
        made.push_back({column.label, right});
    }
    return made;
}

}  // namespace

std::string labelled_line(const std::string& label, const std::string& value) {
    return pad_right(label, label.size() < kLabelColumns ? kLabelColumns : label.size() + 1) + value + "\n";
}

const RpcJson* field_at(const RpcJson& json, std::string_view way) {
    const RpcJson* found = &json;
    while (!way.empty()) {
        if (found->is_null()) return found;
        if (!found->is_object()) return nullptr;
        const std::size_t slash = way.find('/');
        const auto field = found->find(std::string(way.substr(0, slash)));
        if (field == found->end()) return nullptr;
        found = &*field;
        way = slash == std::string_view::npos ? std::string_view() : way.substr(slash + 1);
    }
    return found;
}

std::optional<std::string> value_text(const RpcJson& value, Unit unit) {
    if (unit == Unit::YesNo) {
        if (!value.is_boolean()) return std::nullopt;
        return value.get<bool>() ? "yes" : "no";
    }
    if (!value.is_string()) return std::nullopt;
    if (unit == Unit::Text) return printable(value.get_ref<const std::string&>());
    const auto number = uint64_from_text(value.get_ref<const std::string&>());
    if (!number) return std::nullopt;
    return number_text(*number, unit);
}

TableLines::TableLines(Table table) : table_(std::move(table)), text_(text_columns(table_.columns)) {}

std::optional<std::string> TableLines::of(const RpcJson& answer, std::size_t most) {
    const RpcJson* list = field_at(answer, table_.list);
    if (list == nullptr || !list->is_array()) return std::nullopt;
    std::vector<std::vector<std::string>> rows;
    for (const RpcJson& item : *list) {
        if (rows.size() == most) break;
        auto cells = cells_of(table_.columns, item);
        if (!cells) return std::nullopt;
        rows.push_back(*std::move(cells));
    }
    return rows.empty() ? "" : text_.lines(rows);
}

Show show_rows(std::vector<Row> rows, std::optional<Table> table) {
    return [rows = std::move(rows), table = std::move(table)](const RpcJson& answer) -> std::optional<std::string> {
        auto text = rows_text(rows, answer);
        if (!text || !table) return text;
        const auto list = TableLines(*table).of(answer);
        if (!list) return std::nullopt;
        return *text + (text->empty() || list->empty() ? "" : "\n") + *list;
    };
}

}  // namespace touchstone::cli
