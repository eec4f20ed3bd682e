#include "node/api/subscriptions/cursor.h"

#include <charconv>

namespace touchstone::node::api {

namespace {

/// Without sign or leading zeros.
std::optional<std::uint64_t> number_of(std::string_view digits) {
    if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

}  // namespace

std::string to_text(const Cursor& cursor) {
    std::string text;
    if (cursor.epoch) text += std::to_string(cursor.epoch->value()) + ":";
    text += "0x" + to_hex(cursor.root);
    if (cursor.index) text += ":" + std::to_string(*cursor.index);
    return text;
}

std::optional<Cursor> parse_cursor(std::string_view text) {
    constexpr std::size_t kRootDigits = 2 + 2 * Root::kSize;
    Cursor cursor;
    if (!text.starts_with("0x")) {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        const auto epoch = number_of(text.substr(0, colon));
        if (!epoch) return std::nullopt;
        cursor.epoch = Epoch(*epoch);
        text.remove_prefix(colon + 1);
    }
    if (!text.starts_with("0x")) return std::nullopt;
    const auto root = fixed_from_hex<Root>(text.substr(0, kRootDigits));
    if (!root) return std::nullopt;
    cursor.root = *root;
    text.remove_prefix(kRootDigits);
    if (text.empty()) return cursor;
    if (text.front() != ':') return std::nullopt;
    cursor.index = number_of(text.substr(1));
    return cursor.index ? std::optional(cursor) : std::nullopt;
}

const rpc::Scalar kCursor{
    "Cursor", R"({"type":"string","pattern":"^((0|[1-9][0-9]{0,19}):)?0x[0-9a-fA-F]{64}(:(0|[1-9][0-9]{0,19}))?$"})",
    "a cursor as a subscription of the same kind gave it",
    [](const Json& json) { return json.is_string() && parse_cursor(json.get_ref<const std::string&>()).has_value(); }};

Cursor cursor_from(const Json& json) { return parse_cursor(json.get_ref<const std::string&>()).value_or(Cursor{}); }

}  // namespace touchstone::node::api
