#include "cli/wallet/outbox.h"

#include "node/types/encoding.h"

namespace touchstone::cli {

Outcome<Outbox> Outbox::open(RpcClient& client, const AccountKey& key, const SendOptions& options) {
    auto terms = read_chain_terms(client);
    if (!terms.ok()) return terms.fault();
    if (options.chain && terms->genesis_root != *options.chain) {
        return Fault{FaultKind::Configuration, "the node at " + client.server().text() + " follows the chain 0x" +
                                                   node::to_hex(terms->genesis_root) +
                                                   ", not that of --chain; nothing was signed"};
    }
    const auto account = read_account(client, key.address);
    if (!account.ok()) return account.fault();
    return Outbox(client, key, options, std::move(terms).value(), *account);
}

Outcome<std::uint64_t> Outbox::more_gas(const node::Payload& payload) {
    const auto* transfer = std::get_if<node::Transfer>(&payload);
    if (transfer == nullptr) return std::uint64_t{0};
    const auto recipient = read_account(client_, transfer->recipient);
    if (!recipient.ok()) return recipient.fault();
    return gas_of_new_account(terms_, recipient->exists);
}

Outcome<SentTransaction> Outbox::send(node::Payload payload) {
    const auto gas = more_gas(payload);
    if (!gas.ok()) return gas.fault();
    SentTransaction sent{
        {}, make_transaction(terms_, std::move(payload), options_.pricing, key_, nonce_, *gas), std::nullopt};
    const auto left = balance_after(sent.transaction.message, balance_);
    if (!left.ok()) return left.fault();
    sign(terms_, key_, sent.transaction);
    const auto id = send_transaction(client_, node::encode(sent.transaction));
    if (!id.ok()) return id.fault();
    sent.id = *id;
    balance_ = *left;
    ++nonce_;
    return sent;
}

Outcome<Done> Outbox::await(SentTransaction& sent) {
    if (!options_.wait) return Done{};
    auto receipt = wait_for_receipt(client_, sent.id, *options_.wait);
    if (!receipt.ok()) return receipt.fault();
    sent.receipt = std::move(receipt).value();
    return Done{};
}

}  // namespace touchstone::cli
