#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/genesis/amount_text.h"
#include "cli/wallet/stake_command.h"
#include "cli/wallet/transfer.h"
#include "node/kernel/accounts/address.h"

namespace touchstone::cli {

namespace {

using Json = nlohmann::ordered_json;

int run_new(const WalletArguments& arguments) {
    const auto key = create_key_file(arguments.key);
    if (!key.ok()) return report(key.fault());
    const std::string address = node::address_to_text(key->address);
    if (arguments.json) {
        std::cout << Json{{"address", address}, {"key", arguments.key}}.dump() << '\n';
    } else {
        std::cout << address << "\nThe secret key is in " << arguments.key
                  << ". Who has it has the account; nobody can restore it: keep a copy.\n";
    }
    return kExitSuccess;
}

int run_address(const WalletArguments& arguments, const CLI::App& command) {
    const auto key = find_key(arguments, command);
    if (!key.ok()) return report(key.fault());
    const std::string address = node::address_to_text(key->address);
    std::cout << (arguments.json ? Json{{"address", address}}.dump() : address) << '\n';
    return kExitSuccess;
}

int run_balance(const WalletArguments& arguments, const CLI::App& command) {
    const auto address = whose_address(arguments, command);
    if (!address.ok()) return report(address.fault());
    auto client = node_client(arguments.node);
    if (!client.ok()) return report(client.fault());
    const auto view = read_account(*client, *address);
    if (!view.ok()) return report(view.fault());
    if (arguments.json) {
        std::cout << Json{{"address", node::address_to_text(*address)},
                          {"balance", std::to_string(view->account.balance.value())},
                          {"nonce", std::to_string(view->account.nonce)},
                          {"pending_nonce", std::to_string(view->pending_nonce)}}
                         .dump()
                  << '\n';
    } else {
        std::cout << amount_to_text(view->account.balance) << '\n';
    }
    return kExitSuccess;
}

}  // namespace

void add_wallet_command(CLI::App& program, int& exit_code) {
    auto arguments = std::make_shared<WalletArguments>();
    CLI::App* wallet = program.add_subcommand("wallet", "Keys, balances, transfers and stake, by way of a node's RPC");
    wallet->require_subcommand(1);

    CLI::App* make = wallet->add_subcommand("new", "Make a key; its file is for your eyes only");
    make->add_option("--key", arguments->key, "The file to make")->required();
    add_json_option(*make, *arguments);
    make->callback([arguments, &exit_code] { exit_code = run_new(*arguments); });

    CLI::App* address = wallet->add_subcommand("address", "Print the address of a key");
    add_key_options(*address, *arguments);
    add_json_option(*address, *arguments);
    address->callback([arguments, address, &exit_code] { exit_code = run_address(*arguments, *address); });

    CLI::App* balance = wallet->add_subcommand("balance", "Print what an account has");
    balance->add_option("address", arguments->address, "Whose, instead of a key's");
    add_key_options(*balance, *arguments);
    add_node_options(*balance, arguments->node);
    add_json_option(*balance, *arguments);
    balance->callback([arguments, balance, &exit_code] { exit_code = run_balance(*arguments, *balance); });

    CLI::App* send = wallet->add_subcommand("send", "Send TST to an address");
    add_transfer_options(*send, *arguments, true);
    send->callback([arguments, send, &exit_code] { exit_code = run_transfer(*arguments, *send); });

    add_stake_commands(*wallet, arguments, exit_code);
}

}  // namespace touchstone::cli
