#include "node/kernel/accounts/address.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "crypto/sha256.h"
#include "node/generated/constants.h"

namespace touchstone::node {
namespace {

constexpr std::string_view kPrefix = "tst";
constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::uint32_t kBech32mConstant = 0x2bc830a3;
constexpr std::size_t kChecksumLength = 6;
constexpr std::size_t kMaxLength = 90;

using Groups = std::vector<std::uint8_t>;  // of five bits

std::uint32_t polymod(const Groups& values) {
    constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    std::uint32_t checksum = 1;
    for (const std::uint8_t value : values) {
        const std::uint32_t top = checksum >> 25U;
        checksum = ((checksum & 0x1ffffffU) << 5U) ^ value;
        for (unsigned i = 0; i < kGenerator.size(); ++i) {
            if (((top >> i) & 1U) != 0) checksum ^= kGenerator[i];
        }
    }
    return checksum;
}

Groups expanded_prefix() {
    Groups expanded;
    for (const char c : kPrefix)
        expanded.push_back(static_cast<std::uint8_t>(c >> 5));
    expanded.push_back(0);
    for (const char c : kPrefix)
        expanded.push_back(static_cast<std::uint8_t>(c & 31));
    return expanded;
}

Groups to_groups(Bytes bytes) {
    Groups groups;
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        pending = (pending << 8U) | byte;
        for (bits += 8; bits >= 5; bits -= 5)
            groups.push_back((pending >> (bits - 5)) & 31U);
    }
    if (bits != 0) groups.push_back((pending << (5 - bits)) & 31U);
    return groups;
}

/// Nothing unless the groups are exactly the bytes of an address and zero padding.
std::optional<Address> from_groups(const Groups& groups) {
    Address address;
    if (groups.size() != (address.size() * 8 + 4) / 5) return std::nullopt;
    std::uint32_t pending = 0;
    unsigned bits = 0;
    std::size_t count = 0;
    for (const std::uint8_t group : groups) {
        pending = ((pending << 5U) | group) & 0xfffU;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        address.bytes[count++] = static_cast<std::uint8_t>(pending >> bits);
    }
    if ((pending & ((1U << bits) - 1U)) != 0) return std::nullopt;
    return address;
}

bool is_mixed_case(std::string_view text) {
    const auto is_lower = [](unsigned char c) { return std::islower(c) != 0; };
    const auto is_upper = [](unsigned char c) { return std::isupper(c) != 0; };
    return std::ranges::any_of(text, is_lower) && std::ranges::any_of(text, is_upper);
}

}  // namespace

Address address_of(const crypto::Ed25519PublicKey& key) {
    std::array<std::uint8_t, 36> input{};
    std::ranges::copy(DOMAIN_ADDRESS, input.begin());
    std::ranges::copy(key, input.begin() + 4);
    return Address(crypto::sha256(input));
}

std::string address_to_text(const Address& address) {
    const Groups groups = to_groups(address.view());
    Groups input = expanded_prefix();
    input.insert(input.end(), groups.begin(), groups.end());
    input.resize(input.size() + kChecksumLength, 0);
    const std::uint32_t checksum = polymod(input) ^ kBech32mConstant;
    std::string text = std::string(kPrefix) + '1';
    for (const std::uint8_t group : groups)
        text.push_back(kAlphabet[group]);
    for (unsigned i = 0; i < kChecksumLength; ++i)
        text.push_back(kAlphabet[(checksum >> (5 * (5 - i))) & 31U]);
    return text;
}

Result<Address> address_from_text(std::string_view text) {
    if (text.size() > kMaxLength) return reject(Clause::CRY_13, "longer than 90 characters");
    if (is_mixed_case(text)) return reject(Clause::CRY_13, "upper and lower case mixed");
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t separator = lower.rfind('1');
    if (separator == std::string::npos || lower.substr(0, separator) != kPrefix) {
        return reject(Clause::CRY_13, "does not begin with tst1");
    }
    Groups groups;
    for (const char c : lower.substr(separator + 1)) {
        const std::size_t value = kAlphabet.find(c);
        if (value == std::string_view::npos) return reject(Clause::CRY_13, std::string("the character ") + c);
        groups.push_back(static_cast<std::uint8_t>(value));
    }
    Groups input = expanded_prefix();
    input.insert(input.end(), groups.begin(), groups.end());
    if (groups.size() < kChecksumLength || polymod(input) != kBech32mConstant) {
        return reject(Clause::CRY_13, "the checksum is wrong");
    }
    groups.resize(groups.size() - kChecksumLength);
    const auto address = from_groups(groups);
    if (!address) return reject(Clause::CRY_13, "not exactly 32 bytes with zero padding");
    return *address;
}

}  // namespace touchstone::node
