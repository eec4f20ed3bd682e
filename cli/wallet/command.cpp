#include "cli/wallet/command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/exit_codes.h"
#include "cli/genesis/amount_text.h"
#include "cli/wallet/send.h"
#include "node/kernel/accounts/address.h"

namespace touchstone::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Which account, and where the node is.
struct Arguments {
    std::string key;
    std::uint64_t dev_account = 0;
    std::string rpc = "http://127.0.0.1:8645";
    std::string address;
    std::string to;
    std::string amount;
    std::string chain;
    SendOptions send;
    std::uint64_t tip = 0;
    std::uint64_t max_fee = 0;
    std::uint64_t gas_limit = 0;
    std::uint64_t timeout_s = 120;
    bool json = false;
};

std::string hex(const node::Root& root) { return "0x" + node::to_hex(root); }

Outcome<node::Address> parse_address(const std::string& text) {
    if (text.starts_with("0x")) {
        if (const auto address = node::fixed_from_hex<node::Address>(text)) return *address;
    } else if (const auto address = node::address_from_text(text); address.ok()) {
        return *address;
    }
    return Fault{FaultKind::Configuration,
                 "\"" + text +
                     "\" is no address; one begins with tst1 and ends with a checksum, so look for a typing "
                     "mistake"};
}

Outcome<AccountKey> find_key(const Arguments& arguments, const CLI::App& command) {
    const bool development = command.count("--dev-account") > 0;
    if (arguments.key.empty() == !development) {
        return Fault{FaultKind::Configuration, "say whose account: --key FILE, or --dev-account N on a test network"};
    }
    if (development) return development_account(arguments.dev_account);
    return load_key_file(arguments.key);
}

int report(const Fault& fault) {
    std::cerr << "touchstone wallet: " << fault.text << '\n';
    return fault.kind == FaultKind::Configuration || fault.kind == FaultKind::Keys ? kExitUsage : kExitFailure;
}

int run_new(const Arguments& arguments) {
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

int run_address(const Arguments& arguments, const CLI::App& command) {
    const auto key = find_key(arguments, command);
    if (!key.ok()) return report(key.fault());
    const std::string address = node::address_to_text(key->address);
    std::cout << (arguments.json ? Json{{"address", address}}.dump() : address) << '\n';
    return kExitSuccess;
}

Outcome<node::Address> whose_balance(const Arguments& arguments, const CLI::App& command) {
    if (!arguments.address.empty()) return parse_address(arguments.address);
    const auto key = find_key(arguments, command);
    if (!key.ok()) return key.fault();
    return key->address;
}

int run_balance(const Arguments& arguments, const CLI::App& command) {
    const auto address = whose_balance(arguments, command);
    if (!address.ok()) return report(address.fault());
    const auto url = parse_http_url(arguments.rpc);
    if (!url.ok()) return report(url.fault());
    RpcClient client(*url);
    const auto view = read_account(client, *address);
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

Outcome<SendOptions> send_options(const Arguments& arguments, const CLI::App& command) {
    SendOptions options = arguments.send;
    const auto recipient = parse_address(arguments.to);
    if (!recipient.ok()) return recipient.fault();
    const auto amount = amount_from_text(arguments.amount);
    if (!amount) {
        return Fault{FaultKind::Configuration,
                     "\"" + arguments.amount + "\" is no amount; give TST with at most nine decimals, such as 2.5"};
    }
    options.order.recipient = *recipient;
    options.order.amount = *amount;
    if (command.count("--tip") > 0) options.order.tip = arguments.tip;
    if (command.count("--max-fee") > 0) options.order.max_fee = arguments.max_fee;
    if (command.count("--gas-limit") > 0) options.order.gas_limit = arguments.gas_limit;
    if (!arguments.chain.empty()) {
        options.chain = node::fixed_from_hex<node::Root>(arguments.chain);
        if (!options.chain) {
            return Fault{FaultKind::Configuration, "--chain must be a genesis root: 0x and 64 hexadecimal digits"};
        }
    }
    options.timeout = std::chrono::seconds(arguments.timeout_s);
    return options;
}

void report_sent(const Arguments& arguments, const SentTransfer& sent) {
    const node::Transaction& message = sent.transaction.message;
    const auto& transfer = std::get<0>(message.payload);
    if (arguments.json) {
        Json json = {{"id", hex(sent.id)},
                     {"sender", node::address_to_text(sent.sender)},
                     {"recipient", node::address_to_text(transfer.recipient)},
                     {"amount", std::to_string(transfer.amount.value())},
                     {"nonce", std::to_string(message.nonce)},
                     {"gas_limit", std::to_string(message.gas_limit)},
                     {"max_fee", std::to_string(message.max_fee)},
                     {"tip", std::to_string(message.tip)},
                     {"receipt", nullptr}};
        if (sent.receipt) json["receipt"] = sent.receipt->json;
        std::cout << json.dump() << '\n';
        return;
    }
    std::cout << hex(sent.id) << '\n';
    if (!sent.receipt) return;
    std::cout << (sent.receipt->finalized ? "final" : "included") << " in slot "
              << text_field(sent.receipt->json, "slot").value_or("?") << ": " << sent.receipt->status << '\n';
}

int run_send(const Arguments& arguments, const CLI::App& command) {
    const auto key = find_key(arguments, command);
    if (!key.ok()) return report(key.fault());
    const auto options = send_options(arguments, command);
    if (!options.ok()) return report(options.fault());
    const auto url = parse_http_url(arguments.rpc);
    if (!url.ok()) return report(url.fault());
    RpcClient client(*url);
    const auto sent = send_transfer(client, *key, *options);
    if (!sent.ok()) return report(sent.fault());
    report_sent(arguments, *sent);
    return sent->receipt && sent->receipt->status != "success" ? kExitFailure : kExitSuccess;
}

void add_key_options(CLI::App& command, Arguments& arguments) {
    command.add_option("--key", arguments.key, "The file with the account's secret key (see `wallet new`)");
    command.add_option("--dev-account", arguments.dev_account,
                       "INSECURE: the development account of this number, whose key everybody can compute");
}

void add_node_option(CLI::App& command, Arguments& arguments) {
    command.add_option("--rpc", arguments.rpc, "Where a node's RPC listens")->capture_default_str();
}

void add_json_option(CLI::App& command, Arguments& arguments) {
    command.add_flag("--json", arguments.json, "Print one JSON object; amounts are in grains");
}

void add_send_options(CLI::App& command, Arguments& arguments) {
    command.add_option("--to", arguments.to, "Address of who receives")->required();
    command.add_option("--amount", arguments.amount, "TST, with at most nine decimals")->required();
    command.add_option("--tip", arguments.tip, "Grains for a unit of gas to the proposer (a tenth of the base fee)");
    command.add_option("--max-fee", arguments.max_fee,
                       "Most grains for a unit of gas, tip included (twice the base fee, and the tip)");
    command.add_option("--gas-limit", arguments.gas_limit, "Most gas to be used (what a transfer needs)");
    command.add_option("--chain", arguments.chain, "Refuse to sign for another chain than that of this genesis root");
    command.add_flag("--wait", arguments.send.wait, "Wait until it is in a block");
    command.add_flag("--wait-final", arguments.send.wait_final, "Wait until its block is final");
    command.add_option("--timeout", arguments.timeout_s, "Seconds to wait at most")->capture_default_str();
}

}  // namespace

void add_wallet_command(CLI::App& program, int& exit_code) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* wallet = program.add_subcommand("wallet", "Keys, balances and transfers, by way of a node's RPC");
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
    add_node_option(*balance, *arguments);
    add_json_option(*balance, *arguments);
    balance->callback([arguments, balance, &exit_code] { exit_code = run_balance(*arguments, *balance); });

    CLI::App* send = wallet->add_subcommand("send", "Send TST to an address");
    add_key_options(*send, *arguments);
    add_node_option(*send, *arguments);
    add_send_options(*send, *arguments);
    add_json_option(*send, *arguments);
    send->callback([arguments, send, &exit_code] { exit_code = run_send(*arguments, *send); });
}

}  // namespace touchstone::cli
