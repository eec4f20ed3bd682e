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
/// that one is deleted, and a chain database that is restored from a copy must not take it back. One chain's record:
/// opening one of another chain fails before there is an object of this class. [DUT-18] [DUT-21]
class SlashingProtection {
  public:
    virtual ~SlashingProtection() = default;

    /// What is recorded for the key. Nothing if there is no record of it: then nothing is signed with the key. Records
    /// are begun only by an express order of the operator, never here.
    virtual std::optional<Watermark> load(const BlsPublicKey& public_key) = 0;

    /// All rows or none, durable (synchronised to the disk) on return of true. After false nothing may be signed.
    [[nodiscard]] virtual bool raise(std::span<const WatermarkOfKey> rows) = 0;
};

}  // namespace touchstone::node
