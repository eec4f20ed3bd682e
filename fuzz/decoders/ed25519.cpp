// The strict rule for account signatures, written twice over two libraries: real signatures, spoilt in the ways that
// libraries disagree about.
#include <array>

#include "crypto/development_keys.h"
#include "crypto/ed25519.h"
#include "fuzz/agreement.h"
#include "fuzz/targets.h"
#include "node/kernel/accounts/ed25519_strict.h"
#include "reference/signatures/ed25519.h"

namespace touchstone::fuzz {
namespace {

using Encoding = std::array<std::uint8_t, 32>;

constexpr Encoding from_hex(std::string_view digits) {
    const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
    Encoding bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(value(digits[2 * i]) * 16 + value(digits[2 * i + 1]));
    }
    return bytes;
}

/// Points of small order, canonical and not, and y coordinates at the edges of the field.
constexpr std::array kEdges{
    from_hex("0100000000000000000000000000000000000000000000000000000000000000"),
    from_hex("0100000000000000000000000000000000000000000000000000000000000080"),
    from_hex("0000000000000000000000000000000000000000000000000000000000000000"),
    from_hex("0000000000000000000000000000000000000000000000000000000000000080"),
    from_hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    from_hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
    from_hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    from_hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
    from_hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    from_hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
    from_hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    from_hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    from_hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    from_hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
    from_hex("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
    // The order L of the base point, L - 1 and 2L as values of S.
    from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"),
    from_hex("ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"),
    from_hex("daa7ebb934c624b0ac39ef45bdf3bd2900000000000000000000000000000020"),
};

/// S + L where that fits into 32 bytes: the same number modulo L.
void add_order(std::span<std::uint8_t> s) {
    constexpr Encoding kOrder = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    unsigned carry = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
        carry += unsigned{s[i]} + kOrder[i];
        s[i] = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    }
}

void spoil(Input& input, std::span<std::uint8_t> encoding) {
    switch (input.below(5)) {
        case 0:
            break;
        case 1:
            std::ranges::copy(input.choose(kEdges), encoding.begin());
            break;
        case 2:
            encoding[input.below(32)] ^= static_cast<std::uint8_t>(1U << input.below(8));
            break;
        case 3:
            add_order(encoding);
            break;
        default:
            std::ranges::copy(input.take(32), encoding.begin());
            break;
    }
}

}  // namespace

void fuzz_ed25519(Bytes bytes) {
    Input input(bytes);
    const crypto::Ed25519Seed seed = crypto::development_account_seed(input.below(4));
    const Bytes message = input.take(input.below(40));
    crypto::Ed25519PublicKey key = crypto::ed25519_public_key(seed);
    crypto::Ed25519Signature signature = crypto::ed25519_sign(seed, message);
    spoil(input, key);
    spoil(input, std::span(signature).first(32));
    spoil(input, std::span(signature).last(32));
    const bool accepted = agree_on_verdict(
        "signature " + to_hex(signature) + " of " + to_hex(message) + " under " + to_hex(key),
        reference::ed25519_verify(key, message, signature), node::verify_ed25519(key, message, signature));
    if (accepted) {
        expect(crypto::ed25519_verify_botan(key, message, signature) &&
                   crypto::ed25519_verify_dalek_strict(key, message, signature),
               "what the rule accepts, both libraries accept");
    }
}

std::vector<ByteVector> ed25519_seeds() {
    std::vector<ByteVector> seeds;
    for (std::uint8_t edge = 0; edge < static_cast<std::uint8_t>(kEdges.size()); ++edge) {
        seeds.push_back({edge, 3, 'a', 'b', 'c', 1, edge, 0, 0});
        seeds.push_back({edge, 3, 'a', 'b', 'c', 0, 1, edge, 0});
        seeds.push_back({edge, 3, 'a', 'b', 'c', 0, 0, 1, edge});
    }
    seeds.push_back({0, 0, 0, 0, 0});
    seeds.push_back({1, 1, 'x', 0, 0, 3});
    seeds.push_back({1, 1, 'x', 0, 0, 2, 5, 5});
    return seeds;
}

}  // namespace touchstone::fuzz
