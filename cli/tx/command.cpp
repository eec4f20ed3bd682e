#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/query/questions.h"
#include "cli/tx/encoded_transaction.h"
#include "cli/wallet/order.h"
#include "cli/wallet/transfer.h"

namespace touchstone::cli {

namespace {

struct TxArguments {
    WalletArguments wallet;
    std::string file;
    std::string id;
    std::uint64_t confirmations = 1;
    bool finalized = false;
};

// -------------------------------------------------------------------------------------------------------------- send

int run_send_encoded(const TxArguments& arguments) {
    const auto encoded = read_encoded_transaction(arguments.file, std::cin);
    if (!encoded.ok()) return report(encoded.fault());
    auto client = node_client(arguments.wallet.node);
    if (!client.ok()) return report(client.fault());
    const auto id = send_transaction(*client, *encoded);
    if (!id.ok()) return report(id.fault());
    std::optional<ReceiptView> receipt;
    if (const auto wanted = wait_for(arguments.wallet, arguments.wallet.wait)) {
        auto waited = wait_for_receipt(*client, *id, *wanted);
        if (!waited.ok()) return report(waited.fault());
        receipt = std::move(waited).value();
    }
    if (arguments.wallet.json) {
        nlohmann::ordered_json json = {{"id", "0x" + node::to_hex(*id)}, {"receipt", nullptr}};
        if (receipt) json["receipt"] = receipt->json;
        std::cout << json.dump() << '\n';
    } else {
        std::cout << outcome_text(*id, receipt);
    }
    return receipt && receipt->status != "success" ? kExitFailure : kExitSuccess;
}

int run_send(const TxArguments& arguments, const CLI::App& command) {
    if (!arguments.file.empty()) return run_send_encoded(arguments);
    if (!arguments.wallet.to.empty() && !arguments.wallet.amount.empty()) {
        return run_transfer(arguments.wallet, command);
    }
    return report({FaultKind::Configuration,
                   "say what to send: the FILE of a signed transaction (- is standard input), or --to, --amount and "
                   "a key"});
}

// --------------------------------------------------------------------------------------------------- status and wait

int print_receipt(const RpcClient& client, const ReceiptView& receipt, bool json) {
    if (json) {
        std::cout << receipt.json.dump() << '\n';
        return kExitSuccess;
    }
    const auto text = show_receipt(receipt.json);
    if (!text) return report(client.unknown_form("tx_receipt"));
    std::cout << *text;
    return kExitSuccess;
}

int run_status(const TxArguments& arguments) {
    const auto id = parse_root(arguments.id, "id of a transaction");
    if (!id.ok()) return report(id.fault());
    auto client = node_client(arguments.wallet.node);
    if (!client.ok()) return report(client.fault());
    const auto receipt = read_receipt(*client, *id);
    if (!receipt.ok()) return report(receipt.fault());
    return print_receipt(*client, *receipt, arguments.wallet.json);
}

int run_wait(const TxArguments& arguments) {
    const auto id = parse_root(arguments.id, "id of a transaction");
    if (!id.ok()) return report(id.fault());
    auto client = node_client(arguments.wallet.node);
    if (!client.ok()) return report(client.fault());
    const auto receipt = wait_for_receipt(*client, *id,
                                          {.finalized = arguments.finalized,
                                           .confirmations = arguments.confirmations,
                                           .timeout = std::chrono::seconds(arguments.wallet.timeout_s)});
    if (!receipt.ok()) return report(receipt.fault());
    const int printed = print_receipt(*client, *receipt, arguments.wallet.json);
    return printed == kExitSuccess && receipt->status != "success" ? kExitFailure : printed;
}

// ----------------------------------------------------------------------------------------------------------- commands

void add_send(CLI::App& tx, const std::shared_ptr<TxArguments>& arguments, int& exit_code) {
    CLI::App* send = tx.add_subcommand("send", "Send a transaction: one that was signed elsewhere, or a transfer");
    add_transfer_options(*send, arguments->wallet, false);
    CLI::Option* file = send->add_option("file", arguments->file,
                                         "The signed transaction, encoded, as hexadecimal text; - is standard input");
    for (const char* const other :
         {"--key", "--dev-account", "--to", "--amount", "--tip", "--max-fee", "--gas-limit", "--chain"})
        file->excludes(send->get_option(other));
    send->callback([arguments, send, &exit_code] { exit_code = run_send(*arguments, *send); });
}

/// Of one transaction, by its id.
CLI::App& add_about(CLI::App& tx, TxArguments& arguments, const std::string& name, const std::string& summary) {
    CLI::App* command = tx.add_subcommand(name, summary);
    command->add_option("id", arguments.id, "Of the transaction: 0x and 64 hexadecimal digits")->required();
    add_node_options(*command, arguments.wallet.node);
    command->add_flag("--json", arguments.wallet.json, "Print the receipt as the node gives it");
    return *command;
}

}  // namespace

void add_tx_command(CLI::App& program, int& exit_code) {
    auto arguments = std::make_shared<TxArguments>();
    CLI::App* tx = program.add_subcommand("tx", "Send transactions and follow them, by way of a node's RPC");
    tx->require_subcommand(1);
    add_send(*tx, arguments, exit_code);

    CLI::App& status = add_about(*tx, *arguments, "status", "What has become of a transaction");
    status.callback([arguments, &exit_code] { exit_code = run_status(*arguments); });

    CLI::App& wait = add_about(*tx, *arguments, "wait", "Wait until a transaction is in a block");
    wait.add_option("--confirmations", arguments->confirmations,
                    "Until so many blocks have it: its own, and those that follow")
        ->check(CLI::Range(std::uint64_t{1}, kMostConfirmations))
        ->capture_default_str();
    wait.add_flag("--finalized", arguments->finalized, "Until its block is final");
    add_timeout_option(wait, arguments->wallet.timeout_s);
    wait.callback([arguments, &exit_code] { exit_code = run_wait(*arguments); });
}

}  // namespace touchstone::cli
