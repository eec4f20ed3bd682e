// Byte strings: of any length, and of a fixed length with a meaning.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::reference {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using Bits = std::vector<bool>;

/// N bytes with a meaning; zero by default, compared byte by byte.
template <std::size_t N, class Tag>
struct FixedBytes {
    static constexpr std::size_t SIZE = N;
    std::array<std::uint8_t, N> bytes{};

    constexpr FixedBytes() = default;
    constexpr explicit FixedBytes(const std::array<std::uint8_t, N>& content) : bytes(content) {}
    friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

    /// The first N bytes of a string that has at least as many.
    static FixedBytes from(ByteView source) {
        FixedBytes result;
        std::copy_n(source.begin(), N, result.bytes.begin());
        return result;
    }
};

/// ‖: the concatenation of byte strings.
inline Bytes concatenate(std::initializer_list<ByteView> pieces) {
    Bytes result;
    for (ByteView piece : pieces)
        result.insert(result.end(), piece.begin(), piece.end());
    return result;
}

/// The number in `size` bytes, little-endian.
inline Bytes little_endian(std::uint64_t number, std::size_t size = 8) {
    Bytes result(size);
    for (std::size_t i = 0; i < size && i < 8; ++i)
        result[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return result;
}

/// The number that up to 8 bytes encode, little-endian.
inline std::uint64_t from_little_endian(ByteView bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = bytes.size(); i > 0; --i)
        number = number << 8 | bytes[i - 1];
    return number;
}

/// "0x" and two lower-case digits a byte.
std::string to_hex(ByteView bytes);

/// What `to_hex` makes, digits of either case; nothing for anything else.
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace touchstone::reference
