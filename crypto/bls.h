// [CRY-02] BLS12-381 signatures, minimal public keys (48 bytes, G1), signatures in G2 (96 bytes), ciphersuite
// BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_ of draft-irtf-cfrg-bls-signature-05, through blst.
//
// Points are parsed once and kept decompressed: a `PublicKey` or `Signature` object is proof that the checks were made.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <vector>

#include "crypto/sha256.h"

namespace touchstone::crypto::bls {

using Bytes = std::span<const std::uint8_t>;
using SecretKeyBytes = std::array<std::uint8_t, 32>;
using PublicKeyBytes = std::array<std::uint8_t, 48>;
using SignatureBytes = std::array<std::uint8_t, 96>;

// A scalar in [1, r). Wiped on destruction; has no way to be printed or compared.
class SecretKey {
  public:
    // KeyGen of the draft from at least 32 secret bytes; nothing if they are fewer.
    [[nodiscard]] static std::optional<SecretKey> generate(Bytes key_material);
    // 32 bytes, big-endian; nothing if the number is zero or not below the group order.
    [[nodiscard]] static std::optional<SecretKey> from_bytes(std::span<const std::uint8_t, 32> big_endian);
    // base + offset; nothing if the sum is zero.
    [[nodiscard]] static std::optional<SecretKey> from_scalar_add(const SecretKey& base, std::uint64_t offset);
    // The key whose signature is the aggregate of those of `keys`; nothing if there are none or their sum is zero.
    [[nodiscard]] static std::optional<SecretKey> sum(std::span<const SecretKey> keys);

    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();

    // The secret itself, big-endian, for a keystore: the caller wipes it.
    [[nodiscard]] SecretKeyBytes export_secret() const;

    friend std::ostream& operator<<(std::ostream&, const SecretKey&) = delete;

  private:
    friend struct Blst;
    SecretKey() = default;
    std::array<std::byte, 32> scalar_{};
};

// A point of G1, not the point at infinity, decompressed.
class PublicKey {
  public:
    // Nothing unless `compressed` is the canonical 48-byte encoding of a point of the subgroup other than infinity.
    [[nodiscard]] static std::optional<PublicKey> parse(Bytes compressed);
    [[nodiscard]] PublicKeyBytes to_bytes() const;
    friend bool operator==(const PublicKey&, const PublicKey&);

  private:
    friend struct Blst;
    PublicKey() = default;
    alignas(8) std::array<std::byte, 96> affine_{};
};

// A point of G2, decompressed. Infinity is a point: it parses, and verifies under no key.
class Signature {
  public:
    // Nothing unless `compressed` is the canonical 96-byte encoding of a point of the subgroup.
    [[nodiscard]] static std::optional<Signature> parse(Bytes compressed);
    [[nodiscard]] SignatureBytes to_bytes() const;
    [[nodiscard]] bool is_infinity() const;
    friend bool operator==(const Signature&, const Signature&);

  private:
    friend struct Blst;
    Signature() = default;
    alignas(8) std::array<std::byte, 192> affine_{};
};

[[nodiscard]] PublicKey public_key(const SecretKey& key);

[[nodiscard]] Signature sign(const SecretKey& key, Bytes message);
[[nodiscard]] bool verify(const PublicKey& key, Bytes message, const Signature& signature);  // [CRY-05]

// The same with the domain separation tag of proofs of possession. The caller says what a proof signs.
[[nodiscard]] Signature pop_prove(const SecretKey& key, Bytes message);
[[nodiscard]] bool pop_verify(const PublicKey& key, Bytes message, const Signature& proof);

// Sums. Nothing for an empty list; nor for keys whose sum is infinity, which is no public key.
[[nodiscard]] std::optional<Signature> aggregate_signatures(std::span<const Signature> signatures);
[[nodiscard]] std::optional<PublicKey> aggregate_public_keys(std::span<const PublicKey> keys);
[[nodiscard]] std::optional<PublicKey> aggregate_public_keys(std::span<const PublicKey* const> keys);

// One message for each key. False if there are none, or not as many messages as keys.
[[nodiscard]] bool aggregate_verify(std::span<const PublicKey> keys, std::span<const Bytes> messages,
                                    const Signature& signature);

// One message for all keys of proved possession; false if there are none or their sum is infinity. [CRY-06]
[[nodiscard]] bool fast_aggregate_verify(std::span<const PublicKey> keys, Bytes message, const Signature& signature);
[[nodiscard]] bool fast_aggregate_verify(std::span<const PublicKey* const> keys, Bytes message,
                                         const Signature& signature);

// One claim of a batch: `signature` is that of `public_key` (of one signer, or aggregated) over `message`.
struct SignatureSet {
    PublicKey public_key;
    Digest message;
    Signature signature;
};

// Randomness of a batch. In a node it comes from `secure_random`, fresh for every call: whoever knows it beforehand can
// search for bad signatures that cancel each other. A simulation takes it from its own seed.
using BatchSeed = std::array<std::uint8_t, 32>;

// One multi-pairing over all sets, each multiplied by a random non-zero scalar of 64 bits. True for no sets.
[[nodiscard]] bool verify_all(std::span<const SignatureSet> sets, const BatchSeed& seed);

// As `verify_all`, and if that fails each set alone: element i is true if and only if set i is valid.
[[nodiscard]] std::vector<bool> verify_batch(std::span<const SignatureSet> sets, const BatchSeed& seed);

// As `verify_batch` for proofs of possession: each `signature` is the proof of its `public_key`.
[[nodiscard]] std::vector<bool> pop_verify_batch(std::span<const SignatureSet> sets, const BatchSeed& seed);

// first, first + G, first + 2G, ...: the keys of the secrets s, s + 1, s + 2, ... without a multiplication each. For
// benchmarks and vectors. Nothing if one of them is infinity.
[[nodiscard]] std::optional<std::vector<PublicKey>> consecutive_public_keys(const PublicKey& first, std::size_t count);

// What the known-answer tests of the field look at, beneath the signature scheme: whether bytes encode a point of G1
// (infinity is one), and the uncompressed point (x, then y, each with the imaginary part first) of hash_to_curve.
[[nodiscard]] bool is_g1_encoding(Bytes compressed);
[[nodiscard]] std::array<std::uint8_t, 192> hash_to_g2(Bytes message, Bytes domain_separation_tag);

}  // namespace touchstone::crypto::bls
