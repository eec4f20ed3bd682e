// What the commands of a wallet are given, and how it is read.
#pragma once

#include <string>

#include "cli/report.h"
#include "cli/rpc/node_options.h"
#include "cli/wallet/outbox.h"

namespace CLI {
class App;
}

namespace touchstone::cli {

/// Of all commands together; each has some of them.
struct WalletArguments {
    std::string key;
    std::uint64_t dev_account = 0;
    NodeOptions node;
    std::string address;
    std::string to;
    std::string amount;
    std::string chain;
    bool wait = false;
    bool no_wait = false;
    bool wait_final = false;
    std::uint64_t tip = 0;
    std::uint64_t max_fee = 0;
    std::uint64_t gas_limit = 0;
    std::uint64_t timeout_s = 120;
    bool json = false;

    // Of stake.
    std::string validator;
    std::uint64_t shares = 0;
    bool all = false;
    std::uint64_t exit_epoch = 0;
    std::uint64_t dev_validator = 0;
    std::uint64_t commission = 0;
};

void add_key_options(CLI::App& command, WalletArguments& arguments);
void add_json_option(CLI::App& command, WalletArguments& arguments);
void add_timeout_option(CLI::App& command, std::uint64_t& seconds);
/// Fees, the chain and the time to wait.
void add_pricing_options(CLI::App& command, WalletArguments& arguments);

Outcome<node::Address> parse_address(const std::string& text);
Outcome<node::Amount> parse_amount(const std::string& text);
/// `what` it has to be, for who mistypes it: "root of a block".
Outcome<node::Root> parse_root(const std::string& text, const std::string& what);
Outcome<AccountKey> find_key(const WalletArguments& arguments, const CLI::App& command);
/// The address that was given, or that of the key.
Outcome<node::Address> whose_address(const WalletArguments& arguments, const CLI::App& command);
/// What the options say; `wait` is what the command does where they say nothing.
std::optional<WaitFor> wait_for(const WalletArguments& arguments, bool wait);
Outcome<SendOptions> send_options(const WalletArguments& arguments, const CLI::App& command, bool wait);

/// What every transaction has, with its receipt if it was waited for, for --json.
nlohmann::ordered_json transaction_json(const SentTransaction& sent, const AccountKey& key);
/// "included in slot 7: success".
std::string receipt_line(const ReceiptView& receipt);

}  // namespace touchstone::cli
