// Internal to crypto/: where the opaque storage of keys and signatures becomes the types of blst.
#pragma once

#include <blst.h>

#include <bit>
#include <new>
#include <span>
#include <string_view>

#include "crypto/bls.h"

namespace touchstone::crypto::bls {

inline constexpr std::string_view kSignatureTag = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
inline constexpr std::string_view kProofTag = "BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

struct Blst {
    static_assert(sizeof(SecretKey) == sizeof(blst_scalar));
    static_assert(sizeof(PublicKey) == sizeof(blst_p1_affine) && alignof(PublicKey) >= alignof(blst_p1_affine));
    static_assert(sizeof(Signature) == sizeof(blst_p2_affine) && alignof(Signature) >= alignof(blst_p2_affine));

    static const blst_scalar* scalar(const SecretKey& key) { return view<blst_scalar>(key.scalar_); }
    static const blst_p1_affine* point(const PublicKey& key) { return view<blst_p1_affine>(key.affine_); }
    static const blst_p2_affine* point(const Signature& signature) { return view<blst_p2_affine>(signature.affine_); }

    static blst_scalar* scalar(SecretKey& key) {
        return std::launder(reinterpret_cast<blst_scalar*>(key.scalar_.data()));
    }

    static PublicKey public_key(const blst_p1_affine& point) {
        PublicKey key;
        key.affine_ = std::bit_cast<decltype(key.affine_)>(point);
        return key;
    }
    static Signature signature(const blst_p2_affine& point) {
        Signature signature;
        signature.affine_ = std::bit_cast<decltype(signature.affine_)>(point);
        return signature;
    }

  private:
    template <typename Point, typename Storage>
    static const Point* view(const Storage& storage) {
        return std::launder(reinterpret_cast<const Point*>(storage.data()));
    }
};

blst_p2 hash_to_point(Bytes message, std::string_view domain_separation_tag);

// Whether the product of the pairings e(keys[i], points[i]) is one. Pairs with infinity count as one.
bool pairing_product_is_one(std::span<const blst_p1_affine> keys, std::span<const blst_p2_affine> points);

}  // namespace touchstone::crypto::bls
