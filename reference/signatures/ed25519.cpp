#include "reference/signatures/ed25519.h"

#include <boost/multiprecision/cpp_int.hpp>

namespace touchstone::reference {

namespace {

using Integer = boost::multiprecision::cpp_int;

const Integer& field_prime() {
    static const Integer P = (Integer{1} << 255) - 19;
    return P;
}

const Integer& group_order() {
    static const Integer L = (Integer{1} << 252) + Integer{"27742317777372353535851937790883648493"};
    return L;
}

Integer read_little_endian(ByteView bytes) {
    Integer number;
    import_bits(number, bytes.rbegin(), bytes.rend(), 8);
    return number;
}

Integer power(const Integer& base, const Integer& exponent) { return powm(base, exponent, field_prime()); }

/// The d of the curve -x^2 + y^2 = 1 + d x^2 y^2.
const Integer& curve_d() {
    static const Integer D = (field_prime() - 121665) * power(121666, field_prime() - 2) % field_prime();
    return D;
}

/// What 32 bytes say of a point: its y, and the sign of its x.
struct EncodedPoint {
    Integer y;
    bool x_is_odd;
};

EncodedPoint read_point(ByteView encoding) {
    Integer number = read_little_endian(encoding);
    const bool x_is_odd = bit_test(number, 255);
    bit_unset(number, 255);
    return {number, x_is_odd};
}

/// The x that belongs to y has the square `numerator / denominator`, by the equation of the curve. The denominator is
/// never 0, for -1 / d is no square.
struct XSquared {
    Integer numerator;
    Integer denominator;
};

XSquared x_squared(const Integer& y) {
    const Integer& p = field_prime();
    return {(y * y + p - 1) % p, (curve_d() * y * y + 1) % p};
}

// [CRY-09] n / m is a square if n m is, which is n / m times the square of m.
bool is_canonical(const EncodedPoint& point) {
    const Integer& p = field_prime();
    if (point.y >= p) return false;
    const auto [numerator, denominator] = x_squared(point.y);
    if (numerator == 0) return !point.x_is_odd;
    return power(numerator * denominator % p, (p - 1) / 2) == 1;
}

// [CRY-10] y is 1 for the point of order 1, -1 for that of order 2, 0 for the two of order 4; the four of order 8 are
// those that double to a point with y = 0.
bool is_small_order(const EncodedPoint& point) {
    const Integer& p = field_prime();
    if (point.y == 0 || point.y == 1 || point.y == p - 1) return true;
    // Doubling gives y = (y^2 + x^2) / (1 - d x^2 y^2), which is 0 exactly if x^2 = -y^2.
    const auto [numerator, denominator] = x_squared(point.y);
    return (numerator + denominator * point.y * point.y) % p == 0;
}

}  // namespace

Result<void> ed25519_verify(const crypto::Ed25519PublicKey& public_key, ByteView message,
                            const crypto::Ed25519Signature& signature) {
    const EncodedPoint a = read_point(public_key);
    const EncodedPoint r = read_point(ByteView(signature).first(32));
    REQUIRE(read_little_endian(ByteView(signature).subspan(32)) < group_order(), Clause::CRY_08);
    REQUIRE(is_canonical(a) && is_canonical(r), Clause::CRY_09);
    REQUIRE(!is_small_order(a) && !is_small_order(r), Clause::CRY_10);
    REQUIRE(crypto::ed25519_verify_botan(public_key, message, signature), Clause::CRY_11);
    return {};
}

}  // namespace touchstone::reference
