// What a key may still sign: the rule above the durable record. [DUT-19] [DUT-20]
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "node/ports/slashing_protection.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// The watermark after the block, or nothing if it must not be signed. [DUT-19]
std::optional<Watermark> raised_for_block(const Watermark& watermark, Slot slot);

/// The watermark after the attestation, or nothing if it must not be signed. [DUT-20]
std::optional<Watermark> raised_for_attestation(const Watermark& watermark, Epoch source, Epoch target);

/// Asks the record for leave to sign; what is granted is durable when the call returns.
class WatermarkGuard {
  public:
    explicit WatermarkGuard(SlashingProtection& protection) : protection_(protection) {}

    [[nodiscard]] bool permit_block(const BlsPublicKey& key, Slot slot);

    /// Element i: whether key i may sign. One durable write for all keys that may. [DUT-18]
    [[nodiscard]] std::vector<bool> permit_attestation(std::span<const BlsPublicKey> keys, Epoch source, Epoch target);

  private:
    SlashingProtection& protection_;
};

}  // namespace touchstone::node
