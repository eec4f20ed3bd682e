#include "cli/completion/scripts.h"

#include <functional>
#include <string_view>

namespace touchstone::cli {

namespace {

// What all three do: walk over the words before the cursor, go down where a word is a command of the place reached, and
// step over the value of an option that takes one. In what follows NAME stands for the program's name.

constexpr const char* kBashWalk = R"(
_NAME() {
    local current="${COMP_WORDS[COMP_CWORD]}" at='NAME' word commands options valued
    local -i i=1
    _NAME_at "$at"
    while ((i < COMP_CWORD)); do
        word="${COMP_WORDS[i]}"
        if [[ " $valued " == *" $word "* ]]; then
            ((i += 2))
            continue
        fi
        if [[ " $commands " == *" $word "* ]]; then
            at+=" $word"
            _NAME_at "$at"
        fi
        ((i += 1))
    done
    COMPREPLY=()
    ((i > COMP_CWORD)) && return
    if [[ "$current" == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
    else
        COMPREPLY=($(compgen -W "$commands" -- "$current"))
    fi
}

complete -o default -F _NAME NAME
)";

constexpr const char* kZshWalk = R"(
_NAME() {
    local at='NAME' word
    local -i i=2
    local -a names described switches valued
    _NAME_at "$at"
    while (( i < CURRENT )); do
        word="${words[i]}"
        if (( ${valued[(Ie)$word]} )); then
            (( i += 2 ))
            continue
        fi
        if (( ${names[(Ie)$word]} )); then
            at+=" $word"
            _NAME_at "$at"
        fi
        (( i += 1 ))
    done
    if (( i > CURRENT )); then
        _files
    elif [[ "${words[CURRENT]}" == -* ]]; then
        _describe -o option switches
    elif (( ${#names} )); then
        _describe command described
    else
        _files
    fi
}

if [[ "${funcstack[1]}" == '_NAME' ]]; then
    _NAME "$@"
else
    compdef _NAME NAME
fi
)";

constexpr const char* kFishWalk = R"(
function __NAME_is_at
    set -l at 'NAME'
    set -l is_value 0
    for word in (commandline -opc)[2..-1]
        if test $is_value = 1
            set is_value 0
        else if contains -- "$at $word" $__NAME_commands
            set at "$at $word"
        else if contains -- "$at $word" $__NAME_valued
            set is_value 1
        end
    end
    test "$at" = "$argv"
end
)";

std::string with_name(std::string text, const std::string& name) {
    constexpr std::string_view kName = "NAME";
    for (std::size_t place = text.find(kName); place != std::string::npos;
         place = text.find(kName, place + name.size()))
        text.replace(place, kName.size(), name);
    return text;
}

/// In single quotes, for each of the shells: `escaped` is what a single quote becomes within them.
std::string quoted(const std::string& text, std::string_view escaped) {
    std::string result = "'";
    for (const char each : text)
        result += each == '\'' ? std::string(escaped) : std::string(1, each);
    return result + "'";
}
std::string posix_quoted(const std::string& text) { return quoted(text, R"('\'')"); }
std::string fish_quoted(const std::string& text) {
    std::string doubled;
    for (const char each : text)
        doubled += each == '\\' ? std::string(R"(\\)") : std::string(1, each);
    return quoted(doubled, R"(\')");
}

/// "name:summary", in which a colon of the name would end it.
std::string zsh_description(const std::string& name, const std::string& summary) {
    return posix_quoted(name + ":" + summary);
}

void walk(const CommandTree& tree, const std::function<void(const CommandTree&)>& visit) {
    visit(tree);
    for (const CommandTree& command : tree.commands)
        walk(command, visit);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<std::string> names_of_commands(const CommandTree& tree) {
    std::vector<std::string> names;
    for (const CommandTree& command : tree.commands)
        names.push_back(command.name);
    return names;
}

std::vector<std::string> names_of_options(const CommandTree& tree, bool with_value_only) {
    std::vector<std::string> names;
    for (const OptionEntry& option : tree.options) {
        if (option.takes_value || !with_value_only) names.insert(names.end(), option.names.begin(), option.names.end());
    }
    return names;
}

std::string beginning(const std::string& shell, const std::string& name) {
    return "# Completes " + name + " in " + shell + ". Written by `" + name + " completion " + shell + "`.\n";
}

std::string fish_option(const OptionEntry& option, const std::string& at) {
    std::string text = at;
    for (const std::string& name : option.names)
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    return text + (option.takes_value ? " -r" : "") + " -d " + fish_quoted(option.summary) + "\n";
}

}  // namespace

std::string bash_script(const CommandTree& tree) {
    std::string text = beginning("bash", tree.name) + "\n_" + tree.name + "_at() {\n    case \"$1\" in\n";
    walk(tree, [&](const CommandTree& place) {
        text += "    " + posix_quoted(place.path) + ")\n";
        text += "        commands=" + posix_quoted(joined(names_of_commands(place))) + "\n";
        text += "        options=" + posix_quoted(joined(names_of_options(place, false))) + "\n";
        text += "        valued=" + posix_quoted(joined(names_of_options(place, true))) + "\n        ;;\n";
    });
    return text + "    esac\n}\n" + with_name(kBashWalk, tree.name);
}

std::string zsh_script(const CommandTree& tree) {
    std::string text = "#compdef " + tree.name + "\n" + beginning("zsh", tree.name) + "\n_" + tree.name +
                       "_at() {\n    case \"$1\" in\n";
    walk(tree, [&](const CommandTree& place) {
        text += "    (" + posix_quoted(place.path) + ")\n        names=(" + joined(names_of_commands(place)) + ")\n";
        text += "        valued=(" + joined(names_of_options(place, true)) + ")\n        described=(\n";
        for (const CommandTree& command : place.commands)
            text += "            " + zsh_description(command.name, command.summary) + "\n";
        text += "        )\n        switches=(\n";
        for (const OptionEntry& option : place.options) {
            for (const std::string& name : option.names)
                text += "            " + zsh_description(name, option.summary) + "\n";
        }
        text += "        )\n        ;;\n";
    });
    return text + "    esac\n}\n" + with_name(kZshWalk, tree.name);
}

std::string fish_script(const CommandTree& tree) {
    std::string commands = "set -g __" + tree.name + "_commands";
    std::string valued = "set -g __" + tree.name + "_valued";
    std::string entries;
    walk(tree, [&](const CommandTree& place) {
        const std::string at =
            "complete -c " + tree.name + " -n " + fish_quoted("__" + tree.name + "_is_at " + place.path);
        for (const CommandTree& command : place.commands) {
            commands += " " + fish_quoted(command.path);
            entries += at + " -f -a " + command.name + " -d " + fish_quoted(command.summary) + "\n";
        }
        for (const std::string& name : names_of_options(place, true))
            valued += " " + fish_quoted(place.path + " " + name);
        for (const OptionEntry& option : place.options)
            entries += fish_option(option, at);
    });
    return beginning("fish", tree.name) + "\n" + commands + "\n" + valued + "\n" + with_name(kFishWalk, tree.name) +
           "\n" + entries;
}

}  // namespace touchstone::cli
