// Scripts by which shells complete a command line: commands by their place, options of the command, else files.
#pragma once

#include <string>

#include "cli/completion/command_tree.h"

namespace touchstone::cli {

std::string bash_script(const CommandTree& tree);
std::string zsh_script(const CommandTree& tree);
std::string fish_script(const CommandTree& tree);

}  // namespace touchstone::cli
