#include "cli/completion/command_tree.h"

#include <CLI/CLI.hpp>

namespace touchstone::cli {

namespace {

OptionEntry entry_of(const CLI::Option& option) {
    OptionEntry entry{{}, option.get_items_expected_max() > 0, option.get_description()};
    for (const std::string& name : option.get_snames())
        entry.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        entry.names.push_back("--" + name);
    return entry;
}

CommandTree tree_of(const CLI::App& app, const std::string& above) {
    CommandTree tree{above + app.get_name(), app.get_name(), app.get_description(), {}, {}};
    for (const CLI::Option* option : app.get_options()) {
        if (option->nonpositional()) tree.options.push_back(entry_of(*option));
    }
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        tree.commands.push_back(tree_of(*command, tree.path + " "));
    return tree;
}

}  // namespace

CommandTree command_tree(const CLI::App& program) { return tree_of(program, ""); }

}  // namespace touchstone::cli
