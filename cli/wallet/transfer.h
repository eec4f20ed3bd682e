// Sending TST to an address: `touchstone wallet send`, and `touchstone tx send` with a key.
#pragma once

#include "cli/wallet/arguments.h"

namespace touchstone::cli {

/// Who sends, to whom, how much, for which fees, and whether to wait.
void add_transfer_options(CLI::App& command, WalletArguments& arguments, bool required);

/// Sends it and prints what becomes of it; the exit code.
int run_transfer(const WalletArguments& arguments, const CLI::App& command);

}  // namespace touchstone::cli
