#include "node/kernel/execution/executors.h"

#include <algorithm>
#include <utility>

#include "node/kernel/execution/recorded_access.h"
#include "node/kernel/execution/stake_operations.h"

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

/// On what the transactions before it have left.
Result<TransactionEffects> execute_in_turn(const PreparedTransaction& transaction, const BlockTerms& terms,
                                           const tree::TreeVersion& tree, BlockEffects& block,
                                           std::optional<bool> proved = std::nullopt) {
    const AccountSource source(tree, &block.accounts);
    RecordedAccess accounts(source);
    NODE_TRY_ASSIGN(effects, is_stake_operation(transaction.transaction->message)
                                 ? execute_stake_operation(transaction, terms, accounts, block.stake, proved)
                                 : execute_transfer(transaction, terms, accounts));
    leave(accounts.accounts(), block.accounts);
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
    std::optional<TransactionEffects> effects;  // of a transfer
    std::vector<RecordedAccount> accounts;
    std::optional<bool> proved;  // of a registration
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
    // A stake operation waits for its turn: what it reads, those before it are likely to change.
    if (is_stake_operation(transaction.transaction->message)) return speculation;
    if (!check_message(transaction, terms, 0).ok()) return speculation;
    RecordedAccess accounts(before);
    auto effects = execute_transfer(transaction, terms, accounts);
    if (effects.ok()) speculation.effects = std::move(effects).value();
    speculation.accounts = std::move(accounts).take();
    return speculation;
}

/// The registrations whose turn can come: each transaction before them uses at least its intrinsic gas.
std::vector<std::size_t> registrations_of(std::span<const PreparedTransaction> transactions, const BlockTerms& terms) {
    std::vector<std::size_t> places;
    Uint128 gas = 0;
    for (std::size_t i = 0; i < transactions.size() && gas <= terms.parameters.BLOCK_GAS_LIMIT; ++i) {
        const Payload& payload = transactions[i].transaction->message.payload;
        if (std::holds_alternative<RegisterValidator>(payload)) places.push_back(i);
        gas += transactions[i].gas;
    }
    return places;
}

/// A loop of its own: a proof costs as much as hundreds of transfers.
void check_proofs(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                  const ParallelFor& parallel_for, std::vector<Speculation>& speculations) {
    const std::vector<std::size_t> places = registrations_of(transactions, terms);
    if (places.empty()) return;
    parallel_for(places.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            speculations[places[i]].proved = proves_possession(transactions[places[i]], terms);
    });
}

}  // namespace

BlockEffects::BlockEffects(const State& before, std::size_t transactions)
    : burnt(before.consensus().burnt.value()), accounts(2 * transactions), stake(before) {
    receipts.reserve(transactions);
}

BlockEffects execute_serially(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                              const State& before) {
    BlockEffects block(before, transactions.size());
    in_order(transactions, terms, block,
             [&](std::size_t i) { return execute_in_turn(transactions[i], terms, before.tree(), block); });
    return block;
}

BlockEffects execute_optimistically(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                                    const State& before, const ParallelFor& parallel_for) {
    const tree::TreeVersion& tree = before.tree();
    const AccountSource source(tree);
    std::vector<Speculation> speculations(transactions.size());
    parallel_for(speculations.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if ((i - begin) % kLookAhead == 0) {
                look_ahead(transactions.subspan(i, std::min(kLookAhead, end - i)), tree);
            }
            speculations[i] = speculate(transactions[i], terms, source);
        }
    });
    check_proofs(transactions, terms, parallel_for, speculations);
    BlockEffects block(before, transactions.size());
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
        return execute_in_turn(transactions[i], terms, tree, block, speculation.proved);
    });
    return block;
}

}  // namespace touchstone::node
