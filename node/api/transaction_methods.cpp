#include <algorithm>
#include <array>
#include <functional>

#include "node/api/event_values.h"
#include "node/api/method_groups.h"
#include "node/api/payload_values.h"
#include "node/api/point.h"
#include "node/api/transaction_status.h"
#include "node/base/arithmetic.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/fees.h"
#include "node/types/encoding.h"

namespace touchstone::node::api {

namespace {

constexpr std::uint64_t kMostPooled = 1024;
/// In how many blocks at most, for the estimates of a fee.
constexpr std::array<std::uint64_t, 3> kWithinBlocks{1, 4, 16};

rpc::Parameter encoded_parameter() {
    return {"transaction", kBytes, "the encoding (SSZ) of a SignedTransaction", true};
}
rpc::Parameter id_parameter() { return {"id", kRoot, "of the transaction", true}; }
rpc::Type state_type() {
    return rpc::choice_of(
        "TransactionState",
        "pending: waits in this node's pool; included: in a block of the head's chain; unknown: neither",
        {"unknown", "pending", "included"});
}

// ------------------------------------------------------------------------------------------------------------ sending

rpc::Answer tx_send(const Sources& sources, const rpc::Arguments& arguments) {
    const auto transaction = decode<SignedTransaction>(bytes_from(arguments[0]), sources.parameters());
    if (!transaction.ok()) return broken(kTransactionRejected, transaction.rejection());
    const auto id = sources.node.submit(*transaction);
    if (!id.ok()) return broken(kTransactionRejected, id.rejection());
    return Json{{"id", to_json(*id)}};
}

rpc::Declaration declare_tx_send() {
    return {.name = "tx_send",
            .summary = "Gives the node a signed transaction, to be passed on and to come into a block",
            .parameters = {encoded_parameter()},
            .result = rpc::object("SentTransaction", "a transaction that the pool has",
                                  {{"id", kRoot, "the same if the node has it already"}}),
            .errors = {kTransactionRejected}};
}

/// On a copy; whoever signed.
Json simulate(const Chain& chain, State& state, const SignedTransaction& transaction) {
    const Parameters& parameters = chain.parameters();
    const Root signing_root = transaction_signing_root(transaction.message, state.consensus(), parameters);
    Json json = {{"signed", verify_transaction_signature(transaction, signing_root).ok()},
                 {"rejection", nullptr},
                 {"status", nullptr},
                 {"gas_used", nullptr},
                 {"fee", nullptr},
                 {"events", nullptr}};
    const std::uint64_t base_fee = state.consensus().base_fee;
    SignatureSets unverified;
    const auto processed = process_transaction(chain.environment(), state, transaction, 0, unverified);
    if (!processed.ok()) {
        json["rejection"] = rejection_json(processed.rejection());
        return json;
    }
    const Receipt& receipt = processed->receipt;
    json["status"] = status_name(receipt.status);
    json["gas_used"] = to_json(receipt.gas_used);
    json["fee"] = to_json(saturating_add(saturating_multiply(base_fee, receipt.gas_used), processed->tip));
    json["events"] = events_json(receipt.events, parameters);
    return json;
}

rpc::Answer tx_simulate(const Sources& sources, const rpc::Arguments& arguments) {
    const auto transaction = decode<SignedTransaction>(bytes_from(arguments[0]), sources.parameters());
    if (!transaction.ok()) return broken(kTransactionRejected, transaction.rejection());
    const auto found = state_at(sources.chain(), arguments[1]);
    if (const auto* error = std::get_if<rpc::Error>(&found)) return *error;
    const auto& at = std::get<StateAt>(found);
    const bool of_head = at.root == sources.chain().head();
    const Slot slot = of_head ? std::max(at.slot + 1, sources.chain().current_slot()) : at.slot + 1;
    const auto next = sources.node.fork_choice().state_at(at.root, slot);
    if (!next.ok()) return broken(kTransactionRejected, next.rejection());
    const Address sender = sender_of(transaction->message);
    const Account before = get_account(**next, sender);
    State state = **next;
    Json json = simulate(sources.chain(), state, *transaction);
    json["at"] = at.id();
    json["balance_before"] = to_json(before.balance);
    json["balance_after"] = to_json(get_account(state, sender).balance);
    return json;
}

rpc::Declaration declare_tx_simulate() {
    return {
        .name = "tx_simulate",
        .summary =
            "What a transaction would come to as the only one of a block after that of `at`; it is not sent, and its "
            "signature need not be valid",
        .parameters = {encoded_parameter(), at_parameter()},
        .result = rpc::object(
            "Simulation", "what a transaction would come to",
            {at_field(),
             {"signed", kBoolean, "whether the signature is valid there"},
             {"rejection", rpc::nullable(kBrokenClause), "null if it could be in the block, its signature apart"},
             {"status", rpc::nullable(status_type()), "null, as what follows, if it is rejected"},
             {"gas_used", rpc::nullable(kUint64)},
             {"fee", rpc::nullable(kAmount), "burnt and paid to the proposer"},
             {"events", rpc::nullable(rpc::list_of(event_type()))},
             {"balance_before", kAmount, "of the sender"},
             {"balance_after", kAmount, "of the sender"}}),
        .errors = {kTransactionRejected, kUnknownBlock, kStateNotKept}};
}

// ----------------------------------------------------------------------------------------------- what became of them

rpc::Answer tx_get(const Sources& sources, const rpc::Arguments& arguments) {
    const Root id = root_from(arguments[0]);
    Json json = {{"id", to_json(id)},    {"state", "unknown"},     {"block", nullptr},  {"index", nullptr},
                 {"finalized", nullptr}, {"transaction", nullptr}, {"encoded", nullptr}};
    const SignedTransaction* transaction = nullptr;
    const auto included = sources.chain().transaction(id);
    if (included) {
        json["state"] = "included";
        json["block"] = block_id(included->place.block_root, included->place.slot);
        json["index"] = to_json(included->place.index);
        json["finalized"] = included->finalized;
        transaction = &included->transaction;
    } else if (const auto* entry = sources.node.transaction_pool().find(id)) {
        json["state"] = "pending";
        transaction = &entry->verified.transaction();
    }
    if (transaction != nullptr) {
        json["transaction"] = transaction_json(transaction->message);
        json["encoded"] = bytes_json(encode(*transaction));
    }
    return json;
}

rpc::Declaration declare_tx_get() {
    return {.name = "tx_get",
            .summary = "A transaction, in the chain or waiting",
            .parameters = {id_parameter()},
            .result = rpc::object("FoundTransaction", "a transaction, and where it is",
                                  {{"id", kRoot},
                                   {"state", state_type()},
                                   {"block", rpc::nullable(kBlockId), "that has it"},
                                   {"index", rpc::nullable(kUint64), "in the block"},
                                   {"finalized", rpc::nullable(kBoolean), "whether the block is final"},
                                   {"transaction", rpc::nullable(transaction_type())},
                                   {"encoded", rpc::nullable(kBytes), "the encoding of the SignedTransaction"}})};
}

rpc::Answer tx_receipt(const Sources& sources, const rpc::Arguments& arguments) {
    const Root id = root_from(arguments[0]);
    Json json = {{"id", to_json(id)}, {"state", "unknown"},  {"block_root", nullptr},
                 {"slot", nullptr},   {"index", nullptr},    {"status", nullptr},
                 {"events", nullptr}, {"gas_used", nullptr}, {"finalized", nullptr}};
    if (const auto included = sources.chain().transaction(id)) {
        json["state"] = "included";
        json["block_root"] = to_json(included->place.block_root);
        json["slot"] = to_json(included->place.slot);
        json["index"] = to_json(included->place.index);
        json["status"] = status_name(included->receipt.status);
        json["events"] = events_json(included->receipt.events, sources.parameters());
        json["gas_used"] = to_json(included->receipt.gas_used);
        json["finalized"] = included->finalized;
    } else if (sources.node.transaction_pool().find(id) != nullptr) {
        json["state"] = "pending";
    }
    return json;
}

rpc::Declaration declare_tx_receipt() {
    return {
        .name = "tx_receipt",
        .summary = "What has become of a transaction",
        .parameters = {id_parameter()},
        .result = rpc::object("TransactionReceipt", "what has become of a transaction; null where it is not included",
                              {{"id", kRoot},
                               {"state", state_type()},
                               {"block_root", rpc::nullable(kRoot), "of the block that has it"},
                               {"slot", rpc::nullable(kUint64), "of the block"},
                               {"index", rpc::nullable(kUint64), "in the block"},
                               {"status", rpc::nullable(status_type())},
                               {"events", rpc::nullable(rpc::list_of(event_type())), "of an operation that succeeded"},
                               {"gas_used", rpc::nullable(kUint64)},
                               {"finalized", rpc::nullable(kBoolean), "whether the block is final"}})};
}

// --------------------------------------------------------------------------------------------------------------- pool

Json pooled_json(const TransactionPool::Entry& entry) {
    return {{"id", to_json(entry.candidate().id)},
            {"transaction", transaction_json(entry.message())},
            {"bytes", to_json(std::uint64_t{entry.candidate().bytes})},
            {"arrival_ms", to_json(entry.arrival_ms)}};
}

rpc::Answer tx_pool(const Sources& sources, const rpc::Arguments& arguments) {
    const auto count = page_size(arguments[2], kMostPooled);
    if (const auto* error = std::get_if<rpc::Error>(&count)) return *error;
    const TransactionPool& pool = sources.node.transaction_pool();
    Json list = Json::array();
    Json next;
    if (!arguments[0].is_null()) {
        for (const auto* entry : pool.of_sender(address_from(arguments[0])))
            list.push_back(pooled_json(*entry));
    } else {
        const auto& entries = pool.entries();
        auto entry = arguments[1].is_null() ? entries.begin() : entries.upper_bound(root_from(arguments[1]));
        for (; entry != entries.end() && list.size() < std::get<std::uint64_t>(count); ++entry)
            list.push_back(pooled_json(entry->second));
        if (entry != entries.end() && !list.empty()) next = list.back()["id"];
    }
    return Json{{"size", to_json(std::uint64_t{pool.size()})},
                {"bytes", to_json(std::uint64_t{pool.bytes()})},
                {"transactions", std::move(list)},
                {"next", std::move(next)}};
}

rpc::Declaration declare_tx_pool() {
    const rpc::Type pooled = rpc::object("PooledTransaction", "a transaction that waits in this node's pool",
                                         {{"id", kRoot},
                                          {"transaction", transaction_type()},
                                          {"bytes", kUint64, "of its encoding"},
                                          {"arrival_ms", kUint64, "milliseconds since 1970"}});
    return {
        .name = "tx_pool",
        .summary = "Transactions that wait in this node's pool",
        .parameters = {{"sender", kAddress, "only those of this account, all of them by their nonces", false},
                       {"after", kRoot, "without a sender: `next` of the page before", false},
                       {"count", kUint64, "of a page, 1024 at most; so many if left out", false}},
        .result = rpc::object("TransactionPool", "a page of the pool, in the order of the ids",
                              {{"size", kUint64, "of all that wait"},
                               {"bytes", kUint64, "of all that wait"},
                               {"transactions", rpc::list_of(pooled)},
                               {"next", rpc::nullable(kRoot), "`after` of the next page; null if this is the last"}})};
}

// --------------------------------------------------------------------------------------------------------------- fees

struct Bid {
    std::uint64_t tip = 0;
    std::uint64_t gas = 0;
};

/// Those that pay the base fee, the best first.
std::vector<Bid> bids(const TransactionPool& pool, std::uint64_t base_fee) {
    std::vector<Bid> found;
    for (const auto& [id, entry] : pool.entries()) {
        if (entry.message().max_fee < base_fee) continue;
        found.push_back({effective_tip(entry.message(), base_fee), entry.message().gas_limit});
    }
    std::ranges::sort(found, std::ranges::greater{}, &Bid::tip);
    return found;
}

/// One more than the best that would not come into so many blocks; 0 if all do.
std::uint64_t tip_to_be_within(const std::vector<Bid>& bids, std::uint64_t blocks, const Parameters& parameters) {
    const std::uint64_t room = saturating_multiply(blocks, parameters.BLOCK_GAS_LIMIT);
    std::uint64_t gas = 0;
    for (const Bid& bid : bids) {
        gas = saturating_add(gas, bid.gas);
        if (gas > room) return saturating_add(bid.tip, 1);
    }
    return 0;
}

/// The base fee after so many full blocks.
std::uint64_t base_fee_after(std::uint64_t base_fee, std::uint64_t blocks, const Parameters& parameters) {
    for (std::uint64_t i = 0; i < blocks; ++i) {
        const auto next = next_base_fee(base_fee, parameters.BLOCK_GAS_LIMIT, parameters);
        if (!next.ok()) break;
        base_fee = *next;
    }
    return base_fee;
}

rpc::Answer tx_fee_estimate(const Sources& sources, const rpc::Arguments&) {
    const Parameters& parameters = sources.parameters();
    const std::uint64_t base_fee = sources.chain().head_state()->consensus().base_fee;
    const std::vector<Bid> waiting = bids(sources.node.transaction_pool(), base_fee);
    Json estimates = Json::array();
    for (const std::uint64_t blocks : kWithinBlocks) {
        const std::uint64_t tip = tip_to_be_within(waiting, blocks, parameters);
        const std::uint64_t fee = saturating_add(base_fee_after(base_fee, blocks - 1, parameters), tip);
        estimates.push_back({{"blocks", to_json(blocks)}, {"tip", to_json(tip)}, {"max_fee", to_json(fee)}});
    }
    return Json{{"base_fee", to_json(base_fee)}, {"estimates", std::move(estimates)}};
}

rpc::Declaration declare_tx_fee_estimate() {
    const rpc::Type estimate =
        rpc::object("FeeEstimate", "what to offer for a unit of gas",
                    {{"blocks", kUint64, "to be in one of so many next blocks"},
                     {"tip", kAmount, "one more than the best of the pool that would not be"},
                     {"max_fee", kAmount, "that suffices even if all blocks until then are full"}});
    return {.name = "tx_fee_estimate",
            .summary = "What to offer for a unit of gas, going by what waits in this node's pool",
            .parameters = {},
            .result = rpc::object("FeeEstimates", "what to offer for a unit of gas",
                                  {{"base_fee", kAmount, "of the next block"}, {"estimates", rpc::list_of(estimate)}})};
}

}  // namespace

std::vector<ApiMethod> transaction_methods() {
    return {{declare_tx_send(), tx_send}, {declare_tx_simulate(), tx_simulate},
            {declare_tx_get(), tx_get},   {declare_tx_receipt(), tx_receipt},
            {declare_tx_pool(), tx_pool}, {declare_tx_fee_estimate(), tx_fee_estimate}};
}

}  // namespace touchstone::node::api
