// What a wallet is told to send, from the arguments to the receipt.
#pragma once

#include <functional>
#include <vector>

#include "cli/wallet/arguments.h"

namespace touchstone::cli {

/// Who asks, and of whom.
struct Conversation {
    const WalletArguments& arguments;
    const CLI::App& command;
    RpcClient& client;
    Outbox& outbox;
};

/// For people: the id, and what became of the transaction if it was waited for.
std::string outcome_text(const node::Root& id, const std::optional<ReceiptView>& receipt);

using Payloads = std::vector<node::Payload>;
/// What is to be sent, in this order.
using MakePayloads = std::function<Outcome<Payloads>(const Conversation&)>;

/// Sends it as the account of the key and prints what becomes of it; the exit code. `wait` is what the command does
/// where nothing is said.
int run_order(const WalletArguments& arguments, const CLI::App& command, bool wait, const MakePayloads& make);

}  // namespace touchstone::cli
