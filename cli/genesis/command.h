// `touchstone genesis`
#pragma once

#include <CLI/App.hpp>

namespace touchstone::cli {

/// Adds the command; when it is chosen, its exit code goes to `exit_code`.
void add_genesis_command(CLI::App& program, int& exit_code);

}  // namespace touchstone::cli
