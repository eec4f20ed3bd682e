#include "node/kernel/execution/executors.h"

#include <utility>

#include "node/kernel/execution/accounts.h"

namespace touchstone::node {
namespace {

/// Straight into the table: for a transaction whose turn it is.
class TableAccess final : public AccountAccess {
  public:
    TableAccess(AccountTable& table, const tree::TreeVersion& tree) : table_(table), tree_(tree) {}
    Account read(const AccountName& name) override {
        if (const auto* entry = table_.find(name.path)) return entry->account;
        return table_.add(name, get_account(tree_, name.path)).account;
    }
    void write(const AccountName& name, const Account& account) override { table_.set(name, account); }

  private:
    AccountTable& table_;
    const tree::TreeVersion& tree_;
};

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

}  // namespace

BlockEffects execute_serially(std::span<const PreparedTransaction> transactions, const BlockTerms& terms,
                              const tree::TreeVersion& tree, std::uint64_t burnt_before) {
    BlockEffects block;
    block.burnt = burnt_before;
    block.accounts = AccountTable(2 * transactions.size());
    TableAccess accounts(block.accounts, tree);
    const auto process = [&](const PreparedTransaction& transaction) -> Result<void> {
        NODE_TRY(check_message(transaction, terms, block.gas_used));
        ++block.signatures;
        NODE_TRY_ASSIGN(effects, execute(transaction, terms, accounts));
        return count(block, std::move(effects));
    };
    for (const PreparedTransaction& transaction : transactions) {
        const auto processed = process(transaction);
        if (processed.ok()) continue;
        block.rejection = processed.rejection();
        break;
    }
    return block;
}

}  // namespace touchstone::node
