#include "reference/signatures/address.h"

namespace touchstone::reference {

namespace {

constexpr std::string_view PREFIX = "tst";
constexpr std::string_view ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::uint32_t BECH32M = 0x2bc830a3;
constexpr std::size_t CHECKSUM_SYMBOLS = 6;

/// The checksum polynomial of BIP-173 over five-bit symbols.
std::uint32_t polymod(const Bytes& symbols) {
    static constexpr std::array<std::uint32_t, 5> GENERATOR{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    std::uint32_t checksum = 1;
    for (std::uint8_t symbol : symbols) {
        const std::uint32_t top = checksum >> 25;
        checksum = (checksum & 0x1ffffff) << 5 ^ symbol;
        for (unsigned i = 0; i < GENERATOR.size(); ++i)
            checksum ^= (top >> i & 1) != 0 ? GENERATOR[i] : 0;
    }
    return checksum;
}

Bytes expanded_prefix() {
    Bytes symbols;
    for (char c : PREFIX)
        symbols.push_back(static_cast<std::uint8_t>(c >> 5));
    symbols.push_back(0);
    for (char c : PREFIX)
        symbols.push_back(c & 31);
    return symbols;
}

Bytes to_symbols(ByteView bytes) {
    Bytes symbols((bytes.size() * 8 + 4) / 5);
    for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
        const unsigned bit = bytes[i / 8] >> (7 - i % 8) & 1;
        symbols[i / 5] = static_cast<std::uint8_t>(symbols[i / 5] | bit << (4 - i % 5));
    }
    return symbols;
}

std::string lower_case(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lowered;
}

bool is_mixed_case(std::string_view text) {
    const auto between = [&](char low, char high) {
        return std::any_of(text.begin(), text.end(), [=](char c) { return c >= low && c <= high; });
    };
    return between('a', 'z') && between('A', 'Z');
}

}  // namespace

// [CRY-12]
Address address_of(const crypto::Ed25519PublicKey& public_key) {
    return Address{hash(concatenate({DOMAIN_ADDRESS, public_key})).bytes};
}

// [CRY-12]
std::string address_to_text(const Address& address) {
    const Bytes data = to_symbols(address.bytes);
    Bytes checked = concatenate({expanded_prefix(), data});
    checked.resize(checked.size() + CHECKSUM_SYMBOLS);
    const std::uint32_t checksum = polymod(checked) ^ BECH32M;
    std::string text = std::string(PREFIX) + "1";
    for (std::uint8_t symbol : data)
        text += ALPHABET[symbol];
    for (unsigned i = 0; i < CHECKSUM_SYMBOLS; ++i)
        text += ALPHABET[checksum >> (5 * (5 - i)) & 31];
    return text;
}

// [CRY-13]
Result<Address> address_from_text(std::string_view text) {
    REQUIRE(text.size() <= 90, Clause::CRY_13);
    REQUIRE(!is_mixed_case(text), Clause::CRY_13);
    const std::string lowered = lower_case(text);
    REQUIRE(lowered.starts_with(std::string(PREFIX) + "1"), Clause::CRY_13);
    Bytes symbols;
    for (char c : lowered.substr(PREFIX.size() + 1)) {
        const std::size_t symbol = ALPHABET.find(c);
        REQUIRE(symbol != std::string_view::npos, Clause::CRY_13);
        symbols.push_back(static_cast<std::uint8_t>(symbol));
    }
    REQUIRE(symbols.size() == 52 + CHECKSUM_SYMBOLS, Clause::CRY_13);
    REQUIRE(polymod(concatenate({expanded_prefix(), symbols})) == BECH32M, Clause::CRY_13);
    Address address;
    for (std::size_t i = 0; i < 256; ++i) {
        const unsigned bit = symbols[i / 5] >> (4 - i % 5) & 1;
        address.bytes[i / 8] = static_cast<std::uint8_t>(address.bytes[i / 8] | bit << (7 - i % 8));
    }
    REQUIRE((symbols[51] & 15) == 0, Clause::CRY_13);
    return address;
}

}  // namespace touchstone::reference
