// All commands of `touchstone`.
#pragma once

namespace CLI {
class App;
}

namespace touchstone::cli {

/// `exit_code` becomes what the command that runs came to.
void add_commands(CLI::App& program, int& exit_code);

}  // namespace touchstone::cli
