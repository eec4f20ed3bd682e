// Stake in words.
#pragma once

#include <string>

#include "cli/wallet/stake_view.h"

namespace touchstone::cli {

/// What a status other than success means, and what to do; empty for one that is not known. [TXN-13] [STK-07]
std::string meaning_of(const std::string& status);

/// What an operation that succeeded did, by its event in the receipt; empty if there is none. [STK-08]
std::string event_text(const RpcJson& receipt);

/// "5 %", "2.5 %" of basis points.
std::string percent_text(std::uint64_t basis_points);

std::string validator_text(const ValidatorView& view);
std::string stake_text(const StakeView& view, const ValidatorView& validator);

}  // namespace touchstone::cli
