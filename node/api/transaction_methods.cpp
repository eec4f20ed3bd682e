#include "node/api/event_values.h"
#include "node/api/method_groups.h"
#include "node/api/methods.h"
#include "node/api/transaction_status.h"
#include "node/api/value_types.h"
#include "node/types/encoding.h"

namespace touchstone::node::api {

namespace {

rpc::Answer rejected(const Rejection& rejection) {
    return rpc::Error{code::kTransactionRejected,
                      "Transaction rejected",
                      {{"clause", to_string(rejection.clause)}, {"reason", rejection.detail}}};
}

rpc::Answer tx_send(Node& node, const rpc::Arguments& arguments) {
    const auto transaction = decode<SignedTransaction>(bytes_from(arguments[0]), node.chain().parameters());
    if (!transaction.ok()) return rejected(transaction.rejection());
    const auto id = node.submit(*transaction);
    if (!id.ok()) return rejected(id.rejection());
    return Json{{"id", to_json(*id)}};
}

Json tx_receipt(const Node& node, const rpc::Arguments& arguments) {
    const Root id = root_from(arguments[0]);
    Json json = {{"id", to_json(id)}, {"state", "unknown"},  {"block_root", nullptr},
                 {"slot", nullptr},   {"index", nullptr},    {"status", nullptr},
                 {"events", nullptr}, {"gas_used", nullptr}, {"finalized", nullptr}};
    if (const auto included = node.chain().transaction(id)) {
        json["state"] = "included";
        json["block_root"] = to_json(included->place.block_root);
        json["slot"] = to_json(included->place.slot);
        json["index"] = to_json(included->place.index);
        json["status"] = status_name(included->receipt.status);
        json["events"] = events_json(included->receipt.events, node.chain().parameters());
        json["gas_used"] = to_json(included->receipt.gas_used);
        json["finalized"] = included->finalized;
    } else if (node.transaction_pool().find(id) != nullptr) {
        json["state"] = "pending";
    }
    return json;
}

}  // namespace

std::vector<rpc::Method> transaction_methods(Node& node) {
    std::vector<rpc::Method> methods;
    methods.push_back({"tx_send",
                       "Gives the node a signed transaction, to be passed on and to come into a block",
                       {{"transaction", &kBytes, "the encoding of a SignedTransaction", true}},
                       {{"id", &kRoot, "names the transaction; the same if the node has it already"}},
                       {{code::kTransactionRejected, "Transaction rejected",
                         "it cannot come into a block, or the pool does not want it; data: clause, reason"}},
                       [&node](const rpc::Arguments& arguments) { return tx_send(node, arguments); }});
    methods.push_back(
        {"tx_receipt",
         "What has become of a transaction",
         {{"id", &kRoot, "of the transaction", true}},
         {{"id", &kRoot, "the same"},
          {"state", &kText, "pending: waits in this node's pool; included: in a block of the head's chain; unknown"},
          {"block_root", &kRoot, "of the block that has it", true},
          {"slot", &kUint64, "of the block", true},
          {"index", &kUint64, "in the block", true},
          {"status", &kText, "success, or the name of why it failed: out_of_gas, insufficient_balance, those of STK-07",
           true},
          {"events", &kEvents, "of an operation that succeeded; \"stake\" is null in those of other things", true},
          {"gas_used", &kUint64, "", true},
          {"finalized", &kBoolean, "whether the block is final", true}},
         {},
         [&node](const rpc::Arguments& arguments) { return rpc::Answer(tx_receipt(node, arguments)); }});
    return methods;
}

}  // namespace touchstone::node::api
