#include "node/adapters/files/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace touchstone::node::adapters {

namespace {

std::size_t edits(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[to.size()];
}

}  // namespace

std::optional<std::string_view> nearest_name(std::string_view unknown, std::span<const std::string_view> names) {
    if (names.empty()) return std::nullopt;
    const auto distance = [&](std::string_view name) { return edits(unknown, name); };
    const std::string_view nearest = *std::ranges::min_element(names, {}, distance);
    if (distance(nearest) > std::max<std::size_t>(2, unknown.size() / 2)) return std::nullopt;
    return nearest;
}

}  // namespace touchstone::node::adapters
