#include "node/api/header_values.h"
#include "node/api/method_groups.h"
#include "node/api/point.h"
#include "node/api/proof_values.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/accounts.h"

namespace touchstone::node::api {

namespace {

rpc::Parameter address_parameter() { return {"address", kAddress, "whose account", true}; }

rpc::Answer account_balance(const Sources& sources, const rpc::Arguments& arguments) {
    const Address address = address_from(arguments[0]);
    const auto found = state_at(sources.chain(), arguments[1]);
    if (const auto* error = std::get_if<rpc::Error>(&found)) return *error;
    const auto& at = std::get<StateAt>(found);
    const Account account = get_account(*at.state, address);
    return Json{{"at", at.id()},
                {"address", address_to_text(address)},
                {"balance", to_json(account.balance)},
                {"nonce", to_json(account.nonce)},
                {"exists", has_entry(account)}};
}

rpc::Declaration declare_account_balance() {
    return {.name = "account_balance",
            .summary = "What an account has",
            .parameters = {address_parameter(), at_parameter()},
            .result = rpc::object("AccountBalance", "an account in a state",
                                  {at_field(),
                                   {"address", kAddressText, "the same, as text"},
                                   {"balance", kAmount},
                                   {"nonce", kUint64, "transactions of it in the chain"},
                                   {"exists", kBoolean, "whether it has ever had anything"}}),
            .errors = state_errors()};
}

rpc::Answer account_nonce(const Sources& sources, const rpc::Arguments& arguments) {
    const Address address = address_from(arguments[0]);
    const Account account = get_account(*sources.chain().head_state(), address);
    return Json{{"address", address_to_text(address)},
                {"nonce", to_json(account.nonce)},
                {"pending_nonce", to_json(sources.node.transaction_pool().next_nonce(address))}};
}

rpc::Declaration declare_account_nonce() {
    return {.name = "account_nonce",
            .summary = "The nonce that the account's next transaction needs",
            .parameters = {address_parameter()},
            .result = rpc::object(
                "AccountNonce", "nonces of an account",
                {{"address", kAddressText, "the same, as text"},
                 {"nonce", kUint64, "transactions of it in the head's chain"},
                 {"pending_nonce", kUint64, "of the next, after those that wait in this node's pool without a gap"}})};
}

rpc::Answer account_proof(const Sources& sources, const rpc::Arguments& arguments) {
    const Address address = address_from(arguments[0]);
    const auto found = state_at(sources.chain(), arguments[1]);
    if (const auto* error = std::get_if<rpc::Error>(&found)) return *error;
    const auto& at = std::get<StateAt>(found);
    const Environment& environment = sources.chain().environment();
    const auto proof = entry_proof_json(*at.state, account_key(address), environment.parameters());
    if (!proof.ok()) return kProofTooLong.because(proof.rejection().detail);
    const Account account = get_account(*at.state, address);
    return Json{{"header", header_json(sources.chain(), header_of_state(*at.state, environment), at.root)},
                {"address", address_to_text(address)},
                {"balance", to_json(account.balance)},
                {"nonce", to_json(account.nonce)},
                {"proof", *proof}};
}

rpc::Declaration declare_account_proof() {
    return {.name = "account_proof",
            .summary = "An account with a proof against the root of a block; docs/rpc.md says how it is verified",
            .parameters = {address_parameter(), at_parameter()},
            .result = rpc::object("AccountProof", "an account, and what proves it against the root of the header",
                                  {{"header", kHeader},
                                   {"address", kAddressText, "the same, as text"},
                                   {"balance", kAmount},
                                   {"nonce", kUint64},
                                   {"proof", entry_proof_type()}}),
            .errors = {kUnknownBlock, kStateNotKept, kProofTooLong}};
}

}  // namespace

std::vector<ApiMethod> account_methods() {
    return {{declare_account_balance(), account_balance},
            {declare_account_nonce(), account_nonce},
            {declare_account_proof(), account_proof}};
}

}  // namespace touchstone::node::api
