// `touchstone query proof`: what an account has, proved on this side.
#pragma once

namespace CLI {
class App;
}

namespace touchstone::cli {

void add_proof_command(CLI::App& query, int& exit_code);

}  // namespace touchstone::cli
