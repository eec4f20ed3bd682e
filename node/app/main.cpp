// touchstone-node.
//
// Exit codes: 0 stopped in order; 1 stopped by a failure while running; 2 the command line or the configuration; 3 the
// genesis file; 4 the data directory or a database; 5 key files or watermarks; 6 the network.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "node/api/methods.h"
#include "node/app/conformance/adapter.h"
#include "node/app/run.h"

namespace touchstone::node::app {

namespace {

int exit_code(FaultKind kind) {
    switch (kind) {
        case FaultKind::Internal:
            return 1;
        case FaultKind::Configuration:
            return 2;
        case FaultKind::Genesis:
            return 3;
        case FaultKind::Data:
            return 4;
        case FaultKind::Keys:
            return 5;
        case FaultKind::Network:
            return 6;
    }
    return 1;
}

int report(const Fault& fault) {
    std::cerr << "touchstone-node: " << fault.text << "\n";
    return exit_code(fault.kind);
}

std::string flag_of(std::string_view key) {
    std::string flag = "--" + std::string(key);
    for (char& character : flag) {
        if (character == '_' || character == '.') character = '-';
    }
    return flag;
}

/// The flags of some settings, and the file that they win over.
class SettingFlags {
  public:
    /// All settings if `names` is empty.
    SettingFlags(CLI::App& command, std::initializer_list<std::string_view> names) {
        command.add_option("--config", config_, "TOML file with settings");
        for (const SettingKey& key : setting_keys()) {
            if (names.size() != 0 && std::ranges::find(names, key.name) == names.end()) continue;
            add(command, key);
        }
    }

    Outcome<SettingValues> read() const {
        SettingValues values;
        if (!config_.empty()) {
            auto file = read_settings_file(config_);
            if (!file.ok()) return file.fault();
            values = std::move(*file);
        }
        SettingValues flags;
        for (const Flag& flag : flags_) {
            if (flag.option->count() != 0) flags.emplace(flag.name, *flag.value);
        }
        overlay(values, flags);
        return values;
    }

  private:
    struct Flag {
        std::string name;
        std::shared_ptr<SettingValue> value;
        CLI::Option* option = nullptr;
    };

    void add(CLI::App& command, const SettingKey& key) {
        Flag flag{std::string(key.name), std::make_shared<SettingValue>(key.fallback), nullptr};
        const std::string help(key.help);
        const std::string name = flag_of(key.name);
        flag.option = std::visit(
            [&](auto& value) -> CLI::Option* {
                using Value = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<Value, bool>) {
                    return command.add_flag(name, value, help);
                } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
                    return command.add_option(name, value, help)->delimiter(',');
                } else {
                    return command.add_option(name, value, help);
                }
            },
            *flag.value);
        flags_.push_back(std::move(flag));
    }

    std::string config_;
    std::vector<Flag> flags_;
};

Outcome<Settings> settings_of(const SettingFlags& flags) {
    const auto values = flags.read();
    if (!values.ok()) return values.fault();
    return make_settings(*values);
}

int run(const SettingFlags& flags, bool print_only) {
    const auto values = flags.read();
    if (!values.ok()) return report(values.fault());
    if (print_only) {
        std::cout << print_settings(*values);
        return 0;
    }
    const auto settings = make_settings(*values);
    if (!settings.ok()) return report(settings.fault());
    const auto result = run_node(*settings, [&flags] { return settings_of(flags); });
    return result.ok() ? 0 : report(result.fault());
}

int watermark(const SettingFlags& flags, Outcome<std::string> (*command)(const Settings&)) {
    const auto settings = settings_of(flags);
    if (!settings.ok()) return report(settings.fault());
    const auto text = command(*settings);
    if (!text.ok()) return report(text.fault());
    std::cout << *text;
    return 0;
}

/// Unknown flags are named with the nearest one that exists.
int report_extras(const CLI::App& app, const CLI::ExtrasError& error) {
    for (const std::string& word : app.remaining(true)) {
        if (!word.starts_with("--")) continue;
        std::string key = word.substr(2, word.find('=') - 2);
        std::ranges::replace(key, '-', '_');
        return report({FaultKind::Configuration, "there is no flag " + word + "; " + suggest_key(key)});
    }
    return report({FaultKind::Configuration, error.what()});
}

/// A reader of the log that went away, or a limit on the size of files, is an error to be told of, not an end without a
/// word.
void take_write_errors_as_values() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

int main(int argc, char** argv) {
    take_write_errors_as_values();
    CLI::App app{"A node of a Touchstone chain", "touchstone-node"};
    app.set_version_flag("--version",
                         "touchstone-node " TOUCHSTONE_VERSION " (specification " TOUCHSTONE_SPEC_VERSION ")");
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 stopped in order; 1 a failure while running; 2 command line or configuration; 3 genesis file; 4 "
        "data "
        "directory or database; 5 key files or watermarks; 6 network.");

    CLI::App& run_command = *app.add_subcommand("run", "Follow the chain, and serve the validators that it is given");
    const SettingFlags run_flags(run_command, {});
    bool print_only = false;
    run_command.add_flag("--print-config", print_only, "Print the effective configuration with comments, and end");

    CLI::App& watermark_command = *app.add_subcommand("watermark", "Records of what the validators have signed");
    watermark_command.require_subcommand(1);
    CLI::App& create_command =
        *watermark_command.add_subcommand("create",
                                          "Begin records for validators that have none. Only for keys that never "
                                          "signed on this chain: a lost record begun "
                                          "anew can get them slashed");
    const SettingFlags create_flags(create_command, {"data_dir", "genesis", "dev_validators", "dev_keys"});
    CLI::App& show_command = *watermark_command.add_subcommand("show", "Print the records of the chain");
    const SettingFlags show_flags(show_command, {"data_dir", "genesis"});

    CLI::App& openrpc_command =
        *app.add_subcommand("openrpc", "Print the description of the JSON-RPC methods, as rpc.discover gives it");

    CLI::App& adapter_command = *app.add_subcommand(
        "adapter", "Answer conformance requests, one JSON object a line, on standard input and output");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ExtrasError& error) {
        return report_extras(app, error);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_code(FaultKind::Configuration);
    }
    if (openrpc_command.parsed()) {
        std::cout << api::describe_methods().dump(2) << "\n";
        return 0;
    }
    if (adapter_command.parsed()) return run_adapter(std::cin, std::cout);
    if (create_command.parsed()) return watermark(create_flags, create_watermarks);
    if (show_command.parsed()) return watermark(show_flags, show_watermarks);
    return run(run_flags, print_only);
}

}  // namespace

}  // namespace touchstone::node::app

int main(int argc, char** argv) {
    try {
        return touchstone::node::app::main(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "touchstone-node: stopped by an unexpected error: %s\n", error.what());
        return 1;
    }
}
