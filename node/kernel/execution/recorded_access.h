// Internal to execution: the accounts of one transaction, with a record of what it read and wrote.
#pragma once

#include <vector>

#include "node/kernel/execution/account_table.h"
#include "node/kernel/execution/processing.h"
#include "node/kernel/tree/tree.h"

namespace touchstone::node {

/// The state before the block, and over it, if there is a table, what the transactions so far have left.
class AccountSource {
  public:
    explicit AccountSource(const tree::TreeVersion& tree, AccountTable* table = nullptr) : tree_(tree), table_(table) {}
    Account get(const AccountName& name) const;

  private:
    const tree::TreeVersion& tree_;
    AccountTable* table_;
};

struct RecordedAccount {
    AccountName name;
    Account read;
    Account written;
};

/// Writes go into the record alone. A transaction touches few accounts: they are looked for one by one.
class RecordedAccess final : public AccountAccess {
  public:
    explicit RecordedAccess(const AccountSource& source) : source_(source) { accounts_.reserve(2); }

    Account read(const AccountName& name) override { return at(name).written; }
    void write(const AccountName& name, const Account& account) override { at(name).written = account; }

    const std::vector<RecordedAccount>& accounts() const { return accounts_; }
    std::vector<RecordedAccount> take() && { return std::move(accounts_); }

  private:
    RecordedAccount& at(const AccountName& name);

    const AccountSource& source_;
    std::vector<RecordedAccount> accounts_;
};

/// Whether what was read is still what the table has.
bool still_holds(const std::vector<RecordedAccount>& accounts, AccountTable& table);
/// Leaves in the table what was written.
void leave(const std::vector<RecordedAccount>& accounts, AccountTable& table);

}  // namespace touchstone::node
