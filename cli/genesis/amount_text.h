// Amounts of stake as people write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "node/base/quantity.h"

namespace touchstone::cli {

/// "32", "32.5" or "32.5 TST": tokens with at most nine decimals. Nothing if it is something else or exceeds 64 bits in
/// grains.
std::optional<node::Amount> amount_from_text(std::string_view text);

/// "32.5 TST", without needless zeros.
std::string amount_to_text(node::Amount amount);

}  // namespace touchstone::cli
