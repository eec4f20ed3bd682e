// Ed25519 at its edges [CRY-08] to [CRY-11], addresses [CRY-12], [CRY-13].
#include "crypto/ed25519.h"

#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "crypto/development_keys.h"
#include "reference/signatures/address.h"
#include "reference/signatures/ed25519.h"

namespace touchstone::vectors {
namespace {

using Json = nlohmann::json;
using crypto::Ed25519PublicKey;
using crypto::Ed25519Signature;
using reference::to_hex;

Bytes text(std::string_view content) { return {content.begin(), content.end()}; }

void add_verify(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
                const Ed25519PublicKey& key, const Bytes& message, const Ed25519Signature& signature,
                const Expected& expected) {
    Vector vector{
        .runner = "ed25519", .handler = "verify", .name = name, .shows = shows, .clauses = std::move(clauses)};
    vector.params =
        Json{{"public_key", to_hex(key)}, {"message", to_hex(message)}, {"signature", to_hex(signature)}}.dump();
    const auto verdict = reference::ed25519_verify(key, message, signature);
    if (!verdict) vector.rejected = std::string(to_string(verdict.failure().clause));
    if (vector.rejected != expected) {
        return suite.problem(vector.id() + ": the reference says " + vector.rejected.value_or("valid"));
    }
    suite.add(std::move(vector));
}

std::array<std::uint8_t, 32> scalar(const std::string& hex) {
    std::array<std::uint8_t, 32> result{};
    const auto bytes = reference::from_hex("0x" + hex).value();
    std::copy(bytes.begin(), bytes.end(), result.begin());
    return result;
}

// a + b over 32 bytes, little-endian.
std::array<std::uint8_t, 32> add_bytes(const std::array<std::uint8_t, 32>& a, const std::array<std::uint8_t, 32>& b) {
    std::array<std::uint8_t, 32> sum{};
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += unsigned{a[i]} + b[i];
        sum[i] = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    }
    return sum;
}

Ed25519Signature join(const std::array<std::uint8_t, 32>& r, const std::array<std::uint8_t, 32>& s) {
    Ed25519Signature signature{};
    std::copy(r.begin(), r.end(), signature.begin());
    std::copy(s.begin(), s.end(), signature.begin() + 32);
    return signature;
}

std::array<std::uint8_t, 32> r_of(const Ed25519Signature& signature) {
    std::array<std::uint8_t, 32> r{};
    std::copy_n(signature.begin(), 32, r.begin());
    return r;
}

std::array<std::uint8_t, 32> s_of(const Ed25519Signature& signature) {
    std::array<std::uint8_t, 32> s{};
    std::copy_n(signature.begin() + 32, 32, s.begin());
    return s;
}

const auto kOrder = scalar("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
const auto kOrderMinusOne = scalar("ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

struct NamedPoint {
    std::string what;
    std::array<std::uint8_t, 32> bytes;
};

// The canonical encodings of the eight points of small order.
std::vector<NamedPoint> small_order_points() {
    return {{"order_1", scalar("0100000000000000000000000000000000000000000000000000000000000000")},
            {"order_2", scalar("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")},
            {"order_4", scalar("0000000000000000000000000000000000000000000000000000000000000000")},
            {"order_4_negative", scalar("0000000000000000000000000000000000000000000000000000000000000080")},
            {"order_8_first", scalar("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")},
            {"order_8_first_negative", scalar("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")},
            {"order_8_second", scalar("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")},
            {"order_8_second_negative", scalar("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")}};
}

std::vector<NamedPoint> bad_encodings() {
    return {{"y_is_the_prime", scalar("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")},
            {"y_is_the_prime_plus_one", scalar("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")},
            {"y_is_the_greatest", scalar("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")},
            {"y_is_the_greatest_negative", scalar("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")},
            {"minus_zero_at_order_1", scalar("0100000000000000000000000000000000000000000000000000000000000080")},
            {"minus_zero_at_order_2", scalar("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")},
            {"no_point_has_this_y", scalar("0200000000000000000000000000000000000000000000000000000000000000")},
            {"order_1_plus_the_prime_negative",
             scalar("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")}};
}

void add_valid(Suite& suite) {
    for (const auto& [name, content] : std::map<std::string, std::string>{
             {"empty_message", ""}, {"short_message", "touchstone"}, {"long_message", std::string(1000, 'x')}}) {
        const auto seed = crypto::development_account_seed(1);
        const Bytes message = text(content);
        add_verify(suite, name, "a good signature", {"CRY-11", "CRY-08", "CRY-09", "CRY-10"},
                   crypto::ed25519_public_key(seed), message, crypto::ed25519_sign(seed, message), std::nullopt);
    }
}

void add_wrong(Suite& suite) {
    const auto seed = crypto::development_account_seed(1);
    const auto key = crypto::ed25519_public_key(seed);
    const Bytes message = text("touchstone");
    const auto signature = crypto::ed25519_sign(seed, message);
    add_verify(suite, "another_message", "a signature of another message", {"CRY-11"}, key, text("touchstony"),
               signature, "CRY-11");
    add_verify(suite, "another_key", "a signature of another key", {"CRY-11"},
               crypto::ed25519_public_key(crypto::development_account_seed(2)), message, signature, "CRY-11");
    add_verify(suite, "s_is_zero", "S = 0 is in range and wrong", {"CRY-11", "CRY-08"}, key, message,
               join(r_of(signature), {}), "CRY-11");
    add_verify(suite, "s_is_the_order_minus_one", "S = L − 1 is in range and wrong", {"CRY-11", "CRY-08"}, key, message,
               join(r_of(signature), kOrderMinusOne), "CRY-11");
    add_verify(suite, "s_is_the_order", "S = L", {"CRY-08"}, key, message, join(r_of(signature), kOrder), "CRY-08");
    add_verify(suite, "s_plus_the_order", "the same S, not reduced: the signature would be malleable", {"CRY-08"}, key,
               message, join(r_of(signature), add_bytes(s_of(signature), kOrder)), "CRY-08");
    add_verify(suite, "s_plus_twice_the_order", "S + 2L", {"CRY-08"}, key, message,
               join(r_of(signature), add_bytes(add_bytes(s_of(signature), kOrder), kOrder)), "CRY-08");
    add_verify(suite, "s_is_the_greatest", "all bits of S set", {"CRY-08"}, key, message,
               join(r_of(signature), scalar(std::string(64, 'f'))), "CRY-08");
    add_verify(suite, "s_before_key", "S is looked at before the key", {"CRY-08", "CRY-09"}, bad_encodings()[0].bytes,
               message, join(r_of(signature), kOrder), "CRY-08");
    for (const NamedPoint& point : bad_encodings()) {
        add_verify(suite, "key_" + point.what, "a public key that is no canonical encoding", {"CRY-09"}, point.bytes,
                   message, signature, "CRY-09");
        add_verify(suite, "r_" + point.what, "an R that is no canonical encoding", {"CRY-09"}, key, message,
                   join(point.bytes, s_of(signature)), "CRY-09");
    }
    for (const NamedPoint& point : small_order_points()) {
        add_verify(suite, "key_of_" + point.what, "a public key of small order", {"CRY-10"}, point.bytes, message,
                   signature, "CRY-10");
        add_verify(suite, "r_of_" + point.what, "an R of small order", {"CRY-10"}, key, message,
                   join(point.bytes, s_of(signature)), "CRY-10");
    }
    // With A of order 1 and R = S·B for S = 0 the equation holds for every message.
    const auto identity = small_order_points()[0].bytes;
    add_verify(suite, "everything_of_order_1", "a signature that would hold for every message", {"CRY-10"}, identity,
               message, join(identity, {}), "CRY-10");
}

void add_address(Suite& suite, const std::string& name, std::uint64_t account) {
    Vector vector{.runner = "ed25519",
                  .handler = "address",
                  .name = name,
                  .shows = "the address of a public key and its text",
                  .clauses = {"CRY-12", "CRY-01"}};
    const auto key = crypto::ed25519_public_key(crypto::development_account_seed(account));
    const auto address = reference::address_of(key);
    vector.params = Json{{"public_key", to_hex(key)}}.dump();
    vector.values = Json{{"address", to_hex(address.bytes)}, {"text", reference::address_to_text(address)}}.dump();
    suite.add(std::move(vector));
}

void add_parse(Suite& suite, const std::string& name, const std::string& shows, const std::string& content,
               const Expected& expected) {
    Vector vector{
        .runner = "ed25519", .handler = "parse_address", .name = name, .shows = shows, .clauses = {"CRY-13", "CRY-12"}};
    vector.params = Json{{"text", content}}.dump();
    const auto address = reference::address_from_text(content);
    if (address) {
        vector.values = Json{{"address", to_hex(address.value().bytes)}}.dump();
    } else {
        vector.rejected = std::string(to_string(address.failure().clause));
    }
    if (vector.rejected != expected) return suite.problem(vector.id() + ": the reference says otherwise");
    suite.add(std::move(vector));
}

constexpr std::string_view kBech32Letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

// Bech32 (constant 1) or Bech32m (constant 0x2bc830a3) of five-bit groups, to make texts that are wrong in one way
// only.
std::string bech32(const std::string& prefix, const std::vector<std::uint8_t>& groups, std::uint32_t constant) {
    const auto polymod = [](const std::vector<std::uint8_t>& values) {
        std::uint32_t checksum = 1;
        for (const std::uint8_t value : values) {
            const std::uint32_t top = checksum >> 25U;
            checksum = ((checksum & 0x1ffffffU) << 5U) ^ value;
            constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                              0x2a1462b3};
            for (unsigned i = 0; i < 5; ++i)
                checksum ^= ((top >> i) & 1U) != 0 ? kGenerator[i] : 0;
        }
        return checksum;
    };
    std::vector<std::uint8_t> values;
    for (const char letter : prefix)
        values.push_back(static_cast<std::uint8_t>(letter >> 5));
    values.push_back(0);
    for (const char letter : prefix)
        values.push_back(static_cast<std::uint8_t>(letter & 31));
    values.insert(values.end(), groups.begin(), groups.end());
    values.resize(values.size() + 6);
    const std::uint32_t checksum = polymod(values) ^ constant;
    std::string result = prefix + "1";
    for (const std::uint8_t group : groups)
        result += kBech32Letters[group];
    for (unsigned i = 0; i < 6; ++i)
        result += kBech32Letters[(checksum >> (5 * (5 - i))) & 31U];
    return result;
}

std::vector<std::uint8_t> five_bit_groups(std::size_t bytes, std::uint8_t padding) {
    const std::size_t groups = (bytes * 8 + 4) / 5;
    std::vector<std::uint8_t> result(groups, 11);
    const unsigned unused = static_cast<unsigned>(groups * 5 - bytes * 8);
    result.back() = static_cast<std::uint8_t>((11U >> unused << unused) | padding);
    return result;
}

void add_texts(Suite& suite) {
    constexpr std::uint32_t kBech32m = 0x2bc830a3;
    const std::string good = bech32("tst", five_bit_groups(32, 0), kBech32m);
    std::string upper = good;
    for (char& letter : upper)
        letter = static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 32 : letter);
    add_parse(suite, "lower_case", "an address in lower case", good, std::nullopt);
    add_parse(suite, "upper_case", "an address in upper case", upper, std::nullopt);
    std::string mixed = good;
    mixed[0] = 'T';
    add_parse(suite, "mixed_case", "upper and lower case", mixed, "CRY-13");
    std::string typo = good;
    typo[10] = typo[10] == 'q' ? 'p' : 'q';
    add_parse(suite, "one_letter_wrong", "the checksum does not hold", typo, "CRY-13");
    add_parse(suite, "bech32_checksum", "the checksum of the older Bech32", bech32("tst", five_bit_groups(32, 0), 1),
              "CRY-13");
    add_parse(suite, "another_prefix", "an address of another network", bech32("tsu", five_bit_groups(32, 0), kBech32m),
              "CRY-13");
    add_parse(suite, "longer_prefix", "a prefix that begins with tst", bech32("tstx", five_bit_groups(32, 0), kBech32m),
              "CRY-13");
    add_parse(suite, "padding_not_zero", "a padding bit is set", bech32("tst", five_bit_groups(32, 1), kBech32m),
              "CRY-13");
    add_parse(suite, "highest_padding_bit", "the highest padding bit is set",
              bech32("tst", five_bit_groups(32, 8), kBech32m), "CRY-13");
    add_parse(suite, "bytes_31", "31 bytes", bech32("tst", five_bit_groups(31, 0), kBech32m), "CRY-13");
    add_parse(suite, "bytes_33", "33 bytes", bech32("tst", five_bit_groups(33, 0), kBech32m), "CRY-13");
    auto group_over = five_bit_groups(32, 0);
    group_over.push_back(0);
    add_parse(suite, "a_group_over", "a whole group of padding", bech32("tst", group_over, kBech32m), "CRY-13");
    add_parse(suite, "longer_than_90", "more than 90 characters", bech32("tst", five_bit_groups(60, 0), kBech32m),
              "CRY-13");
    add_parse(suite, "empty", "no text", "", "CRY-13");
    add_parse(suite, "prefix_alone", "nothing but the prefix", "tst1", "CRY-13");
    add_parse(suite, "no_separator", "no 1 between prefix and data", "tst" + good.substr(4), "CRY-13");
    add_parse(suite, "letter_outside_the_set", "a letter that Bech32 does not use",
              good.substr(0, 10) + "b" + good.substr(11), "CRY-13");
    add_parse(suite, "trailing_space", "a space behind the address", good + " ", "CRY-13");
}

}  // namespace

void add_ed25519(Suite& suite) {
    if (!suite.wants("ed25519")) return;
    add_valid(suite);
    add_wrong(suite);
}

void add_addresses(Suite& suite) {
    if (!suite.wants("ed25519")) return;
    add_address(suite, "first_account", 0);
    add_address(suite, "second_account", 1);
    add_texts(suite);
}

}  // namespace touchstone::vectors
