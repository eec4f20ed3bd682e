#include "cli/devnet/load_sender.h"

#include <algorithm>

#include "cli/wallet/transactions.h"
#include "node/kernel/execution/transaction.h"

namespace touchstone::cli {

namespace {

using node::adapters::Done;

constexpr std::size_t kBatch = 200;
/// Fees may rise by an eighth with each block until a transaction is in one.
constexpr std::uint64_t kFeeMargin = 4;
/// One in so many is a stake operation, if one is possible.
constexpr std::uint64_t kStakePart = 20;

}  // namespace

LoadSender::LoadSender(HttpUrl node, const std::vector<std::uint64_t>& accounts, std::uint64_t validators,
                       LoadMeter& meter)
    : client_(std::move(node)),
      accounts_(development_accounts(accounts)),
      stake_(accounts, addresses_of(accounts_), validators),
      meter_(meter) {}

std::vector<LoadSender::Account> LoadSender::development_accounts(const std::vector<std::uint64_t>& numbers) {
    std::vector<Account> accounts;
    for (const std::uint64_t number : numbers)
        accounts.push_back({development_account(number)});
    return accounts;
}

std::vector<node::Address> LoadSender::addresses_of(const std::vector<Account>& accounts) {
    std::vector<node::Address> addresses;
    for (const Account& account : accounts)
        addresses.push_back(account.key.address);
    return addresses;
}

void LoadSender::doubt_nonces() {
    for (Account& account : accounts_)
        account.in_doubt = true;
}

Outcome<Done> LoadSender::refresh_terms() {
    if (terms_.genesis_root.is_zero()) {
        auto terms = read_chain_terms(client_);
        if (!terms.ok()) return terms.fault();
        terms_ = *terms;
        return Done{};
    }
    const auto head = read_chain_head(client_);
    if (!head.ok()) return head.fault();
    terms_.base_fee = head->base_fee;
    terms_.fork_version = head->fork_version;
    return Done{};
}

Outcome<Done> LoadSender::send(std::span<const double> due) {
    while (!due.empty()) {
        const auto batch = due.first(std::min(kBatch, due.size()));
        due = due.subspan(batch.size());
        if (auto done = send_batch(batch); !done.ok()) return done;
    }
    return Done{};
}

Outcome<Done> LoadSender::send_batch(std::span<const double> due) {
    std::vector<RpcCall> calls;
    std::vector<Sent> sent;
    for (const double time : due) {
        const auto prepared = prepare();
        if (!prepared.ok()) return prepared.fault();
        const node::Root id = node::transaction_id(prepared->transaction.message, terms_.parameters);
        sent.push_back({id, prepared->account, prepared->stake.has_value()});
        meter_.sending(id, time, prepared->stake ? std::optional(prepared->stake->step.operation) : std::nullopt);
        if (prepared->stake) stake_.sent(*prepared->stake, id);
        calls.push_back(send_call(prepared->transaction));
        ++count_;
    }
    const auto answers = client_.batch(calls);
    if (!answers.ok()) return answers.fault();
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const auto* error = std::get_if<RpcError>(&answers.value()[i]);
        if (error == nullptr) continue;
        meter_.refused(sent[i].id, error->text());
        accounts_[sent[i].account].in_doubt = true;
        if (sent[i].stakes) stake_.refused(sent[i].account);
    }
    return Done{};
}

Outcome<LoadSender::Prepared> LoadSender::prepare() {
    if (count_ % kStakePart == 0) {
        auto order = stake_.next(client_);
        if (!order.ok()) return order.fault();
        if (*order) {
            auto prepared = prepare((*order)->account, (*order)->step.payload);
            if (prepared.ok()) prepared->stake = std::move(*order);
            return prepared;
        }
    }
    return prepare(count_ % accounts_.size(), next_transfer());
}

Outcome<LoadSender::Prepared> LoadSender::prepare(std::size_t place, node::Payload payload) {
    Account& account = accounts_[place];
    if (account.in_doubt) {
        if (auto asked = ask_nonce(account); !asked.ok()) return asked.fault();
    }
    Pricing pricing;
    pricing.tip = 1 + count_ % 7;
    pricing.max_fee = kFeeMargin * terms_.base_fee + *pricing.tip;
    Prepared prepared{place, make_transaction(terms_, std::move(payload), pricing, account.key, account.nonce++),
                      std::nullopt};
    sign(terms_, account.key, prepared.transaction);
    return prepared;
}

Outcome<Done> LoadSender::ask_nonce(Account& account) {
    const auto view = read_account(client_, account.key.address);
    if (!view.ok()) return view.fault();
    account.nonce = view->pending_nonce;
    account.in_doubt = false;
    return Done{};
}

node::Transfer LoadSender::next_transfer() const {
    return {accounts_[(count_ + 1) % accounts_.size()].key.address, node::Amount(1 + count_ % 1000)};
}

}  // namespace touchstone::cli
