#include "cli/wallet/chain_access.h"

#include "node/types/encoding.h"

namespace touchstone::cli {

Outcome<ChainHead> read_chain_head(RpcClient& client) {
    const auto json = client.result("chain_head");
    if (!json.ok()) return json.fault();
    const auto genesis_root = fixed_field<node::Root>(*json, "genesis_root");
    const auto version = fixed_field<node::Version>(*json, "fork_version");
    const auto base_fee = uint64_field(*json, "base_fee");
    const auto head_root = fixed_field<node::Root>(*json, "head_root");
    const auto head_slot = uint64_field(*json, "head_slot");
    const auto finalized_epoch = uint64_field(*json, "finalized_epoch");
    const auto finalized_root = fixed_field<node::Root>(*json, "finalized_root");
    if (!genesis_root || !version || !base_fee || !head_root || !head_slot || !finalized_epoch || !finalized_root) {
        return client.unknown_form("chain_head");
    }
    return ChainHead{
        *genesis_root,  *version, *base_fee, *head_root, node::Slot(*head_slot), node::Epoch(*finalized_epoch),
        *finalized_root};
}

Outcome<ChainTerms> read_chain_terms(RpcClient& client) {
    const auto head = read_chain_head(client);
    if (!head.ok()) return head.fault();
    const auto json = client.result("chain_config");
    if (!json.ok()) return json.fault();
    const auto list = json->find("parameters");
    if (list == json->end() || fixed_field<node::Root>(*json, "genesis_root") != head->genesis_root) {
        return client.unknown_form("chain_config");
    }
    ChainTerms terms{head->genesis_root, head->fork_version, head->base_fee, {}};
    for (const node::ParameterField& field : node::PARAMETER_FIELDS) {
        const auto value = uint64_field(*list, field.name);
        if (!value) return client.unknown_form("chain_config");
        terms.parameters.*field.value = *value;
    }
    return terms;
}

Outcome<AccountView> read_account(RpcClient& client, const node::Address& address) {
    const RpcJson params = {{"address", "0x" + node::to_hex(address)}};
    const auto json = client.result("account_balance", params);
    if (!json.ok()) return json.fault();
    const auto nonces = client.result("account_nonce", params);
    if (!nonces.ok()) return nonces.fault();
    const auto nonce = uint64_field(*json, "nonce");
    const auto balance = uint64_field(*json, "balance");
    const auto pending = uint64_field(*nonces, "pending_nonce");
    if (!nonce || !balance) return client.unknown_form("account_balance");
    if (!pending) return client.unknown_form("account_nonce");
    return AccountView{{*nonce, node::Amount(*balance)}, *pending, bool_field(*json, "exists").value_or(false)};
}

Outcome<ReceiptView> read_receipt(RpcClient& client, const node::Root& id) {
    auto json = client.result("tx_receipt", {{"id", "0x" + node::to_hex(id)}});
    if (!json.ok()) return json.fault();
    const auto state = text_field(*json, "state");
    if (!state) return client.unknown_form("tx_receipt");
    ReceiptView view{
        *state, text_field(*json, "status").value_or(""), bool_field(*json, "finalized").value_or(false), {}};
    view.json = std::move(*json);
    return view;
}

namespace {

RpcCall send_call(node::Bytes encoded) { return {"tx_send", {{"transaction", "0x" + node::to_hex(encoded)}}}; }

}  // namespace

RpcCall send_call(const node::SignedTransaction& transaction) { return send_call(node::encode(transaction)); }

Outcome<node::Root> send_transaction(RpcClient& client, node::Bytes encoded) {
    RpcCall call = send_call(encoded);
    auto answer = client.call(call.method, std::move(call.params));
    if (!answer.ok()) return answer.fault();
    if (const auto* error = std::get_if<RpcError>(&answer.value())) {
        return Fault{FaultKind::Data, "the node does not take the transaction: " + error->text()};
    }
    const auto id = fixed_field<node::Root>(std::get<RpcJson>(answer.value()), "id");
    if (!id) return client.unknown_form("tx_send");
    return *id;
}

}  // namespace touchstone::cli
