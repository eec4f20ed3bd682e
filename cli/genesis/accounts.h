// The accounts with which a chain begins, of those that a description gives and of development keys. [GEN-10]
#pragma once

#include <vector>

#include "cli/genesis/description.h"

namespace touchstone::cli {

/// The address of development account `index`; development validator `index` names it as its operator, so that whoever
/// has the key can spend the validator's tips.
node::Address development_address(std::uint64_t index);

/// In ascending order of address, whatever the order in the description. An address that is given twice, and a balance
/// of nothing, are refused with the line.
Outcome<std::vector<node::GenesisAccount>> genesis_accounts(const GenesisDescription& description);

}  // namespace touchstone::cli
