// SHA-256 [CRY-01] through libraries: one-shot, batched for Merkle trees, streamed, and a second implementation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace touchstone::crypto {

using Digest = std::array<std::uint8_t, 32>;

// The fast path (blst's assembly, SHA-NI where the processor has it).
[[nodiscard]] Digest sha256(std::span<const std::uint8_t> message);

// SHA-256 of the 64 bytes left ‖ right: one inner node of a Merkle tree.
[[nodiscard]] Digest sha256_pair(const Digest& left, const Digest& right);

// Hashes `blocks.size() / 64` blocks of 64 bytes; `out` receives 32 bytes for each, so it holds blocks.size() / 2
// bytes. `out` may be the start of `blocks`: every block is read before its digest is written (a tree layer hashed in
// place). A length that is not a multiple of 64 is a programming error and ends the process.
void sha256_pairs(std::span<const std::uint8_t> blocks, std::uint8_t* out);

// The same function by a library that shares no code with the one above (Botan), so that a fault in one of them shows.
[[nodiscard]] Digest sha256_botan(std::span<const std::uint8_t> message);
[[nodiscard]] Digest sha256_pair_botan(const Digest& left, const Digest& right);

// A hash fed in pieces (Botan). `finish` gives the digest and makes the object ready for the next message.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    Sha256& update(std::span<const std::uint8_t> piece);
    [[nodiscard]] Digest finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace touchstone::crypto
