#include "node/api/subscriptions/block_records.h"

#include <algorithm>

#include "node/api/payload_values.h"
#include "node/api/transaction_status.h"
#include "node/api/value_types.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/transaction.h"
#include "node/types/encoding.h"

namespace touchstone::node::api {

namespace {

/// A block is read from the disk, its bytes with it.
constexpr std::uint64_t kCostOfBlock = 16;
constexpr std::uint64_t kBytesPerCost = 4096;
constexpr std::uint64_t kTransactionsPerCost = 4;

template <class Value>
std::shared_ptr<const Value> find(const std::deque<std::pair<Root, std::shared_ptr<const Value>>>& remembered,
                                  const Root& root) {
    const auto found = std::ranges::find(remembered, root, [](const auto& each) { return each.first; });
    return found == remembered.end() ? nullptr : found->second;
}

template <class Value>
std::shared_ptr<const Value> remember(std::deque<std::pair<Root, std::shared_ptr<const Value>>>& remembered,
                                      std::size_t most, const Root& root, Value value) {
    auto shared = std::make_shared<const Value>(std::move(value));
    remembered.emplace_back(root, shared);
    if (remembered.size() > most) remembered.pop_front();
    return shared;
}

std::optional<Address> recipient_of(const Transaction& transaction) {
    const auto* transfer = std::get_if<Transfer>(&transaction.payload);
    return transfer == nullptr ? std::nullopt : std::optional(transfer->recipient);
}

TransactionRecord record_of(const SignedTransaction& transaction, std::size_t index, const Receipt& receipt,
                            const Parameters& parameters) {
    TransactionRecord record{.id = transaction_id(transaction.message, parameters),
                             .sender = sender_of(transaction.message),
                             .recipient = recipient_of(transaction.message),
                             .json = {}};
    const Json json = {{"id", to_json(record.id)},
                       {"sender", address_to_text(record.sender)},
                       {"index", to_json(std::uint64_t{index})},
                       {"status", status_name(receipt.status)},
                       {"gas_used", to_json(receipt.gas_used)}};
    record.json = json.dump();
    return record;
}

/// Empty where they do not belong together.
std::vector<TransactionRecord> records_of(const SignedBlock& block, const Receipts& receipts,
                                          const Parameters& parameters) {
    const auto& transactions = block.message.body.transactions;
    std::vector<TransactionRecord> records;
    if (receipts.receipts.size() != transactions.size()) return records;
    for (std::size_t i = 0; i < transactions.size(); ++i)
        records.push_back(record_of(transactions[i], i, receipts.receipts[i], parameters));
    return records;
}

template <class Key>
void add_places(std::vector<std::size_t>& places, const std::vector<std::pair<Key, std::size_t>>& by_key,
                const std::set<Key>& keys) {
    for (const Key& key : keys) {
        auto each = std::ranges::lower_bound(by_key, std::pair<Key, std::size_t>(key, 0));
        for (; each != by_key.end() && each->first == key; ++each)
            places.push_back(each->second);
    }
}

}  // namespace

/// Texts of peers that are no UTF-8 are mended.
EventText event_text(const rpc::Json& event) {
    return std::make_shared<const std::string>(event.dump(-1, ' ', false, Json::error_handler_t::replace));
}

EventText transactions_event(std::string_view kind, const std::string& inner,
                             std::span<const std::string_view> records) {
    std::string event = R"({"kind":")" + std::string(kind) + "\"," + inner + R"("transactions":[)";
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (i != 0) event += ',';
        event += records[i];
    }
    return std::make_shared<const std::string>(event + "]}");
}

bool TransactionRecord::is_wanted(const TransactionFilter& filter) const {
    return filter.wants_all() || filter.ids.contains(id) || filter.accounts.contains(sender) ||
           (recipient && filter.accounts.contains(*recipient));
}

TransactionRecord record_of_pooled(const Root& id, const Address& sender, const Transaction& transaction) {
    TransactionRecord record{.id = id, .sender = sender, .recipient = recipient_of(transaction), .json = {}};
    const Json json = {
        {"id", to_json(id)}, {"sender", address_to_text(sender)}, {"transaction", transaction_json(transaction)}};
    record.json = json.dump();
    return record;
}

BlockTransactions::BlockTransactions(std::vector<TransactionRecord> records) : records_(std::move(records)) {
    for (std::size_t i = 0; i < records_.size(); ++i) {
        by_account_.emplace_back(records_[i].sender, i);
        if (records_[i].recipient) by_account_.emplace_back(*records_[i].recipient, i);
        by_id_.emplace_back(records_[i].id, i);
    }
    std::ranges::sort(by_account_);
    std::ranges::sort(by_id_);
}

std::vector<std::size_t> BlockTransactions::wanted(const TransactionFilter& filter, std::uint64_t first,
                                                   std::size_t most) const {
    std::vector<std::size_t> places;
    if (filter.wants_all()) {
        for (std::uint64_t i = first; i < records_.size() && places.size() < most; ++i)
            places.push_back(static_cast<std::size_t>(i));
        return places;
    }
    add_places(places, by_account_, filter.accounts);
    add_places(places, by_id_, filter.ids);
    std::ranges::sort(places);
    const auto twice = std::ranges::unique(places);
    places.erase(twice.begin(), twice.end());
    std::erase_if(places, [first](std::size_t place) { return place < first; });
    if (places.size() > most) places.resize(most);
    return places;
}

BlockRecords::Made<std::string> BlockRecords::head_event(const Chain& chain, const Root& root) {
    if (auto known = find(head_events_, root)) return {std::move(known), 0};
    const auto block = chain.stored_block(root);
    if (!block) return {nullptr, kCostOfBlock};
    const Json event = {{"kind", "block"},
                        {"root", to_json(block->root)},
                        {"slot", to_json(block->slot)},
                        {"parent_root", to_json(block->parent_root)},
                        {"state_root", to_json(block->state_root)}};
    return {remember(head_events_, kMostBlocks, root, event.dump()),
            kCostOfBlock + block->signed_block.size() / kBytesPerCost};
}

BlockRecords::Made<BlockTransactions> BlockRecords::transactions(const Chain& chain, const Root& root) {
    if (auto known = find(transactions_, root)) return {std::move(known), 0};
    const auto encoded = chain.receipts_of(root);
    if (!encoded) return {nullptr, kCostOfBlock};
    const auto stored = chain.stored_block(root);
    if (!stored) return {nullptr, kCostOfBlock};
    const auto block = decode<SignedBlock>(stored->signed_block, chain.parameters());
    const auto receipts = decode<Receipts>(*encoded, chain.parameters());
    if (!block.ok() || !receipts.ok()) return {nullptr, kCostOfBlock};
    BlockTransactions made(records_of(*block, *receipts, chain.parameters()));
    const std::uint64_t cost =
        kCostOfBlock + stored->signed_block.size() / kBytesPerCost + made.records().size() / kTransactionsPerCost;
    return {remember(transactions_, kMostWithTransactions, root, std::move(made)), cost};
}

EventText BlockRecords::page(const Root& block, std::uint64_t first, const std::function<EventText()>& make) {
    const std::pair key(block, first);
    const auto known = std::ranges::find_if(pages_, [&key](const auto& each) { return each.first == key; });
    if (known != pages_.end()) return known->second;
    if (pages_.size() == kMostPages) pages_.pop_front();
    return pages_.emplace_back(key, make()).second;
}

}  // namespace touchstone::node::api
