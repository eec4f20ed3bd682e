#include "crypto/sha256.h"

#include <blst.h>
#include <botan/hash.h>

#include <cstdlib>
#include <cstring>

namespace touchstone::crypto {
namespace {

constexpr std::size_t kPairBytes = 64;
constexpr std::size_t kDigestBytes = 32;

using Pair = std::array<std::uint8_t, kPairBytes>;

Pair concatenate(const Digest& left, const Digest& right) {
    Pair pair;
    std::memcpy(pair.data(), left.data(), kDigestBytes);
    std::memcpy(pair.data() + kDigestBytes, right.data(), kDigestBytes);
    return pair;
}

}  // namespace

Digest sha256(std::span<const std::uint8_t> message) {
    Digest digest;
    blst_sha256(digest.data(), message.data(), message.size());
    return digest;
}

Digest sha256_pair(const Digest& left, const Digest& right) { return sha256(concatenate(left, right)); }

void sha256_pairs(std::span<const std::uint8_t> blocks, std::uint8_t* out) {
    if (blocks.size() % kPairBytes != 0) std::abort();
    const std::uint8_t* const end = blocks.data() + blocks.size();
    for (const std::uint8_t* block = blocks.data(); block != end; block += kPairBytes, out += kDigestBytes) {
        blst_sha256(out, block, kPairBytes);
    }
}

struct Sha256::State {
    std::unique_ptr<Botan::HashFunction> hash = Botan::HashFunction::create_or_throw("SHA-256");
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::span<const std::uint8_t> piece) {
    state_->hash->update(piece.data(), piece.size());
    return *this;
}

Digest Sha256::finish() {
    Digest digest;
    state_->hash->final(digest.data());
    return digest;
}

Digest sha256_botan(std::span<const std::uint8_t> message) {
    // Creating the object costs four times the hash of a pair; `final` leaves it ready for the next message.
    static thread_local Sha256 hash;
    return hash.update(message).finish();
}

Digest sha256_pair_botan(const Digest& left, const Digest& right) { return sha256_botan(concatenate(left, right)); }

}  // namespace touchstone::crypto
