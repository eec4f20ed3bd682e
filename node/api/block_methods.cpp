#include <algorithm>

#include "node/api/method_groups.h"
#include "node/api/methods.h"
#include "node/api/transaction_status.h"
#include "node/api/value_types.h"
#include "node/kernel/execution/transaction.h"
#include "node/types/encoding.h"

namespace touchstone::node::api {

namespace {

/// Of one answer: their ids are hashed while the node does nothing else.
constexpr std::uint64_t kMostOutcomes = 1024;

rpc::Error unknown_block(const Root& root) {
    return {code::kUnknownBlock,
            "Unknown block",
            {{"reason", "there is no block " + std::string(to_json(root)) + " here"}}};
}

struct ReadBlock {
    SignedBlock block;
    Receipts receipts;
};

std::optional<ReadBlock> read_block(const Chain& chain, const Root& root) {
    const auto stored = chain.stored_block(root);
    if (!stored) return std::nullopt;
    auto block = decode<SignedBlock>(stored->signed_block, chain.parameters());
    if (!block.ok()) return std::nullopt;
    ReadBlock read{*std::move(block), {}};
    if (read.block.message.body.transactions.empty()) return read;
    const auto encoded = chain.receipts_of(root);
    auto receipts = encoded ? decode<Receipts>(*encoded, chain.parameters()) : Result<Receipts>(Receipts{});
    if (!receipts.ok() || receipts->receipts.size() != read.block.message.body.transactions.size()) return std::nullopt;
    read.receipts = *std::move(receipts);
    return read;
}

rpc::Answer block_get(const Node& node, const rpc::Arguments& arguments) {
    const Chain& chain = node.chain();
    const Root root = arguments[0].is_null() ? chain.head() : root_from(arguments[0]);
    const auto read = read_block(chain, root);
    if (!read) return unknown_block(root);
    const Block& block = read->block.message;
    const bool canonical = chain.is_canonical(root, block.slot);
    std::uint64_t gas = 0;
    for (const Receipt& receipt : read->receipts.receipts)
        gas += receipt.gas_used;
    return Json{{"root", to_json(root)},
                {"parent_root", to_json(block.parent_root)},
                {"state_root", to_json(block.state_root)},
                {"slot", to_json(block.slot)},
                {"proposer_index", to_json(block.proposer_index.value())},
                {"canonical", canonical},
                {"finalized", canonical && block.slot <= chain.finalized_slot()},
                {"transactions", to_json(std::uint64_t{block.body.transactions.size()})},
                {"gas_used", to_json(gas)}};
}

rpc::Answer block_transactions(const Node& node, const rpc::Arguments& arguments) {
    const Chain& chain = node.chain();
    const Root root = root_from(arguments[0]);
    const std::uint64_t first = arguments[1].is_null() ? 0 : uint64_from(arguments[1]);
    const std::uint64_t count = arguments[2].is_null() ? kMostOutcomes : uint64_from(arguments[2]);
    if (count > kMostOutcomes) {
        return rpc::invalid_params("\"count\" may be " + std::to_string(kMostOutcomes) + " at most");
    }
    const auto read = read_block(chain, root);
    if (!read) return unknown_block(root);
    const auto& transactions = read->block.message.body.transactions;
    Json outcomes = Json::array();
    const std::uint64_t begin = std::min<std::uint64_t>(first, transactions.size());
    const std::uint64_t end = begin + std::min<std::uint64_t>(count, transactions.size() - begin);
    for (std::uint64_t i = begin; i < end; ++i) {
        const Receipt& receipt = read->receipts.receipts[i];
        outcomes.push_back({{"id", to_json(transaction_id(transactions[i].message, chain.parameters()))},
                            {"status", status_name(receipt.status)},
                            {"gas_used", to_json(receipt.gas_used)}});
    }
    return Json{{"transactions", std::move(outcomes)}};
}

}  // namespace

std::vector<rpc::Method> block_methods(Node& node) {
    const rpc::ErrorKind unknown{code::kUnknownBlock, "Unknown block", "this node has no block of this root"};
    std::vector<rpc::Method> methods;
    methods.push_back({"block_get",
                       "A block, in short",
                       {{"root", &kRoot, "of the block; without it, the head", false}},
                       {{"root", &kRoot, ""},
                        {"parent_root", &kRoot, ""},
                        {"state_root", &kRoot, "of the state after it"},
                        {"slot", &kUint64, ""},
                        {"proposer_index", &kUint64, "the validator that made it"},
                        {"canonical", &kBoolean, "whether it is on the head's chain"},
                        {"finalized", &kBoolean, ""},
                        {"transactions", &kUint64, "how many it has"},
                        {"gas_used", &kUint64, "by all of them"}},
                       {unknown},
                       [&node](const rpc::Arguments& arguments) { return block_get(node, arguments); }});
    methods.push_back({"block_transactions",
                       "The transactions of a block and what they came to, in their order",
                       {{"root", &kRoot, "of the block", true},
                        {"first", &kUint64, "the place of the first to be told of; 0 if left out", false},
                        {"count", &kUint64, "of them, 1024 at most; so many if left out", false}},
                       {{"transactions", &kTransactionOutcomes, "for each: id, status, gas_used"}},
                       {unknown},
                       [&node](const rpc::Arguments& arguments) { return block_transactions(node, arguments); }});
    return methods;
}

}  // namespace touchstone::node::api
