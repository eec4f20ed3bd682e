#include "node/api/header_values.h"
#include "node/api/method_groups.h"
#include "node/api/point.h"
#include "node/api/proof_values.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/accounts.h"
#include "node/services/account_history.h"

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

constexpr std::uint64_t kMostOfHistory = 1000;

rpc::Answer account_history_of(const Sources& sources, const rpc::Arguments& arguments) {
    const Address address = address_from(arguments[0]);
    const auto count = page_size(arguments[2], kMostOfHistory);
    if (const auto* error = std::get_if<rpc::Error>(&count)) return *error;
    if (std::get<std::uint64_t>(count) == 0) return rpc::invalid_params("\"count\" has to be 1 at least");
    std::optional<ChainPosition> before;
    if (!arguments[1].is_null()) before = position_from(arguments[1]);
    const Chain& chain = sources.chain();
    const AccountHistory history =
        account_history(chain, address, before, static_cast<std::size_t>(std::get<std::uint64_t>(count)));
    Json list = Json::array();
    for (const AccountTransaction& each : history.transactions) {
        list.push_back({{"id", to_json(each.id)},
                        {"block", block_id(each.place.block_root, each.place.slot)},
                        {"index", to_json(each.place.index)},
                        {"sent", each.sent},
                        {"finalized", each.place.slot <= chain.finalized_slot()}});
    }
    return Json{{"address", address_to_text(address)},
                {"transactions", std::move(list)},
                {"next", history.next ? to_json(*history.next) : Json()},
                {"complete_from", to_json(account_history_begin(chain))}};
}

rpc::Declaration declare_account_history() {
    const rpc::Type transaction =
        rpc::object("AccountTransaction", "a transaction that an account sent or is paid by; tx_get has all of it",
                    {{"id", kRoot},
                     {"block", kBlockId, "of the head's chain"},
                     {"index", kUint64, "in the block"},
                     {"sent", kBoolean, "by the account"},
                     {"finalized", kBoolean, "whether the block is final"}});
    return {.name = "account_history",
            .summary = "Transactions of the head's chain that an account sent, and transfers to it, the latest first",
            .parameters = {address_parameter(),
                           {"before", kPosition, "`next` of the page before; from the head on if left out", false},
                           {"count", kUint64, "of a page, 1000 at most; so many if left out", false}},
            .result = rpc::object(
                "AccountHistory", "a page of what happened to an account",
                {{"address", kAddressText, "the same, as text"},
                 {"transactions", rpc::list_of(transaction), "of a page that is not the last perhaps fewer than asked"},
                 {"next", rpc::nullable(kPosition), "`before` of the next page; null if this is the last"},
                 {"complete_from", kUint64,
                  "the slot before which this node knows no transactions by their accounts: it has not executed these "
                  "blocks, or has done so before it kept them"}})};
}

}  // namespace

std::vector<ApiMethod> account_methods() {
    return {{declare_account_balance(), account_balance},
            {declare_account_nonce(), account_nonce},
            {declare_account_history(), account_history_of},
            {declare_account_proof(), account_proof}};
}

}  // namespace touchstone::node::api
