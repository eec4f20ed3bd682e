#include "cli/wallet/arguments.h"

#include <CLI/CLI.hpp>

#include "cli/genesis/amount_text.h"
#include "node/kernel/accounts/address.h"

namespace touchstone::cli {

namespace {

constexpr std::uint64_t kMostSeconds = 31'536'000;  // a year

}  // namespace

void add_key_options(CLI::App& command, WalletArguments& arguments) {
    command.add_option("--key", arguments.key, "The file with the account's secret key (see `wallet new`)");
    command.add_option("--dev-account", arguments.dev_account,
                       "INSECURE: the development account of this number, whose key everybody can compute");
}

void add_json_option(CLI::App& command, WalletArguments& arguments) {
    command.add_flag("--json", arguments.json, "Print one JSON object; amounts are in grains");
}

void add_timeout_option(CLI::App& command, std::uint64_t& seconds) {
    command.add_option("--timeout", seconds, "Seconds to wait at most")
        ->check(CLI::Range(std::uint64_t{0}, kMostSeconds))
        ->capture_default_str();
}

void add_pricing_options(CLI::App& command, WalletArguments& arguments) {
    command.add_option("--tip", arguments.tip, "Grains for a unit of gas to the proposer (a tenth of the base fee)");
    command.add_option("--max-fee", arguments.max_fee,
                       "Most grains for a unit of gas, tip included (twice the base fee, and the tip)");
    command.add_option("--gas-limit", arguments.gas_limit, "Most gas to be used (what it needs)");
    command.add_option("--chain", arguments.chain, "Refuse to sign for another chain than that of this genesis root");
    command.add_flag("--wait-final", arguments.wait_final, "Wait until its block is final");
    add_timeout_option(command, arguments.timeout_s);
}

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

Outcome<node::Amount> parse_amount(const std::string& text) {
    if (const auto amount = amount_from_text(text)) return *amount;
    return Fault{FaultKind::Configuration,
                 "\"" + text + "\" is no amount; give TST with at most nine decimals, such as 2.5"};
}

Outcome<node::Root> parse_root(const std::string& text, const std::string& what) {
    if (const auto root = node::fixed_from_hex<node::Root>(text)) return *root;
    return Fault{FaultKind::Configuration, "\"" + text + "\" is no " + what + "; one is 0x and 64 hexadecimal digits"};
}

Outcome<AccountKey> find_key(const WalletArguments& arguments, const CLI::App& command) {
    const bool development = command.count("--dev-account") > 0;
    if (arguments.key.empty() == !development) {
        return Fault{FaultKind::Configuration, "say whose account: --key FILE, or --dev-account N on a test network"};
    }
    if (development) return development_account(arguments.dev_account);
    return load_key_file(arguments.key);
}

Outcome<node::Address> whose_address(const WalletArguments& arguments, const CLI::App& command) {
    if (!arguments.address.empty()) return parse_address(arguments.address);
    const auto key = find_key(arguments, command);
    if (!key.ok()) return key.fault();
    return key->address;
}

std::optional<WaitFor> wait_for(const WalletArguments& arguments, bool wait) {
    if (!wait && !arguments.wait_final) return std::nullopt;
    return WaitFor{.finalized = arguments.wait_final, .timeout = std::chrono::seconds(arguments.timeout_s)};
}

Outcome<SendOptions> send_options(const WalletArguments& arguments, const CLI::App& command, bool wait) {
    SendOptions options;
    options.wait = wait_for(arguments, wait);
    if (command.count("--tip") > 0) options.pricing.tip = arguments.tip;
    if (command.count("--max-fee") > 0) options.pricing.max_fee = arguments.max_fee;
    if (command.count("--gas-limit") > 0) options.pricing.gas_limit = arguments.gas_limit;
    if (!arguments.chain.empty()) {
        const auto chain = parse_root(arguments.chain, "genesis root");
        if (!chain.ok()) return chain.fault();
        options.chain = *chain;
    }
    return options;
}

nlohmann::ordered_json transaction_json(const SentTransaction& sent, const AccountKey& key) {
    const node::Transaction& message = sent.transaction.message;
    nlohmann::ordered_json json = {{"id", "0x" + node::to_hex(sent.id)},
                                   {"sender", node::address_to_text(key.address)},
                                   {"nonce", std::to_string(message.nonce)},
                                   {"gas_limit", std::to_string(message.gas_limit)},
                                   {"max_fee", std::to_string(message.max_fee)},
                                   {"tip", std::to_string(message.tip)},
                                   {"receipt", nullptr}};
    if (sent.receipt) json["receipt"] = sent.receipt->json;
    if (const auto* transfer = std::get_if<node::Transfer>(&message.payload)) {
        json["recipient"] = node::address_to_text(transfer->recipient);
        json["amount"] = std::to_string(transfer->amount.value());
    }
    return json;
}

std::string receipt_line(const ReceiptView& receipt) {
    return std::string(receipt.finalized ? "final" : "included") + " in slot " +
           text_field(receipt.json, "slot").value_or("?") + ": " + receipt.status;
}

}  // namespace touchstone::cli
