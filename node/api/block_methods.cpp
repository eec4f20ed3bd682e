#include <algorithm>

#include "node/api/header_values.h"
#include "node/api/method_groups.h"
#include "node/api/point.h"
#include "node/api/transaction_status.h"
#include "node/kernel/execution/transaction.h"
#include "node/types/encoding.h"

namespace touchstone::node::api {

namespace {

/// Of one answer: their ids are hashed while the node does nothing else.
constexpr std::uint64_t kMostOutcomes = 1024;
/// Of one answer: each may be of a block of MAX_BLOCK_BYTES that is read and hashed.
constexpr std::uint64_t kMostHeaders = 16;

rpc::Error unknown_block(const Chain& chain, const Root& root) {
    if (root == chain.genesis_block_root()) {
        return kUnknownBlock.because("block 0x" + to_hex(root) +
                                     " is that of genesis, which is never stored; chain_genesis tells of it");
    }
    return kUnknownBlock.because("there is no block 0x" + to_hex(root) + " here");
}

struct FoundBlock {
    Root root;
    ByteVector encoded;
    SignedBlock block;
};

std::variant<FoundBlock, rpc::Error> find_block(const Chain& chain, const Json& at) {
    auto root = block_at(chain, at);
    if (auto* error = std::get_if<rpc::Error>(&root)) return std::move(*error);
    const Root& found = std::get<Root>(root);
    auto stored = chain.stored_block(found);
    if (!stored) return unknown_block(chain, found);
    auto block = decode<SignedBlock>(stored->signed_block, chain.parameters());
    if (!block.ok()) return unknown_block(chain, found);
    return FoundBlock{found, std::move(stored->signed_block), std::move(block).value()};
}

/// As many as the block has transactions; nothing if they are not there.
std::optional<Receipts> receipts_of(const Chain& chain, const FoundBlock& found) {
    const std::size_t count = found.block.message.body.transactions.size();
    if (count == 0) return Receipts{};
    const auto encoded = chain.receipts_of(found.root);
    if (!encoded) return std::nullopt;
    auto receipts = decode<Receipts>(*encoded, chain.parameters());
    if (!receipts.ok() || receipts->receipts.size() != count) return std::nullopt;
    return std::move(receipts).value();
}

rpc::Parameter which_block() { return {"at", kAt, "the block; the head if left out", false}; }

// ------------------------------------------------------------------------------------------------------------ blocks

Json counts_json(const BlockBody& body) {
    return {{"proposer_slashings", to_json(std::uint64_t{body.proposer_slashings.size()})},
            {"attester_slashings", to_json(std::uint64_t{body.attester_slashings.size()})},
            {"attestations", to_json(std::uint64_t{body.attestations.size()})},
            {"voluntary_exits", to_json(std::uint64_t{body.voluntary_exits.size()})},
            {"transactions", to_json(std::uint64_t{body.transactions.size()})}};
}

rpc::Answer chain_block(const Sources& sources, const rpc::Arguments& arguments) {
    const Chain& chain = sources.chain();
    const auto read = find_block(chain, arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&read)) return *error;
    const auto& found = std::get<FoundBlock>(read);
    const auto receipts = receipts_of(chain, found);
    if (!receipts) return unknown_block(chain, found.root);
    const Block& block = found.block.message;
    std::uint64_t gas = 0;
    for (const Receipt& receipt : receipts->receipts)
        gas += receipt.gas_used;
    return Json{{"header", header_json(chain, header_of(block, chain.parameters()), found.root)},
                {"signature", to_json(found.block.signature)},
                {"graffiti", to_json(block.body.graffiti)},
                {"contents", counts_json(block.body)},
                {"gas_used", to_json(gas)},
                {"bytes", to_json(std::uint64_t{found.encoded.size()})}};
}

rpc::Declaration declare_chain_block() {
    const rpc::Type counts = rpc::object("BlockContents", "how many of each a block has",
                                         {{"proposer_slashings", kUint64},
                                          {"attester_slashings", kUint64},
                                          {"attestations", kUint64},
                                          {"voluntary_exits", kUint64},
                                          {"transactions", kUint64}});
    return {.name = "chain_block",
            .summary = "A block, in short",
            .parameters = {which_block()},
            .result = rpc::object("Block", "a block, in short",
                                  {{"header", kHeader},
                                   {"signature", kSignature, "of the proposer"},
                                   {"graffiti", kRoot, "32 bytes that the proposer chose"},
                                   {"contents", counts},
                                   {"gas_used", kUint64, "by all transactions"},
                                   {"bytes", kUint64, "of its encoding"}}),
            .errors = {kUnknownBlock}};
}

rpc::Answer chain_block_encoded(const Sources& sources, const rpc::Arguments& arguments) {
    const Chain& chain = sources.chain();
    const auto read = find_block(chain, arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&read)) return *error;
    const auto& found = std::get<FoundBlock>(read);
    const auto receipts = chain.receipts_of(found.root);
    return Json{{"id", block_id(found.root, found.block.message.slot)},
                {"signed_block", bytes_json(found.encoded)},
                {"receipts", receipts ? bytes_json(*receipts) : Json(nullptr)}};
}

rpc::Declaration declare_chain_block_encoded() {
    return {.name = "chain_block_encoded",
            .summary = "A whole block with its receipts, as they are encoded (SSZ)",
            .parameters = {which_block()},
            .result = rpc::object("EncodedBlock", "a block and its receipts",
                                  {{"id", kBlockId},
                                   {"signed_block", kBytes, "the encoding of the SignedBlock"},
                                   {"receipts", rpc::nullable(kBytes),
                                    "the encoding of the Receipts; null of a block without transactions"}}),
            .errors = {kUnknownBlock}};
}

// ----------------------------------------------------------------------------------------------------------- headers

rpc::Answer chain_header(const Sources& sources, const rpc::Arguments& arguments) {
    const Chain& chain = sources.chain();
    auto root = block_at(chain, arguments[0]);
    if (auto* error = std::get_if<rpc::Error>(&root)) return std::move(*error);
    const Root& found = std::get<Root>(root);
    if (const StatePointer state = chain.fork_choice().block_state(found)) {
        return header_json(chain, header_of_state(*state, chain.environment()), found);
    }
    const auto read = find_block(chain, arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&read)) return *error;
    return header_json(chain, header_of(std::get<FoundBlock>(read).block.message, chain.parameters()), found);
}

rpc::Declaration declare_chain_header() {
    return {.name = "chain_header",
            .summary = "The header of a block",
            .parameters = {which_block()},
            .result = kHeader,
            .errors = {kUnknownBlock}};
}

rpc::Answer chain_headers(const Sources& sources, const rpc::Arguments& arguments) {
    const Chain& chain = sources.chain();
    const Slot first(uint64_from(arguments[0]));
    const auto count = page_size(arguments[1], kMostHeaders);
    if (const auto* error = std::get_if<rpc::Error>(&count)) return *error;
    Json headers = Json::array();
    const std::uint64_t slots = std::get<std::uint64_t>(count);
    if (first <= chain.head_slot()) {
        for (const StoredBlock& stored : chain.canonical_blocks(first, slots)) {
            const auto block = decode<SignedBlock>(stored.signed_block, chain.parameters());
            if (!block.ok()) continue;
            headers.push_back(header_json(chain, header_of(block->message, chain.parameters()), stored.root));
        }
    }
    return Json{{"headers", std::move(headers)}};
}

rpc::Declaration declare_chain_headers() {
    return {
        .name = "chain_headers",
        .summary = "Headers of the head's chain by their slots; the genesis block has none here",
        .parameters = {{"first", kUint64, "slot", true},
                       {"count", kUint64, "of slots, 16 at most; so many if left out", false}},
        .result = rpc::object("Headers", "headers by slot",
                              {{"headers", rpc::list_of(kHeader, kMostHeaders), "one for each slot with a block"}})};
}

// ------------------------------------------------------------------------------------------------------ transactions

rpc::Answer chain_block_transactions(const Sources& sources, const rpc::Arguments& arguments) {
    const Chain& chain = sources.chain();
    const std::uint64_t first = arguments[1].is_null() ? 0 : uint64_from(arguments[1]);
    const auto count = page_size(arguments[2], kMostOutcomes);
    if (const auto* error = std::get_if<rpc::Error>(&count)) return *error;
    const auto read = find_block(chain, arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&read)) return *error;
    const auto& found = std::get<FoundBlock>(read);
    const auto receipts = receipts_of(chain, found);
    if (!receipts) return unknown_block(chain, found.root);
    const auto& transactions = found.block.message.body.transactions;
    Json outcomes = Json::array();
    const std::uint64_t begin = std::min<std::uint64_t>(first, transactions.size());
    const std::uint64_t end =
        begin + std::min<std::uint64_t>(std::get<std::uint64_t>(count), transactions.size() - begin);
    for (std::uint64_t i = begin; i < end; ++i) {
        const Receipt& receipt = receipts->receipts[i];
        outcomes.push_back({{"id", to_json(transaction_id(transactions[i].message, chain.parameters()))},
                            {"status", status_name(receipt.status)},
                            {"gas_used", to_json(receipt.gas_used)}});
    }
    return Json{{"block", block_id(found.root, found.block.message.slot)},
                {"total", to_json(std::uint64_t{transactions.size()})},
                {"transactions", std::move(outcomes)}};
}

rpc::Declaration declare_chain_block_transactions() {
    const rpc::Type outcome = rpc::object("TransactionOutcome", "a transaction of a block and what it came to",
                                          {{"id", kRoot}, {"status", status_type()}, {"gas_used", kUint64}});
    return {.name = "chain_block_transactions",
            .summary = "The transactions of a block and what they came to, in their order",
            .parameters = {which_block(),
                           {"first", kUint64, "the place of the first to be told of; 0 if left out", false},
                           {"count", kUint64, "of them, 1024 at most; so many if left out", false}},
            .result = rpc::object("BlockTransactions", "a page of a block's transactions",
                                  {{"block", kBlockId},
                                   {"total", kUint64, "of transactions in the block"},
                                   {"transactions", rpc::list_of(outcome, kMostOutcomes)}}),
            .errors = {kUnknownBlock}};
}

}  // namespace

std::vector<ApiMethod> block_methods() {
    return {{declare_chain_block(), chain_block},
            {declare_chain_block_encoded(), chain_block_encoded},
            {declare_chain_header(), chain_header},
            {declare_chain_headers(), chain_headers},
            {declare_chain_block_transactions(), chain_block_transactions}};
}

}  // namespace touchstone::node::api
