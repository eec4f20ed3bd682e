#include "cli/devnet/load_sender.h"

#include <algorithm>

#include "cli/wallet/transfer.h"
#include "node/kernel/execution/transaction.h"

namespace touchstone::cli {

namespace {

using node::adapters::Done;

constexpr std::size_t kBatch = 200;
/// Fees may rise by an eighth with each block until a transaction is in one.
constexpr std::uint64_t kFeeMargin = 4;

}  // namespace

LoadSender::LoadSender(HttpUrl node, std::vector<AccountKey> accounts, LoadMeter& meter)
    : client_(std::move(node)), meter_(meter) {
    for (AccountKey& key : accounts)
        accounts_.push_back({std::move(key)});
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
        const std::size_t place = count_ % accounts_.size();
        Account& account = accounts_[place];
        if (account.in_doubt) {
            if (auto asked = ask_nonce(account); !asked.ok()) return asked;
        }
        const node::SignedTransaction transaction = next_transfer(account);
        sent.push_back({node::transaction_id(transaction.message, terms_.parameters), place});
        meter_.sending(sent.back().id, time);
        calls.push_back(send_call(transaction));
        ++count_;
    }
    const auto answers = client_.batch(calls);
    if (!answers.ok()) return answers.fault();
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const auto* error = std::get_if<RpcError>(&answers.value()[i]);
        if (error == nullptr) continue;
        meter_.refused(sent[i].id, error->text());
        accounts_[sent[i].account].in_doubt = true;
    }
    return Done{};
}

Outcome<Done> LoadSender::ask_nonce(Account& account) {
    const auto view = read_account(client_, account.key.address);
    if (!view.ok()) return view.fault();
    account.nonce = view->pending_nonce;
    account.in_doubt = false;
    return Done{};
}

node::SignedTransaction LoadSender::next_transfer(Account& account) {
    TransferOrder order;
    order.recipient = accounts_[(count_ + 1) % accounts_.size()].key.address;
    order.amount = node::Amount(1 + count_ % 1000);
    order.tip = 1 + count_ % 7;
    order.max_fee = kFeeMargin * terms_.base_fee + *order.tip;
    auto transaction = make_transfer(terms_, order, account.key, account.nonce++, /*recipient_exists=*/true);
    sign(terms_, account.key, transaction);
    return transaction;
}

}  // namespace touchstone::cli
