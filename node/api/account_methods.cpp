#include "node/api/method_groups.h"
#include "node/api/value_types.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/accounts.h"

namespace touchstone::node::api {

namespace {

rpc::Answer account_get(const Node& node, const rpc::Arguments& arguments) {
    const auto address = address_from(arguments[0]);
    if (!address) return rpc::invalid_params("\"address\" is no address");
    const Account account = get_account(*node.chain().head_state(), *address);
    return Json{{"address", address_to_text(*address)},
                {"nonce", to_json(account.nonce)},
                {"balance", to_json(account.balance)},
                {"pending_nonce", to_json(node.transaction_pool().next_nonce(*address))},
                {"exists", has_entry(account)}};
}

}  // namespace

std::vector<rpc::Method> account_methods(Node& node) {
    std::vector<rpc::Method> methods;
    methods.push_back(
        {"account_get",
         "An account in the state of the head",
         {{"address", &kAddress, "whose account", true}},
         {{"address", &kAddressText, "the same, as text"},
          {"nonce", &kUint64, "transactions of it in the chain"},
          {"balance", &kUint64, "grains"},
          {"pending_nonce", &kUint64, "that its next transaction needs, after those that wait in this node's pool"},
          {"exists", &kBoolean, "whether it has ever had anything"}},
         {},
         [&node](const rpc::Arguments& arguments) { return account_get(node, arguments); }});
    return methods;
}

}  // namespace touchstone::node::api
