#include "node/kernel/accounts/ed25519_strict.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "node/base/arithmetic.h"

namespace touchstone::node {
namespace {

using Encoding = std::array<std::uint8_t, 32>;

/// L = 2^252 + 27742317777372353535851937790883648493, little-endian.
constexpr Encoding kOrder = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                             0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                             0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/// 2^255 - 19, little-endian.
constexpr Encoding kPrime = {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                             0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                             0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};

/// The y coordinates of the points of order 8, little-endian: y and p - y, each with both signs of x.
constexpr Encoding kOrderEight = {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
                                  0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
                                  0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a};
constexpr Encoding kOrderEightNegated = {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
                                         0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
                                         0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05};

constexpr Encoding number(std::uint8_t value) {
    Encoding encoding{};
    encoding[0] = value;
    return encoding;
}

constexpr Encoding prime_minus_one() {
    Encoding encoding = kPrime;
    encoding[0] = 0xec;
    return encoding;
}

bool less(const Encoding& a, const Encoding& b) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

struct CurvePoint {
    Encoding y;  // without the sign
    bool sign;
};

CurvePoint split(const std::uint8_t* bytes) {
    CurvePoint point{};
    std::memcpy(point.y.data(), bytes, point.y.size());
    point.sign = (point.y[31] & 0x80U) != 0;
    point.y[31] &= 0x7fU;
    return point;
}

/// What of CRY-09 can be seen on the bytes. x is zero only at y = 1 and y = -1.
bool is_canonical(const CurvePoint& point) {
    if (!less(point.y, kPrime)) return false;
    const bool zero_x = point.y == number(1) || point.y == prime_minus_one();
    return !(point.sign && zero_x);
}

/// Orders 1, 2, 4 and 8.
bool is_of_small_order(const CurvePoint& point) {
    return point.y == number(1) || point.y == prime_minus_one() || point.y == number(0) || point.y == kOrderEight ||
           point.y == kOrderEightNegated;
}

// Whether a point with this y exists: x² = (y² - 1) / (d·y² + 1) has a solution. Only asked to name the clause of a
// signature that has failed already, so it may be slow.

using Element = std::array<std::uint64_t, 4>;  // little-endian limbs of a number below 2^256, modulo p

/// Adds `carry` · 2^256 = `carry` · 38 until nothing is carried out.
void fold(Element& element, std::uint64_t carry) {
    while (carry != 0) {
        Uint128 sum = Uint128{carry} * 38;
        for (std::uint64_t& limb : element) {
            sum += limb;
            limb = static_cast<std::uint64_t>(sum);
            sum >>= 64U;
        }
        carry = static_cast<std::uint64_t>(sum);
    }
}

Element multiply(const Element& a, const Element& b) {
    std::array<std::uint64_t, 8> product{};
    for (std::size_t i = 0; i < 4; ++i) {
        Uint128 carry = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            carry += Uint128{a[i]} * b[j] + product[i + j];
            product[i + j] = static_cast<std::uint64_t>(carry);
            carry >>= 64U;
        }
        product[i + 4] = static_cast<std::uint64_t>(carry);
    }
    Element result{};
    Uint128 sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        sum += Uint128{product[i + 4]} * 38 + product[i];
        result[i] = static_cast<std::uint64_t>(sum);
        sum >>= 64U;
    }
    fold(result, static_cast<std::uint64_t>(sum));
    return result;
}

Element add(const Element& a, const Element& b) {
    Element result{};
    Uint128 sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        sum += Uint128{a[i]} + b[i];
        result[i] = static_cast<std::uint64_t>(sum);
        sum >>= 64U;
    }
    fold(result, static_cast<std::uint64_t>(sum));
    return result;
}

Element element_of(const Encoding& encoding) {
    Element element;
    std::memcpy(element.data(), encoding.data(), encoding.size());
    return element;
}

bool is_zero_or_one(const Element& element) {
    const Element prime = element_of(kPrime);
    const Element twice = {prime[0] * 2, ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}};
    for (const Element& zero : {Element{}, prime, twice}) {
        Element one = zero;
        one[0] += 1;  // none of the three ends in 2^64 - 1
        if (element == zero || element == one) return true;
    }
    return false;
}

bool point_exists(const CurvePoint& point) {
    constexpr Element kMinusOne = {0xffffffffffffffec, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff};
    constexpr Element kD = {0x75eb4dca135978a3, 0x00700a4d4141d8ab, 0x8cc740797779e898, 0x52036cee2b6ffe73};
    const Element y = element_of(point.y);
    const Element square = multiply(y, y);
    const Element numerator = add(square, kMinusOne);
    const Element denominator = add(multiply(kD, square), {1, 0, 0, 0});
    // u / v is a square if and only if u · v is: (u · v)^((p - 1) / 2) is 0 or 1. (p - 1) / 2 = 2^254 - 10.
    const Element base = multiply(numerator, denominator);
    Element power = {1, 0, 0, 0};
    for (int bit = 253; bit >= 0; --bit) {
        power = multiply(power, power);
        const bool set = bit >= 4 || ((0x6U >> static_cast<unsigned>(bit)) & 1U) != 0;
        if (set) power = multiply(power, base);
    }
    return is_zero_or_one(power);
}

/// The first of CRY-09 to CRY-11 that a signature breaks which has not passed.
Rejection failure(const CurvePoint& a, const CurvePoint& r) {
    if (!is_canonical(a) || !is_canonical(r)) return reject(Clause::CRY_09, "a point is not encoded canonically");
    if (!point_exists(a) || !point_exists(r)) return reject(Clause::CRY_09, "an encoding of no point");
    if (is_of_small_order(a) || is_of_small_order(r)) return reject(Clause::CRY_10, "a point of small order");
    return reject(Clause::CRY_11, "the equation does not hold");
}

}  // namespace

Result<void> verify_ed25519(const crypto::Ed25519PublicKey& key, Bytes message,
                            const crypto::Ed25519Signature& signature) {
    Encoding s{};
    std::memcpy(s.data(), signature.data() + 32, s.size());
    if (!less(s, kOrder)) return reject(Clause::CRY_08, "S is not reduced");
    const CurvePoint a = split(key.data());
    const CurvePoint r = split(signature.data());
    const bool sound = is_canonical(a) && is_canonical(r) && !is_of_small_order(a) && !is_of_small_order(r);
    if (!sound || !crypto::ed25519_verify_dalek(key, message, signature)) return failure(a, r);
    return {};
}

}  // namespace touchstone::node
