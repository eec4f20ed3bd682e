#include "cli/wallet/send.h"

#include <thread>

namespace touchstone::cli {

namespace {

/// Between two questions for the receipt.
constexpr std::chrono::milliseconds kPause{200};

Outcome<ReceiptView> wait_for_receipt(RpcClient& client, const node::Root& id, const SendOptions& options) {
    const auto deadline = std::chrono::steady_clock::now() + options.timeout;
    for (;;) {
        auto receipt = read_receipt(client, id);
        if (!receipt.ok()) return receipt;
        const bool included = receipt->state == "included";
        if (included && (receipt->finalized || !options.wait_final)) return receipt;
        if (std::chrono::steady_clock::now() >= deadline) {
            return Fault{FaultKind::Data, "the transaction 0x" + node::to_hex(id) + " was sent and is " +
                                              (included ? "in a block, which is not final yet" : receipt->state) +
                                              " after " + std::to_string(options.timeout.count()) +
                                              " s; it may still come, so do not send it again"};
        }
        std::this_thread::sleep_for(kPause);
    }
}

}  // namespace

Outcome<SentTransfer> send_transfer(RpcClient& client, const AccountKey& key, const SendOptions& options) {
    const auto terms = read_chain_terms(client);
    if (!terms.ok()) return terms.fault();
    if (options.chain && terms->genesis_root != *options.chain) {
        return Fault{FaultKind::Configuration, "the node at " + client.server().text() + " follows the chain 0x" +
                                                   node::to_hex(terms->genesis_root) +
                                                   ", not that of --chain; nothing was signed"};
    }
    const auto account = read_account(client, key.address);
    if (!account.ok()) return account.fault();
    const auto recipient = read_account(client, options.order.recipient);
    if (!recipient.ok()) return recipient.fault();
    SentTransfer sent{{},
                      key.address,
                      make_transfer(*terms, options.order, key, account->pending_nonce, recipient->exists),
                      std::nullopt};
    if (auto fault = funds_fault(sent.transaction.message, account->account.balance)) return *std::move(fault);
    sign(*terms, key, sent.transaction);
    const auto answer = send_transaction(client, sent.transaction);
    if (!answer.ok()) return answer.fault();
    if (const auto* error = std::get_if<RpcError>(&answer.value())) {
        return Fault{FaultKind::Data, "the node does not take the transaction: " + error->text()};
    }
    sent.id = std::get<node::Root>(answer.value());
    if (!options.wait && !options.wait_final) return sent;
    auto receipt = wait_for_receipt(client, sent.id, options);
    if (!receipt.ok()) return receipt.fault();
    sent.receipt = std::move(receipt).value();
    return sent;
}

}  // namespace touchstone::cli
