// `touchstone query`: what a node knows of the chain, the network and itself.
#pragma once

namespace CLI {
class App;
}

namespace touchstone::cli {

void add_query_command(CLI::App& program, int& exit_code);

}  // namespace touchstone::cli
