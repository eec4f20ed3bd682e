// `touchstone completion`: scripts by which shells complete the command line.
#pragma once

namespace CLI {
class App;
}

namespace touchstone::cli {

void add_completion_command(CLI::App& program, int& exit_code);

}  // namespace touchstone::cli
