// The commands and options of a program, as its parser knows them.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace touchstone::cli {

struct OptionEntry {
    std::vector<std::string> names;  // with their dashes: -h, --help
    bool takes_value = false;
    std::string summary;
};

struct CommandTree {
    std::string path;  // words from the program on: "touchstone wallet send"
    std::string name;
    std::string summary;
    std::vector<OptionEntry> options;
    std::vector<CommandTree> commands;
};

CommandTree command_tree(const CLI::App& program);

}  // namespace touchstone::cli
