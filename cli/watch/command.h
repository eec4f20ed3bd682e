// `touchstone watch`: a live view of a node's chain and its network.
#pragma once

namespace CLI {
class App;
}

namespace touchstone::cli {

void add_watch_command(CLI::App& program, int& exit_code);

}  // namespace touchstone::cli
