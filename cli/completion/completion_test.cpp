// The scripts, run by the shells that are there.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/commands.h"
#include "cli/completion/scripts.h"
#include "cli/rpc/testing/run_command.h"
#include "node/adapters/files/temporary_folder.h"

namespace touchstone::cli {
namespace {

using Words = std::set<std::string>;

Words words_of(const std::string& text) {
    std::istringstream stream(text);
    Words words;
    for (std::string word; stream >> word;)
        words.insert(word);
    return words;
}

std::string output_of(const std::string& command) {
    std::string output;
    // NOLINTNEXTLINE(bugprone-command-processor): shells are what is tested, with commands of this file
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return output;
    std::array<char, 4096> buffer{};
    for (std::size_t count = 1; count > 0;) {
        count = std::fread(buffer.data(), 1, buffer.size(), pipe);
        output.append(buffer.data(), count);
    }
    EXPECT_EQ(::pclose(pipe), 0) << command;
    return output;
}

bool is_there(const std::string& shell) {
    return output_of("command -v " + shell + " || true").find(shell) != std::string::npos;
}

class CompletionTest : public testing::Test {
  protected:
    /// The file of the script that the program prints for the shell.
    std::string script(const std::string& shell) {
        const Ran ran = run_command(add_commands, {"completion", shell});
        EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
        const auto path = folder_ / shell;
        std::ofstream(path) << ran.out;
        return path.string();
    }
    /// What bash offers after these words; the last is the one that is being typed.
    Words in_bash(const std::string& words) {
        const auto path = folder_ / "ask";
        std::ofstream(path) << "source " << script("bash") << "\nCOMP_WORDS=(" << words
                            << ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_touchstone\n"
                               "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
        return words_of(output_of("bash --norc " + path.string()));
    }

    node::adapters::TemporaryFolder folder_;
};

TEST(CommandTree, IsWhatTheParserKnows) {
    CLI::App program("p", "p");
    std::string text;
    bool flag = false;
    CLI::App* command = program.add_subcommand("do", "Does it");
    command->add_option("-k,--key", text, "A key");
    command->add_option("place", text, "By position");
    command->add_flag("--now", flag, "At once");
    const CommandTree tree = command_tree(program);
    ASSERT_EQ(tree.commands.size(), 1U);
    EXPECT_EQ(tree.commands[0].path, "p do");
    EXPECT_EQ(tree.commands[0].summary, "Does it");
    ASSERT_EQ(tree.commands[0].options.size(), 3U);
    EXPECT_EQ(tree.commands[0].options[0].names, (std::vector<std::string>{"-h", "--help"}));
    EXPECT_FALSE(tree.commands[0].options[0].takes_value);
    EXPECT_EQ(tree.commands[0].options[1].names, (std::vector<std::string>{"-k", "--key"}));
    EXPECT_TRUE(tree.commands[0].options[1].takes_value);
    EXPECT_FALSE(tree.commands[0].options[2].takes_value);
}

TEST_F(CompletionTest, BashOffersCommandsByTheirPlace) {
    EXPECT_EQ(in_bash("touchstone wal"), Words{"wallet"});
    EXPECT_EQ(in_bash("touchstone tx ''"), (Words{"send", "status", "wait"}));
    EXPECT_EQ(in_bash("touchstone tx s"), (Words{"send", "status"}));
    EXPECT_EQ(in_bash("touchstone query validator"), (Words{"validator", "validators"}));
}

TEST_F(CompletionTest, BashOffersOptionsOfTheCommand) {
    EXPECT_EQ(in_bash("touchstone tx wait --c"), (Words{"--ca", "--confirmations"}));
    EXPECT_EQ(in_bash("touchstone query head --"),
              (Words{"--ca", "--help", "--json", "--rpc", "--token-file", "--token-in-clear"}));
    EXPECT_EQ(in_bash("touchstone query proof --rpc http://a:1 --ro"), Words{"--root"});
}

TEST_F(CompletionTest, BashLeavesValuesToFiles) {
    EXPECT_EQ(in_bash("touchstone wallet send --key ''"), Words{});
    EXPECT_EQ(in_bash("touchstone wallet --rpc wallet send --js"), Words{"--json"})
        << "an option that the command does not have takes no value";
    EXPECT_EQ(in_bash("touchstone query head x"), Words{});
}

TEST_F(CompletionTest, OtherShellsReadTheirScripts) {
    const std::string zsh = script("zsh");
    const std::string fish = script("fish");
    if (is_there("zsh")) {
        EXPECT_EQ(output_of("zsh -n " + zsh), "");
    }
    if (is_there("fish")) {
        EXPECT_EQ(output_of("fish -n " + fish), "");
        const std::string ask = "fish --no-config -c \"source " + fish + "; complete -C 'touchstone tx wait --c'\"";
        EXPECT_NE(output_of(ask).find("--confirmations"), std::string::npos);
    }
}

TEST_F(CompletionTest, EveryCommandIsInEveryScript) {
    CLI::App program("Touchstone", "touchstone");
    int exit_code = 0;
    add_commands(program, exit_code);
    const CommandTree tree = command_tree(program);
    EXPECT_GE(tree.commands.size(), 6U);
    for (const std::string& text : {bash_script(tree), zsh_script(tree), fish_script(tree)}) {
        for (const CommandTree& command : tree.commands) {
            EXPECT_NE(text.find("'" + command.path + "'"), std::string::npos) << command.path;
            for (const CommandTree& below : command.commands)
                EXPECT_NE(text.find("'" + below.path + "'"), std::string::npos) << below.path;
        }
    }
}

TEST(Scripts, TextIsQuotedForItsShell) {
    CommandTree tree{"p", "p", "", {{{"--a"}, true, R"(a node's \ "$x")"}}, {{"p do", "do", "It's: done", {}, {}}}};
    EXPECT_NE(zsh_script(tree).find(R"('--a:a node'\''s \ "$x"')"), std::string::npos) << zsh_script(tree);
    EXPECT_NE(zsh_script(tree).find(R"('do:It'\''s: done')"), std::string::npos);
    EXPECT_NE(fish_script(tree).find(R"(-l a -r -d 'a node\'s \\ "$x"')"), std::string::npos) << fish_script(tree);
}

TEST(Completion, OfAnotherShellIsRefused) {
    EXPECT_EQ(run_command(add_completion_command, {"completion", "tcsh"}).code, kExitUsage);
    EXPECT_EQ(run_command(add_completion_command, {"completion"}).code, kExitUsage);
}

}  // namespace
}  // namespace touchstone::cli
