// A configuration: a value for each parameter, checked once. [TYP-04] [TYP-05] [TYP-06]
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/base/result.h"
#include "node/generated/constants.h"
#include "node/generated/parameters.h"

namespace touchstone::node {

/// Parameters that fulfil the assumptions, and what the state commits to.
struct Config {
    Parameters parameters;
    Root config_root;
};

/// Refused with TYP-06 and the assumption's name as the detail.
Result<Config> make_config(const Parameters& parameters);

/// Replaces single values; refused with GEN-02 if a name does not exist or a value is no decimal uint64.
Result<Parameters> override_parameters(const Parameters& preset,
                                       std::span<const std::pair<std::string, std::string>> replaced);

Root compute_config_root(const Parameters& parameters);

// Time on the chain. [SLO-01] [SLO-02]
inline constexpr Epoch kFarFutureEpoch{FAR_FUTURE_EPOCH};
inline constexpr Epoch kGenesisEpoch{GENESIS_EPOCH};

inline Epoch epoch_of(Slot slot, const Parameters& parameters) {
    return Epoch(slot.value() / parameters.SLOTS_PER_EPOCH);
}
/// The last slot of all where the product exceeds 64 bits.
Slot start_slot_of(Epoch epoch, const Parameters& parameters);
inline std::uint64_t slot_in_epoch(Slot slot, const Parameters& parameters) {
    return slot.value() % parameters.SLOTS_PER_EPOCH;
}
inline Epoch previous_of(Epoch epoch) { return epoch - 1; }
inline Epoch activation_exit_epoch(Epoch epoch, const Parameters& parameters) {
    return epoch + 1 + parameters.MAX_SEED_LOOKAHEAD;
}

}  // namespace touchstone::node
