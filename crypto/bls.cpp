#include "crypto/bls.h"

#include <botan/mem_ops.h>

#include "crypto/bls_points.h"

namespace touchstone::crypto::bls {
namespace {

constexpr std::size_t kMinimumKeyMaterial = 32;

const std::uint8_t* octets(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

blst_p2_affine hash_to_affine(Bytes message, std::string_view tag) {
    const blst_p2 point = hash_to_point(message, tag);
    blst_p2_affine affine;
    blst_p2_to_affine(&affine, &point);
    return affine;
}

Signature sign_with_tag(const SecretKey& key, Bytes message, std::string_view tag) {
    const blst_p2 hash = hash_to_point(message, tag);
    blst_p2_affine signature;
    blst_sign_pk2_in_g1(nullptr, &signature, &hash, Blst::scalar(key));
    return Blst::signature(signature);
}

// e(key, H(message)) = e(G, signature)
bool verify_with_tag(const PublicKey& key, Bytes message, const Signature& signature, std::string_view tag) {
    const std::array<blst_p1_affine, 2> keys{*Blst::point(key), BLS12_381_NEG_G1};
    const std::array<blst_p2_affine, 2> points{hash_to_affine(message, tag), *Blst::point(signature)};
    return pairing_product_is_one(keys, points);
}

std::optional<PublicKey> finite_key(const blst_p1& point) {
    if (blst_p1_is_inf(&point)) return std::nullopt;
    blst_p1_affine affine;
    blst_p1_to_affine(&affine, &point);
    return Blst::public_key(affine);
}

std::optional<blst_p1_affine> decode_g1(Bytes compressed) {
    blst_p1_affine point;
    if (compressed.size() != std::tuple_size_v<PublicKeyBytes>) return std::nullopt;
    if (blst_p1_uncompress(&point, compressed.data()) != BLST_SUCCESS) return std::nullopt;
    if (!blst_p1_affine_in_g1(&point)) return std::nullopt;
    return point;
}

}  // namespace

blst_p2 hash_to_point(Bytes message, std::string_view domain_separation_tag) {
    blst_p2 point;
    blst_hash_to_g2(&point, message.data(), message.size(), octets(domain_separation_tag), domain_separation_tag.size(),
                    nullptr, 0);
    return point;
}

bool pairing_product_is_one(std::span<const blst_p1_affine> keys, std::span<const blst_p2_affine> points) {
    // blst's loop over several pairs does not know infinity, so such pairs are left out here.
    std::vector<const blst_p1_affine*> finite_keys;
    std::vector<const blst_p2_affine*> finite_points;
    finite_keys.reserve(keys.size());
    finite_points.reserve(points.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (blst_p1_affine_is_inf(&keys[i]) || blst_p2_affine_is_inf(&points[i])) continue;
        finite_keys.push_back(&keys[i]);
        finite_points.push_back(&points[i]);
    }
    if (finite_keys.empty()) return true;
    blst_fp12 product;
    blst_miller_loop_n(&product, finite_points.data(), finite_keys.data(), finite_keys.size());
    blst_final_exp(&product, &product);
    return blst_fp12_is_one(&product);
}

std::optional<SecretKey> SecretKey::generate(Bytes key_material) {
    if (key_material.size() < kMinimumKeyMaterial) return std::nullopt;
    SecretKey key;
    blst_keygen(Blst::scalar(key), key_material.data(), key_material.size(), nullptr, 0);
    return key;
}

std::optional<SecretKey> SecretKey::from_bytes(std::span<const std::uint8_t, 32> big_endian) {
    SecretKey key;
    blst_scalar_from_bendian(Blst::scalar(key), big_endian.data());
    if (!blst_sk_check(Blst::scalar(key))) return std::nullopt;
    return key;
}

std::optional<SecretKey> SecretKey::from_scalar_add(const SecretKey& base, std::uint64_t offset) {
    const std::array<std::uint64_t, 4> limbs{offset, 0, 0, 0};
    blst_scalar addend;
    blst_scalar_from_uint64(&addend, limbs.data());
    SecretKey key;
    if (!blst_sk_add_n_check(Blst::scalar(key), Blst::scalar(base), &addend)) return std::nullopt;
    return key;
}

std::optional<SecretKey> SecretKey::sum(std::span<const SecretKey> keys) {
    SecretKey total;
    bool is_valid = false;  // a sum may pass through zero; only the last one counts
    for (const SecretKey& key : keys) {
        is_valid = blst_sk_add_n_check(Blst::scalar(total), Blst::scalar(total), Blst::scalar(key));
    }
    if (!is_valid) return std::nullopt;
    return total;
}

SecretKey::~SecretKey() { Botan::secure_scrub_memory(scalar_.data(), scalar_.size()); }

SecretKeyBytes SecretKey::export_secret() const {
    SecretKeyBytes bytes;
    blst_bendian_from_scalar(bytes.data(), Blst::scalar(*this));
    return bytes;
}

std::optional<PublicKey> PublicKey::parse(Bytes compressed) {
    const std::optional<blst_p1_affine> point = decode_g1(compressed);
    if (!point || blst_p1_affine_is_inf(&*point)) return std::nullopt;
    return Blst::public_key(*point);
}

PublicKeyBytes PublicKey::to_bytes() const {
    PublicKeyBytes bytes;
    blst_p1_affine_compress(bytes.data(), Blst::point(*this));
    return bytes;
}

bool operator==(const PublicKey& left, const PublicKey& right) {
    return blst_p1_affine_is_equal(Blst::point(left), Blst::point(right));
}

std::optional<Signature> Signature::parse(Bytes compressed) {
    blst_p2_affine point;
    if (compressed.size() != std::tuple_size_v<SignatureBytes>) return std::nullopt;
    if (blst_p2_uncompress(&point, compressed.data()) != BLST_SUCCESS) return std::nullopt;
    if (!blst_p2_affine_in_g2(&point)) return std::nullopt;
    return Blst::signature(point);
}

SignatureBytes Signature::to_bytes() const {
    SignatureBytes bytes;
    blst_p2_affine_compress(bytes.data(), Blst::point(*this));
    return bytes;
}

bool Signature::is_infinity() const { return blst_p2_affine_is_inf(Blst::point(*this)); }

bool operator==(const Signature& left, const Signature& right) {
    return blst_p2_affine_is_equal(Blst::point(left), Blst::point(right));
}

PublicKey public_key(const SecretKey& key) {
    blst_p1_affine point;
    blst_sk_to_pk2_in_g1(nullptr, &point, Blst::scalar(key));
    return Blst::public_key(point);
}

Signature sign(const SecretKey& key, Bytes message) { return sign_with_tag(key, message, kSignatureTag); }

bool verify(const PublicKey& key, Bytes message, const Signature& signature) {
    return verify_with_tag(key, message, signature, kSignatureTag);
}

Signature pop_prove(const SecretKey& key, Bytes message) { return sign_with_tag(key, message, kProofTag); }

bool pop_verify(const PublicKey& key, Bytes message, const Signature& proof) {
    return verify_with_tag(key, message, proof, kProofTag);
}

std::optional<Signature> aggregate_signatures(std::span<const Signature> signatures) {
    if (signatures.empty()) return std::nullopt;
    blst_p2 sum;
    blst_p2_from_affine(&sum, Blst::point(signatures.front()));
    for (const Signature& signature : signatures.subspan(1)) {
        blst_p2_add_or_double_affine(&sum, &sum, Blst::point(signature));
    }
    blst_p2_affine affine;
    blst_p2_to_affine(&affine, &sum);
    return Blst::signature(affine);
}

std::optional<PublicKey> aggregate_public_keys(std::span<const PublicKey> keys) {
    if (keys.empty()) return std::nullopt;
    // A null second pointer tells blst that the points lie one after the other.
    const std::array<const blst_p1_affine*, 2> points{Blst::point(keys.front()), nullptr};
    blst_p1 sum;
    blst_p1s_add(&sum, points.data(), keys.size());
    return finite_key(sum);
}

std::optional<PublicKey> aggregate_public_keys(std::span<const PublicKey* const> keys) {
    if (keys.empty()) return std::nullopt;
    std::vector<const blst_p1_affine*> points;
    points.reserve(keys.size());
    for (const PublicKey* key : keys)
        points.push_back(Blst::point(*key));
    blst_p1 sum;
    blst_p1s_add(&sum, points.data(), points.size());
    return finite_key(sum);
}

bool aggregate_verify(std::span<const PublicKey> keys, std::span<const Bytes> messages, const Signature& signature) {
    if (keys.empty() || keys.size() != messages.size()) return false;
    std::vector<blst_p1_affine> points;
    std::vector<blst_p2_affine> hashes;
    points.reserve(keys.size() + 1);
    hashes.reserve(keys.size() + 1);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        points.push_back(*Blst::point(keys[i]));
        hashes.push_back(hash_to_affine(messages[i], kSignatureTag));
    }
    points.push_back(BLS12_381_NEG_G1);
    hashes.push_back(*Blst::point(signature));
    return pairing_product_is_one(points, hashes);
}

bool fast_aggregate_verify(std::span<const PublicKey> keys, Bytes message, const Signature& signature) {
    const std::optional<PublicKey> sum = aggregate_public_keys(keys);
    return sum && verify(*sum, message, signature);
}

bool fast_aggregate_verify(std::span<const PublicKey* const> keys, Bytes message, const Signature& signature) {
    const std::optional<PublicKey> sum = aggregate_public_keys(keys);
    return sum && verify(*sum, message, signature);
}

std::optional<std::vector<PublicKey>> consecutive_public_keys(const PublicKey& first, std::size_t count) {
    std::vector<blst_p1> points(count);
    blst_p1 point;
    blst_p1_from_affine(&point, Blst::point(first));
    for (blst_p1& slot : points) {
        if (blst_p1_is_inf(&point)) return std::nullopt;
        slot = point;
        blst_p1_add_or_double_affine(&point, &point, blst_p1_affine_generator());
    }
    std::vector<blst_p1_affine> affine(count);
    const std::array<const blst_p1*, 2> contiguous{points.data(), nullptr};
    if (count != 0) blst_p1s_to_affine(affine.data(), contiguous.data(), count);
    std::vector<PublicKey> keys;
    keys.reserve(count);
    for (const blst_p1_affine& key : affine)
        keys.push_back(Blst::public_key(key));
    return keys;
}

bool is_g1_encoding(Bytes compressed) { return decode_g1(compressed).has_value(); }

std::array<std::uint8_t, 192> hash_to_g2(Bytes message, Bytes domain_separation_tag) {
    const std::string_view tag(reinterpret_cast<const char*>(domain_separation_tag.data()),
                               domain_separation_tag.size());
    const blst_p2 point = hash_to_point(message, tag);
    std::array<std::uint8_t, 192> uncompressed;
    blst_p2_serialize(uncompressed.data(), &point);
    return uncompressed;
}

}  // namespace touchstone::crypto::bls
