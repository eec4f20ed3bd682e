// `touchstone wallet`: what it does with stake.
#pragma once

#include <memory>

#include "cli/wallet/arguments.h"

namespace touchstone::cli {

void add_stake_commands(CLI::App& wallet, const std::shared_ptr<WalletArguments>& arguments, int& exit_code);

}  // namespace touchstone::cli
