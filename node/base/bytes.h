// Byte strings of fixed length and distinct meaning, and hexadecimal text.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::node {

using Bytes = std::span<const std::uint8_t>;
using ByteVector = std::vector<std::uint8_t>;

/// N bytes, compared lexicographically.
template <class Tag, std::size_t N>
struct FixedBytes {
    static constexpr std::size_t kSize = N;
    std::array<std::uint8_t, N> bytes{};

    constexpr FixedBytes() = default;
    constexpr explicit FixedBytes(const std::array<std::uint8_t, N>& content) : bytes(content) {}

    constexpr const std::uint8_t* data() const { return bytes.data(); }
    constexpr std::uint8_t* data() { return bytes.data(); }
    static constexpr std::size_t size() { return N; }
    Bytes view() const { return bytes; }
    bool is_zero() const { return *this == FixedBytes{}; }

    friend auto operator<=>(const FixedBytes& a, const FixedBytes& b) {
        return std::memcmp(a.bytes.data(), b.bytes.data(), N) <=> 0;
    }
    friend bool operator==(const FixedBytes& a, const FixedBytes& b) {
        return std::memcmp(a.bytes.data(), b.bytes.data(), N) == 0;
    }
};

using Root = FixedBytes<struct RootTag, 32>;
using Hash = FixedBytes<struct HashTag, 32>;
/// The place of a key in the key-value tree. [KVT-02]
using Path = FixedBytes<struct PathTag, 32>;
using Address = FixedBytes<struct AddressTag, 32>;
using Domain = FixedBytes<struct DomainTag, 32>;
using Graffiti = FixedBytes<struct GraffitiTag, 32>;
using BlsPublicKey = FixedBytes<struct BlsPublicKeyTag, 48>;
using BlsSignature = FixedBytes<struct BlsSignatureTag, 96>;
/// Key and signature of an account. The key is no identity by itself: the address is. [CRY-12]
using Ed25519PublicKey = FixedBytes<struct Ed25519PublicKeyTag, 32>;
using Ed25519Signature = FixedBytes<struct Ed25519SignatureTag, 64>;
/// What an event is about.
using EventTopic = FixedBytes<struct EventTopicTag, 32>;
using Version = FixedBytes<struct VersionTag, 4>;
using DomainType = FixedBytes<struct DomainTypeTag, 4>;
using ForkDigest = FixedBytes<struct ForkDigestTag, 4>;

/// Lower-case, without prefix.
std::string to_hex(Bytes bytes);

/// Lower- or upper-case, with or without 0x; nothing if it is no hexadecimal text of whole bytes.
std::optional<ByteVector> from_hex(std::string_view text);

template <class Tag, std::size_t N>
std::string to_hex(const FixedBytes<Tag, N>& value) {
    return to_hex(value.view());
}

/// Exactly the length of the type, else nothing.
template <class Fixed>
std::optional<Fixed> fixed_from_hex(std::string_view text) {
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != Fixed::kSize) return std::nullopt;
    Fixed value;
    std::memcpy(value.data(), bytes->data(), Fixed::kSize);
    return value;
}

}  // namespace touchstone::node

template <class Tag, std::size_t N>
struct std::hash<touchstone::node::FixedBytes<Tag, N>> {
    std::size_t operator()(const touchstone::node::FixedBytes<Tag, N>& value) const {
        return std::hash<std::string_view>{}({reinterpret_cast<const char*>(value.data()), N});
    }
};
