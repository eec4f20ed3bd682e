// Batch verification: one multi-pairing for many signatures.
//
// For scalars r_i the batch holds if and only if  Π_m e(Σ_{i signs m} r_i·key_i, H(m)) = e(G, Σ_i r_i·signature_i)
// up to a chance of 2^-64. Sets over the same message share one hash and one pairing.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "crypto/bls_points.h"

namespace touchstone::crypto::bls {
namespace {

constexpr std::size_t kScalarBits = 64;
using Scalar = std::array<std::uint8_t, kScalarBits / 8>;

std::array<std::uint8_t, 8> little_endian(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
    return bytes;
}

template <typename T>
Bytes raw(const T* object) {
    return {reinterpret_cast<const std::uint8_t*>(object), sizeof(T)};
}

// The scalars depend on the seed and on all that is verified, so that nobody can choose signatures after seeing them.
std::vector<Scalar> batch_scalars(std::span<const SignatureSet> sets, const BatchSeed& seed) {
    Sha256 transcript;
    transcript.update(seed);
    for (const SignatureSet& set : sets) {
        transcript.update(raw(Blst::point(set.public_key)));
        transcript.update(set.message);
        transcript.update(raw(Blst::point(set.signature)));
    }
    const Digest root = transcript.finish();
    std::vector<Scalar> scalars(sets.size());
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const Digest digest = transcript.update(root).update(little_endian(i)).finish();
        std::memcpy(scalars[i].data(), digest.data(), scalars[i].size());
        if (scalars[i] == Scalar{}) scalars[i].front() = 1;
    }
    return scalars;
}

blst_p2 weighted_signature(std::span<const SignatureSet> sets, std::span<const Scalar> scalars) {
    std::vector<const blst_p2_affine*> points;
    points.reserve(sets.size());
    for (const SignatureSet& set : sets)
        points.push_back(Blst::point(set.signature));
    const std::array<const std::uint8_t*, 2> contiguous{scalars.front().data(), nullptr};
    std::vector<limb_t> scratch(blst_p2s_mult_pippenger_scratch_sizeof(sets.size()) / sizeof(limb_t) + 1);
    blst_p2 sum;
    blst_p2s_mult_pippenger(&sum, points.data(), points.size(), contiguous.data(), kScalarBits, scratch.data());
    return sum;
}

// Σ r_i·key_i over the sets named by `members`.
blst_p1 weighted_key(std::span<const SignatureSet> sets, std::span<const Scalar> scalars,
                     std::span<const std::size_t> members) {
    blst_p1 sum;
    if (members.size() == 1) {
        blst_p1_from_affine(&sum, Blst::point(sets[members.front()].public_key));
        blst_p1_mult(&sum, &sum, scalars[members.front()].data(), kScalarBits);
        return sum;
    }
    std::vector<const blst_p1_affine*> points;
    std::vector<const std::uint8_t*> weights;
    points.reserve(members.size());
    weights.reserve(members.size());
    for (const std::size_t member : members) {
        points.push_back(Blst::point(sets[member].public_key));
        weights.push_back(scalars[member].data());
    }
    std::vector<limb_t> scratch(blst_p1s_mult_pippenger_scratch_sizeof(points.size()) / sizeof(limb_t) + 1);
    blst_p1s_mult_pippenger(&sum, points.data(), points.size(), weights.data(), kScalarBits, scratch.data());
    return sum;
}

blst_p1_affine to_affine(const blst_p1& point) {
    blst_p1_affine affine;
    blst_p1_to_affine(&affine, &point);
    return affine;
}

blst_p2_affine to_affine(const blst_p2& point) {
    blst_p2_affine affine;
    blst_p2_to_affine(&affine, &point);
    return affine;
}

std::vector<std::size_t> indices_by_message(std::span<const SignatureSet> sets) {
    std::vector<std::size_t> indices(sets.size());
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    std::ranges::sort(indices, {}, [&](std::size_t i) -> const Digest& { return sets[i].message; });
    return indices;
}

bool all_hold(std::span<const SignatureSet> sets, const BatchSeed& seed, std::string_view tag) {
    if (sets.empty()) return true;
    // Infinity verifies under no key, and the multiplications need not meet it.
    if (std::ranges::any_of(sets, [](const SignatureSet& set) { return set.signature.is_infinity(); })) return false;

    const std::vector<Scalar> scalars = batch_scalars(sets, seed);
    const std::vector<std::size_t> order = indices_by_message(sets);
    std::vector<blst_p1_affine> keys;
    std::vector<blst_p2_affine> points;
    for (auto begin = order.begin(); begin != order.end();) {
        const Digest& message = sets[*begin].message;
        const auto end = std::find_if(begin, order.end(), [&](std::size_t i) { return sets[i].message != message; });
        keys.push_back(to_affine(weighted_key(sets, scalars, std::span(begin, end))));
        points.push_back(to_affine(hash_to_point(message, tag)));
        begin = end;
    }
    keys.push_back(BLS12_381_NEG_G1);
    points.push_back(to_affine(weighted_signature(sets, scalars)));
    return pairing_product_is_one(keys, points);
}

using VerifyOne = bool (*)(const PublicKey& key, Bytes message, const Signature& signature);

std::vector<bool> verify_each(std::span<const SignatureSet> sets, VerifyOne verify_one) {
    std::vector<bool> valid;
    valid.reserve(sets.size());
    for (const SignatureSet& set : sets)
        valid.push_back(verify_one(set.public_key, set.message, set.signature));
    return valid;
}

}  // namespace

bool verify_all(std::span<const SignatureSet> sets, const BatchSeed& seed) {
    return all_hold(sets, seed, kSignatureTag);
}

std::vector<bool> verify_batch(std::span<const SignatureSet> sets, const BatchSeed& seed) {
    if (verify_all(sets, seed)) return std::vector<bool>(sets.size(), true);
    return verify_each(sets, verify);
}

std::vector<bool> pop_verify_batch(std::span<const SignatureSet> sets, const BatchSeed& seed) {
    if (all_hold(sets, seed, kProofTag)) return std::vector<bool>(sets.size(), true);
    return verify_each(sets, pop_verify);
}

}  // namespace touchstone::crypto::bls
