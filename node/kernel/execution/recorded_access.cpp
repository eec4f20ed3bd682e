#include "node/kernel/execution/recorded_access.h"

#include <algorithm>

#include "node/kernel/execution/accounts.h"

namespace touchstone::node {

Account AccountSource::get(const AccountName& name) const {
    const auto* const entry = table_ == nullptr ? nullptr : table_->find(name.path);
    return entry != nullptr ? entry->account : get_account(tree_, name.path);
}

RecordedAccount& RecordedAccess::at(const AccountName& name) {
    const auto found = std::ranges::find_if(accounts_, [&](const auto& each) { return each.name.path == name.path; });
    if (found != accounts_.end()) return *found;
    const Account account = source_.get(name);
    return accounts_.emplace_back(RecordedAccount{name, account, account});
}

bool still_holds(const std::vector<RecordedAccount>& accounts, AccountTable& table) {
    return std::ranges::all_of(accounts, [&](const RecordedAccount& each) {
        const auto* const entry = table.find(each.name.path);
        return entry == nullptr || entry->account == each.read;
    });
}

void leave(const std::vector<RecordedAccount>& accounts, AccountTable& table) {
    for (const RecordedAccount& each : accounts) {
        if (each.written != each.read) table.set(each.name, each.written);
    }
}

}  // namespace touchstone::node
