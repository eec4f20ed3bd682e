#include "node/kernel/execution/executors.h"

#include <algorithm>
#include <utility>

#include "node/kernel/execution/recorded_access.h"

namespace touchstone::node {
namespace {

/// Adds what a transaction did to what those before it did.
Result<void> count(BlockEffects& block, TransactionEffects effects) {
    const auto burnt = checked_add(block.burnt, effects.burnt);
    if (!burnt) return reject(Clause::TYP_01, "what was burnt exceeds 64 bits");
    block.burnt = *burnt;
    block.tips += effects.tip;
    block.gas_used += effects.receipt.gas_used;
    block.receipts.push_back(std::move(effects.receipt));
    return {};
}

BlockEffects nothing_done(std::size_t transactions, std::uint64_t burnt_before) {
    BlockEffects block;
    block.burnt = burnt_before;
    block.accounts = AccountTable(2 * transactions);
    block.receipts.reserve(transactions);
    return block;
}

/// On what the transactions before it have left.
Result<TransactionEffects> execute_in_turn(const PreparedTransaction& transaction, const BlockTerms& terms,
                                           const tree::TreeVersion& tree, AccountTable& table) {
    const AccountSource source(tree, &table);
    RecordedAccess accounts(source);
    NODE_TRY_ASSIGN(effects, execute(transaction, terms, accounts));
    leave(accounts.accounts(), table);
    return std::move(effects);
}

/// `execute_next(i)` executes transaction i, when its turn comes.
template <class ExecuteNext>
void in_order(std::span<const PreparedTransaction> transactions, const BlockTerms& terms, BlockEffects& block,
              const ExecuteNext& execute_next) {
    const auto process = [&](std::size_t i) -> Result<void> {
        NODE_TRY(check_message(transactions[i], terms, block.gas_used));
        ++block.signatures;
        NODE_TRY_ASSIGN(effects, execute_next(i));
        return count(block, std::move(effects));
    };
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        const auto processed = process(i);
        if (processed.ok()) continue;
        block.rejection = processed.rejection();
        return;
    }
}

/// On the state before the block. Nothing where it is not valid there; whether it is in its turn, is seen then.
struct Speculation {
    std::optional<TransactionEffects> effects;
    std::vector<RecordedAccount> accounts;
};

/// So many transactions are looked ahead for at once.
constexpr std::size_t kLookAhead = 16;

void look_ahead(std::span<const PreparedTransaction> transactions, const tree::TreeVersion& tree) {
    std::vector<Path> paths;
    paths.reserve(2 * kLookAhead);
    for (const PreparedTransaction& each : transactions) {
        paths.push_back(each.sender.path);
        paths.push_back(each.recipient.path);
    }
    tree.look_ahead(paths);
}

Speculation speculate(const PreparedTransaction& transaction, const BlockTerms& terms, const AccountSource& before) {
    Speculation speculation;
    if (!check_message(transaction, terms, 0).ok()) return speculation;
    RecordedAccess accounts(before);
    auto effects = execute(transaction, terms, accounts);
    if (effects.ok()) speculation.effects = std::move(effects).value();
    speculation.accounts = std::move(accounts).take();
    return speculation;
}

}  // namespace

BlockEffects execute_serially(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                              const tree::TreeVersion& tree, std::uint64_t burnt_before) {
    BlockEffects block = nothing_done(transactions.size(), burnt_before);
    in_order(transactions, terms, block,
             [&](std::size_t i) { return execute_in_turn(transactions[i], terms, tree, block.accounts); });
    return block;
}

BlockEffects execute_optimistically(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                                    const tree::TreeVersion& tree, std::uint64_t burnt_before,
                                    const ParallelFor& parallel_for) {
    const AccountSource before(tree);
    std::vector<Speculation> speculations(transactions.size());
    parallel_for(speculations.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if ((i - begin) % kLookAhead == 0) {
                look_ahead(transactions.subspan(i, std::min(kLookAhead, end - i)), tree);
            }
            speculations[i] = speculate(transactions[i], terms, before);
        }
    });
    BlockEffects block = nothing_done(transactions.size(), burnt_before);
    in_order(transactions, terms, block, [&](std::size_t i) -> Result<TransactionEffects> {
        Speculation& speculation = speculations[i];
        if (speculation.effects && still_holds(speculation.accounts, block.accounts)) {
            leave(speculation.accounts, block.accounts);
            return *std::move(speculation.effects);
        }
        // What it read of the state before the block need not be read again.
        for (const RecordedAccount& each : speculation.accounts) {
            if (block.accounts.find(each.name.path) == nullptr) block.accounts.add(each.name, each.read);
        }
        return execute_in_turn(transactions[i], terms, tree, block.accounts);
    });
    return block;
}

}  // namespace touchstone::node
