#include "fuzz/agreement.h"

#include <algorithm>
#include <bit>

namespace touchstone::fuzz {

std::string to_hex(Bytes bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "0x";
    for (const std::uint8_t byte : bytes) {
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

std::map<std::string, std::uint64_t>& agreed_verdicts() {
    static std::map<std::string, std::uint64_t> counts;
    return counts;
}

void disagree(const std::string& about, const std::string& reference, const std::string& node) {
    throw Disagreement(about + "\n  reference: " + reference + "\n  node:      " + node);
}

void agree_on_bytes(const std::string& about, Bytes reference, Bytes node) {
    if (!std::ranges::equal(reference, node)) disagree(about, to_hex(reference), to_hex(node));
}

void expect(bool condition, const std::string& what) {
    if (!condition) throw Disagreement("does not hold: " + what);
}

node::Parameters to_node(const reference::Parameters& config) {
    // Both are generated from the same table: the same numbers in the same order.
    static_assert(sizeof(node::Parameters) == sizeof(reference::Parameters));
    return std::bit_cast<node::Parameters>(config);
}

}  // namespace touchstone::fuzz
