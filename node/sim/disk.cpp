#include "node/sim/disk.h"

#include <algorithm>
#include <utility>

namespace touchstone::node::sim {

void Disk::lose_last(std::size_t commits) {
    for (; commits > 0 && !undo.empty(); --commits) {
        const StoreUndo last = std::move(undo.back());
        undo.pop_back();
        --transactions;
        if (last.genesis) genesis.reset();
        for (const Root& root : last.blocks)
            blocks.erase(root);
        for (const Root& root : last.receipts)
            receipts.erase(root);
        for (const AccountKey& key : last.accounts)
            accounts.erase(key);
        for (const Root& id : last.transactions) {
            transactions_by_id[id].pop_back();
            if (transactions_by_id[id].empty()) transactions_by_id.erase(id);
        }
        journal.resize(journal.size() - last.journal_rows);
        if (last.recovery_point) recovery_point = *last.recovery_point;
        for (const auto& [key, value] : last.entries) {
            if (value) entries[key] = *value;
            if (!value) entries.erase(key);
        }
        for (const auto& [slot, root] : last.finalized) {
            if (root) finalized[slot] = *root;
            if (!root) finalized.erase(slot);
        }
        if (last.anchor) anchor.reset();
        if (last.kept_states) kept_states = *last.kept_states;
        if (last.performance) performance = *last.performance;
        if (last.sync_answers) sync_answers = *last.sync_answers;
        if (last.own_transactions) own_transactions = *last.own_transactions;
    }
}

bool SimulatedStore::commit(const StoreTransaction& transaction) {
    power_();
    StoreUndo undo;
    write(transaction, undo);
    ++disk_.transactions;
    if (disk_.losable_commits != 0) {
        disk_.undo.push_back(std::move(undo));
        if (disk_.undo.size() > disk_.losable_commits) disk_.undo.pop_front();
    }
    power_();
    return true;
}

void SimulatedStore::write(const StoreTransaction& transaction, StoreUndo& undo) {
    if (transaction.genesis && !disk_.genesis) {
        disk_.genesis = transaction.genesis;
        undo.genesis = true;
    }
    for (const StoredBlock& block : transaction.blocks) {
        if (disk_.blocks.emplace(block.root, block).second) undo.blocks.push_back(block.root);
    }
    for (const StoredReceipts& receipts : transaction.receipts)
        write_receipts(receipts, undo);
    disk_.journal.insert(disk_.journal.end(), transaction.journal.begin(), transaction.journal.end());
    undo.journal_rows = transaction.journal.size();
    if (transaction.recovery_point) {
        undo.recovery_point = std::exchange(disk_.recovery_point, transaction.recovery_point);
    }
    for (const tree::EntryChange& change : transaction.entries)
        write_entry(change, undo);
    for (const Root& root : transaction.finalized) {
        const auto found = disk_.blocks.find(root);
        if (found == disk_.blocks.end()) continue;
        const auto [place, added] = disk_.finalized.try_emplace(found->second.slot, root);
        undo.finalized.emplace_back(place->first, added ? std::nullopt : std::optional(place->second));
        place->second = root;
    }
    if (transaction.anchor) {
        undo.anchor = true;
        disk_.anchor = transaction.anchor;
    }
    write_performance(transaction, undo);
    write_state_sync(transaction, undo);
    write_own_transactions(transaction, undo);
}

void SimulatedStore::write_own_transactions(const StoreTransaction& transaction, StoreUndo& undo) {
    if (transaction.own_transactions.empty() && transaction.dropped_own_transactions.empty()) return;
    undo.own_transactions = disk_.own_transactions;
    for (const Root& id : transaction.dropped_own_transactions)
        std::erase_if(disk_.own_transactions, [&](const OwnTransaction& each) { return each.id == id; });
    for (const OwnTransaction& each : transaction.own_transactions) {
        if (std::ranges::find(disk_.own_transactions, each.id, &OwnTransaction::id) == disk_.own_transactions.end())
            disk_.own_transactions.push_back(each);
    }
}

void SimulatedStore::write_performance(const StoreTransaction& transaction, StoreUndo& undo) {
    if (transaction.performance.empty() && !transaction.forget_performance_before) return;
    undo.performance = disk_.performance;
    for (const StoredPerformance& each : transaction.performance)
        disk_.performance.insert_or_assign(each.epoch, each.content);
    if (const auto first = transaction.forget_performance_before) {
        std::erase_if(disk_.performance, [&](const auto& each) { return each.first < *first; });
    }
}

std::optional<ByteVector> SimulatedStore::performance(Epoch epoch) {
    const auto found = disk_.performance.find(epoch);
    return found == disk_.performance.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::pair<Epoch, Epoch>> SimulatedStore::performance_epochs() {
    if (disk_.performance.empty()) return std::nullopt;
    return std::pair(disk_.performance.begin()->first, disk_.performance.rbegin()->first);
}

void SimulatedStore::write_state_sync(const StoreTransaction& transaction, StoreUndo& undo) {
    if (!transaction.kept_states.empty() || !transaction.dropped_states.empty()) undo.kept_states = disk_.kept_states;
    for (const KeptState& kept : transaction.kept_states)
        disk_.kept_states.emplace(kept.checkpoint.epoch, std::make_shared<const KeptState>(kept));
    for (const Epoch epoch : transaction.dropped_states)
        drop_kept_state(epoch);
    if (transaction.forget_sync_answers || !transaction.sync_answers.empty()) undo.sync_answers = disk_.sync_answers;
    if (transaction.forget_sync_answers) disk_.sync_answers.clear();
    for (const SyncAnswer& answer : transaction.sync_answers)
        write_sync_answer(answer);
}

void SimulatedStore::write_receipts(const StoredReceipts& receipts, StoreUndo& undo) {
    if (!disk_.receipts.emplace(receipts.block_root, receipts.receipts).second) return;
    undo.receipts.push_back(receipts.block_root);
    const Slot slot = disk_.blocks.at(receipts.block_root).slot;
    std::uint64_t index = 0;
    for (const Root& id : receipts.transactions) {
        disk_.transactions_by_id[id].push_back({receipts.block_root, slot, index++});
        undo.transactions.push_back(id);
    }
    for (const ConcernedAccount& each : receipts.accounts) {
        const AccountKey key{each.account, {slot, each.index}, receipts.block_root};
        disk_.accounts.emplace(key, AccountTransaction{.id = receipts.transactions.at(each.index),
                                                       .place = {receipts.block_root, slot, each.index},
                                                       .sent = each.sent});
        undo.accounts.push_back(key);
    }
}

void SimulatedStore::write_entry(const tree::EntryChange& change, StoreUndo& undo) {
    const auto before = disk_.entries.find(change.key);
    undo.entries.emplace_back(change.key, before == disk_.entries.end() ? std::nullopt : std::optional(before->second));
    ++disk_.entry_changes;
    if (change.value) {
        disk_.entries[change.key] = *change.value;
    } else {
        disk_.entries.erase(change.key);
    }
}

void SimulatedStore::drop_kept_state(Epoch epoch) {
    const auto dropped = disk_.kept_states.find(epoch);
    const auto next = std::next(dropped);
    std::map<ByteVector, std::optional<ByteVector>> undo;
    if (dropped != disk_.kept_states.begin()) {
        for (const KeptState* kept : {next->second.get(), dropped->second.get()}) {
            for (const tree::EntryChange& change : kept->undo)
                undo[change.key] = change.value;
        }
    }
    KeptState around{next->second->checkpoint, next->second->state, {}};
    for (const auto& [key, value] : undo)
        around.undo.push_back({key, value});
    next->second = std::make_shared<const KeptState>(std::move(around));
    disk_.kept_states.erase(dropped);
}

void SimulatedStore::write_sync_answer(const SyncAnswer& answer) {
    for (SyncAnswer& each : disk_.sync_answers) {
        if (each.method == answer.method && each.request == answer.request) {
            each.answer = answer.answer;
            return;
        }
    }
    disk_.sync_answers.push_back(answer);
}

KvEntries SimulatedStore::entries() {
    KvEntries all;
    for (const auto& [key, value] : disk_.entries)
        all.entries.push_back({key, value});
    return all;
}

std::optional<ByteVector> SimulatedStore::receipts(const Root& block_root) {
    const auto found = disk_.receipts.find(block_root);
    if (found == disk_.receipts.end()) return std::nullopt;
    return found->second;
}

std::vector<TransactionPlace> SimulatedStore::transaction(const Root& id) {
    const auto found = disk_.transactions_by_id.find(id);
    return found == disk_.transactions_by_id.end() ? std::vector<TransactionPlace>() : found->second;
}

std::vector<AccountTransaction> SimulatedStore::account_transactions(const Address& account,
                                                                     const std::optional<ChainPosition>& before,
                                                                     std::size_t limit) {
    std::vector<AccountTransaction> found;
    const auto begin = disk_.accounts.lower_bound({account, {}, {}});
    for (auto next =
             disk_.accounts.lower_bound({account, before.value_or(ChainPosition{Slot(UINT64_MAX), UINT64_MAX}), {}});
         next != begin && found.size() < limit;) {
        --next;
        found.push_back(next->second);
    }
    return found;
}

std::optional<StoredBlock> SimulatedStore::block(const Root& root) {
    const auto found = disk_.blocks.find(root);
    if (found == disk_.blocks.end()) return std::nullopt;
    return found->second;
}

std::vector<JournalRow> SimulatedStore::journal_after(std::uint64_t sequence, std::size_t limit) {
    const auto first =
        std::upper_bound(disk_.journal.begin(), disk_.journal.end(), sequence,
                         [](std::uint64_t value, const JournalRow& row) { return value < row.sequence; });
    const auto available = static_cast<std::size_t>(disk_.journal.end() - first);
    return {first, first + static_cast<std::ptrdiff_t>(std::min(available, limit))};
}

std::vector<StoredBlock> SimulatedStore::finalized_blocks(Slot first, std::uint64_t count) {
    std::vector<StoredBlock> blocks;
    for (auto at = disk_.finalized.lower_bound(first); at != disk_.finalized.end() && at->first < first + count; ++at) {
        blocks.push_back(disk_.blocks.at(at->second));
    }
    return blocks;
}

std::optional<Root> SimulatedStore::finalized_root_at(Slot slot) {
    const auto after = disk_.finalized.upper_bound(slot);
    if (after == disk_.finalized.begin()) return std::nullopt;
    return std::prev(after)->second;
}

std::optional<StoredBlock> SimulatedStore::earliest_finalized_block() {
    if (disk_.finalized.empty()) return std::nullopt;
    return block(disk_.finalized.begin()->second);
}

std::vector<Checkpoint> SimulatedStore::kept_checkpoints() {
    std::vector<Checkpoint> checkpoints;
    for (const auto& [epoch, kept] : disk_.kept_states)
        checkpoints.push_back(kept->checkpoint);
    return checkpoints;
}

std::optional<ByteVector> SimulatedStore::kept_state(Epoch epoch) {
    const auto found = disk_.kept_states.find(epoch);
    if (found == disk_.kept_states.end()) return std::nullopt;
    return found->second->state;
}

std::vector<tree::EntryChange> SimulatedStore::undo_of(Epoch epoch) {
    const auto found = disk_.kept_states.find(epoch);
    return found == disk_.kept_states.end() ? std::vector<tree::EntryChange>() : found->second->undo;
}

std::optional<ByteVector> SimulatedStore::sync_answer(Method method, const ByteVector& request) {
    const auto found = std::ranges::find_if(
        disk_.sync_answers, [&](const SyncAnswer& each) { return each.method == method && each.request == request; });
    return found == disk_.sync_answers.end() ? std::nullopt : std::optional(found->answer);
}

std::optional<std::pair<std::uint64_t, SyncAnswer>> SimulatedStore::next_sync_answer(std::uint64_t after) {
    if (after >= disk_.sync_answers.size()) return std::nullopt;
    return std::pair(after + 1, disk_.sync_answers[after]);
}

std::optional<Watermark> SimulatedProtection::load(const BlsPublicKey& public_key) {
    const auto found = disk_.watermarks.find(public_key);
    if (found == disk_.watermarks.end()) return std::nullopt;
    return found->second;
}

bool SimulatedProtection::raise(std::span<const WatermarkOfKey> rows) {
    power_();
    for (const WatermarkOfKey& row : rows)
        disk_.watermarks[row.public_key] = row.watermark;
    power_();
    return true;
}

}  // namespace touchstone::node::sim
