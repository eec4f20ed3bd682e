// The durable memory that keeps a validator from contradicting itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "node/base/bytes.h"
#include "node/base/quantity.h"

namespace touchstone::node {

/// The greatest slot of a block, and the greatest source and target epoch of an attestation, that a key may have
/// signed. Absent: it has signed none. Whoever holds only this may go on only strictly above it (slot, target) or not
/// below it (source).
struct Watermark {
    std::optional<Slot> block_slot;
    std::optional<Epoch> source;
    std::optional<Epoch> target;

    friend bool operator==(const Watermark&, const Watermark&) = default;
};

struct WatermarkOfKey {
    BlsPublicKey public_key;
    Watermark watermark;
};

/// Called on the writer thread, before each signature. It is kept apart from the chain's database: it must survive when
/// that one is deleted, and a chain database that is restored from a copy must not take it back.
class SlashingProtection {
  public:
    virtual ~SlashingProtection() = default;

    /// What is recorded for the key; an empty watermark if the file knows no such key.
    virtual Watermark load(const BlsPublicKey& public_key) = 0;

    /// All rows or none, durable (synchronised to the disk) on return of true. After false nothing may be signed.
    [[nodiscard]] virtual bool raise(std::span<const WatermarkOfKey> rows) = 0;
};

}  // namespace touchstone::node
