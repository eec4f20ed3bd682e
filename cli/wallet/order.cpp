#include "cli/wallet/order.h"

#include <iostream>

#include "cli/exit_codes.h"
#include "cli/wallet/stake_text.h"

namespace touchstone::cli {

namespace {

void report_sent(const WalletArguments& arguments, const SentTransaction& sent, const AccountKey& key) {
    if (arguments.json) {
        std::cout << transaction_json(sent, key).dump() << '\n';
        return;
    }
    std::cout << outcome_text(sent.id, sent.receipt);
}

/// All are sent before the first is waited for, so that they can come into one block.
Outcome<bool> send_all(Outbox& outbox, const Payloads& payloads, const WalletArguments& arguments) {
    std::vector<SentTransaction> sent;
    for (const node::Payload& payload : payloads) {
        auto one = outbox.send(payload);
        if (!one.ok()) return one.fault();
        sent.push_back(std::move(one).value());
    }
    bool succeeded = true;
    for (SentTransaction& one : sent) {
        if (const auto done = outbox.await(one); !done.ok()) return done.fault();
        report_sent(arguments, one, outbox.key());
        succeeded = succeeded && !one.failed();
    }
    return succeeded;
}

}  // namespace

std::string outcome_text(const node::Root& id, const std::optional<ReceiptView>& receipt) {
    std::string text = "0x" + node::to_hex(id) + "\n";
    if (!receipt) return text;
    text += receipt_line(*receipt) + "\n";
    const std::string more = receipt->status != "success" ? meaning_of(receipt->status) : event_text(receipt->json);
    return more.empty() ? text : text + more + "\n";
}

int run_order(const WalletArguments& arguments, const CLI::App& command, bool wait, const MakePayloads& make) {
    const auto key = find_key(arguments, command);
    if (!key.ok()) return report(key.fault());
    const auto options = send_options(arguments, command, wait);
    if (!options.ok()) return report(options.fault());
    auto client = node_client(arguments.node);
    if (!client.ok()) return report(client.fault());
    auto outbox = Outbox::open(*client, *key, *options);
    if (!outbox.ok()) return report(outbox.fault());
    const auto payloads = make({arguments, command, *client, *outbox});
    if (!payloads.ok()) return report(payloads.fault());
    const auto succeeded = send_all(*outbox, *payloads, arguments);
    if (!succeeded.ok()) return report(succeeded.fault());
    return *succeeded ? kExitSuccess : kExitFailure;
}

}  // namespace touchstone::cli
