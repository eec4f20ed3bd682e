// Configurations and their assumptions [TYP-04] to [TYP-06], [GEN-02].
#pragma once

#include <map>
#include <string>

#include "reference/base/basic_types.h"
#include "reference/base/result.h"

namespace touchstone::reference {

/// The preset of this name ("mainnet" or "minimal"), if there is one.
std::optional<Parameters> preset(std::string_view name);

/// [TYP-04], [GEN-02] The preset with some values (decimal) replaced.
Result<Parameters> custom_configuration(const Parameters& base, const std::map<std::string, std::string>& replaced);

/// [TYP-05]
Root config_root(const Parameters& config);

/// [TYP-06] The failure's reason is the name of the first assumption that does not hold.
Result<void> check_assumptions(const Parameters& config);

}  // namespace touchstone::reference
