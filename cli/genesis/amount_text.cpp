#include "cli/genesis/amount_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "node/generated/constants.h"

namespace touchstone::cli {

namespace {

constexpr std::size_t kDecimals = 9;  // GRAINS_PER_TST = 10^9
static_assert(node::GRAINS_PER_TST == 1'000'000'000);

std::optional<std::uint64_t> digits(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<node::Amount> amount_from_text(std::string_view text) {
    if (text.ends_with(" TST")) text.remove_suffix(4);
    const std::size_t point = text.find('.');
    const auto whole = digits(text.substr(0, point));
    std::string decimals(point == std::string_view::npos ? "0" : text.substr(point + 1));
    if (!whole || decimals.empty() || decimals.size() > kDecimals) return std::nullopt;
    decimals.append(kDecimals - decimals.size(), '0');
    const auto fraction = digits(decimals);
    std::uint64_t grains = 0;
    if (!fraction || __builtin_mul_overflow(*whole, node::GRAINS_PER_TST, &grains) ||
        __builtin_add_overflow(grains, *fraction, &grains)) {
        return std::nullopt;
    }
    return node::Amount(grains);
}

std::string amount_to_text(node::Amount amount) {
    std::string text = std::to_string(amount.value() / node::GRAINS_PER_TST);
    std::string decimals = std::to_string(amount.value() % node::GRAINS_PER_TST);
    decimals.insert(0, kDecimals - decimals.size(), '0');
    decimals.erase(decimals.find_last_not_of('0') + 1);
    if (!decimals.empty()) text += "." + decimals;
    return text + " TST";
}

}  // namespace touchstone::cli
