#include "cli/wallet/transfer.h"

#include <CLI/CLI.hpp>

#include "cli/wallet/order.h"

namespace touchstone::cli {

namespace {

Outcome<node::Transfer> parse_transfer(const WalletArguments& arguments) {
    const auto recipient = parse_address(arguments.to);
    if (!recipient.ok()) return recipient.fault();
    const auto amount = parse_amount(arguments.amount);
    if (!amount.ok()) return amount.fault();
    return node::Transfer{*recipient, *amount};
}

}  // namespace

void add_transfer_options(CLI::App& command, WalletArguments& arguments, bool required) {
    add_key_options(command, arguments);
    add_node_options(command, arguments.node);
    command.add_option("--to", arguments.to, "Address of who receives")->required(required);
    command.add_option("--amount", arguments.amount, "TST, with at most nine decimals")->required(required);
    command.add_flag("--wait", arguments.wait, "Wait until it is in a block");
    add_pricing_options(command, arguments);
    add_json_option(command, arguments);
}

int run_transfer(const WalletArguments& arguments, const CLI::App& command) {
    const auto transfer = parse_transfer(arguments);
    if (!transfer.ok()) return report(transfer.fault());
    return run_order(arguments, command, arguments.wait,
                     [&](const Conversation&) -> Outcome<Payloads> { return Payloads{*transfer}; });
}

}  // namespace touchstone::cli
