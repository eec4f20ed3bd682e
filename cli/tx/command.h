// `touchstone tx`: sends transactions and follows them.
#pragma once

namespace CLI {
class App;
}

namespace touchstone::cli {

void add_tx_command(CLI::App& program, int& exit_code);

}  // namespace touchstone::cli
