#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/completion/scripts.h"
#include "cli/exit_codes.h"

namespace touchstone::cli {

void add_completion_command(CLI::App& program, int& exit_code) {
    auto shell = std::make_shared<std::string>();
    CLI::App* command =
        program.add_subcommand("completion", "Print the script by which a shell completes this command line");
    command->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->callback([shell, &program, &exit_code] {
        const CommandTree tree = command_tree(program);
        std::cout << (*shell == "bash" ? bash_script(tree) : *shell == "zsh" ? zsh_script(tree) : fish_script(tree));
        exit_code = kExitSuccess;
    });
}

}  // namespace touchstone::cli
