#include "node/kernel/pool/transaction_pool.h"

#include <algorithm>

#include "node/kernel/execution/transaction.h"
#include "node/kernel/pool/admission.h"
#include "node/kernel/pool/selection.h"

namespace touchstone::node {

bool TransactionPool::GoesBefore::operator()(const Entry* a, const Entry* b) const {
    const std::uint64_t fee_a = a->message().max_fee;
    const std::uint64_t fee_b = b->message().max_fee;
    return fee_a != fee_b ? fee_a < fee_b : a->order > b->order;
}

Account TransactionPool::account_of(const Address& sender) const { return accounts_ ? accounts_(sender) : Account{}; }

// ------------------------------------------------------------------------------------------------------------- coming

Result<TransactionPool::Leaving> TransactionPool::admit(const TransactionCandidate& candidate) const {
    return Admission(*this, candidate).decide();
}

Result<void> TransactionPool::would_take(const TransactionCandidate& candidate) const {
    if (entries_.contains(candidate.id)) return reject(Clause::DUT_27, "the pool has it");
    NODE_TRY(admit(candidate));
    return {};
}

Result<TransactionPool::Added> TransactionPool::add(VerifiedTransaction transaction, std::uint64_t now_ms) {
    if (entries_.contains(transaction.candidate().id)) return Added::Known;
    NODE_TRY_ASSIGN(leaving, admit(transaction.candidate()));
    for (const Entry* entry : leaving)
        remove(*entry);
    insert(std::move(transaction), now_ms);
    return Added::Taken;
}

void TransactionPool::insert(VerifiedTransaction transaction, std::uint64_t now_ms) {
    latest_ms_ = std::max(latest_ms_, now_ms);
    const Root id = transaction.candidate().id;
    Entry& entry = entries_.emplace(id, Entry{std::move(transaction), latest_ms_, next_order_++}).first->second;
    const TransactionCandidate& candidate = entry.candidate();
    signatures_.add(candidate.signing_root, candidate.transaction.signature);
    const auto [place, is_new] = senders_.try_emplace(candidate.sender);
    Sender& sender = place->second;
    if (is_new) sender.account = account_of(candidate.sender);
    sender.by_nonce.emplace(entry.message().nonce, &entry);
    by_order_.emplace_hint(by_order_.end(), entry.order, &entry);
    bytes_ += candidate.bytes;
    update_last(sender);
}

// -------------------------------------------------------------------------------------------------------------- going

void TransactionPool::update_last(Sender& sender) {
    const Entry* const last = sender.by_nonce.empty() ? nullptr : sender.by_nonce.rbegin()->second;
    if (last == sender.last) return;
    if (sender.last != nullptr) evictable_.erase(sender.last);
    if (last != nullptr) evictable_.insert(last);
    sender.last = last;
}

void TransactionPool::remove(const Entry& entry) {
    const auto sender = senders_.find(entry.candidate().sender);
    sender->second.by_nonce.erase(entry.message().nonce);
    update_last(sender->second);
    if (sender->second.by_nonce.empty()) senders_.erase(sender);
    by_order_.erase(entry.order);
    bytes_ -= entry.candidate().bytes;
    const Root id = entry.candidate().id;
    entries_.erase(id);
}

void TransactionPool::clear() {
    evictable_.clear();
    by_order_.clear();
    senders_.clear();
    entries_.clear();
    bytes_ = 0;
}

void TransactionPool::expire(std::uint64_t now_ms) {
    while (!by_order_.empty()) {
        const Entry& oldest = *by_order_.begin()->second;
        if (now_ms < oldest.arrival_ms || now_ms - oldest.arrival_ms < limits_.wait_ms) return;
        remove(oldest);
    }
}

void TransactionPool::on_head(HeadAccounts accounts, const Domain& domain,
                              std::optional<std::span<const Address>> touched) {
    accounts_ = std::move(accounts);
    if (domain != domain_) clear();
    domain_ = domain;
    if (touched) {
        for (const Address& address : *touched)
            review(address);
        return;
    }
    std::vector<Address> all;
    all.reserve(senders_.size());
    for (const auto& [address, sender] : senders_)
        all.push_back(address);
    for (const Address& address : all)
        review(address);
}

/// [DUT-26] [DUT-27]
void TransactionPool::review(const Address& address) {
    const auto found = senders_.find(address);
    if (found == senders_.end()) return;
    Account& account = found->second.account;
    account = account_of(address);
    std::vector<const Entry*> impossible;
    Uint128 spent = 0;
    for (const auto& [nonce, entry] : found->second.by_nonce) {
        const Uint128 cost = greatest_cost(entry->message());
        const bool in_time = nonce >= account.nonce && nonce - account.nonce <= limits_.nonces_ahead;
        if (!in_time || spent + cost > account.balance.value()) {
            impossible.push_back(entry);
        } else {
            spent += cost;
        }
    }
    for (const Entry* entry : impossible)
        remove(*entry);
}

// ------------------------------------------------------------------------------------------------------------- asking

const TransactionPool::Entry* TransactionPool::find(const Root& id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

std::uint64_t TransactionPool::next_nonce(const Address& sender) const {
    const auto found = senders_.find(sender);
    if (found == senders_.end()) return account_of(sender).nonce;
    std::uint64_t nonce = found->second.account.nonce;
    for (auto place = found->second.by_nonce.find(nonce);
         place != found->second.by_nonce.end() && place->first == nonce; ++place)
        ++nonce;
    return nonce;
}

std::vector<const TransactionPool::Entry*> TransactionPool::of_sender(const Address& sender) const {
    std::vector<const Entry*> entries;
    const auto found = senders_.find(sender);
    if (found == senders_.end()) return entries;
    for (const auto& [nonce, entry] : found->second.by_nonce)
        entries.push_back(entry);
    return entries;
}

std::vector<const TransactionPool::Entry*> TransactionPool::since(std::uint64_t order, std::size_t most) const {
    std::vector<const Entry*> entries;
    for (auto each = by_order_.lower_bound(order); each != by_order_.end() && entries.size() < most; ++each)
        entries.push_back(each->second);
    return entries;
}

std::vector<SignedTransaction> TransactionPool::select(std::uint64_t base_fee, std::uint64_t gas,
                                                       std::uint64_t bytes) const {
    std::vector<SignedTransaction> selected;
    TransactionSelection selection(*this, base_fee);
    while (gas >= parameters_->GAS_PER_TRANSACTION) {
        const Entry* const entry = selection.next();
        if (entry == nullptr) break;
        const SignedTransaction& transaction = entry->verified.transaction();
        if (transaction.message.gas_limit > gas || entry->candidate().bytes > bytes) {
            selection.skip_sender();
            continue;
        }
        gas -= intrinsic_gas(transaction, *parameters_);  // no more than its limit: it was checked [TXN-05]
        bytes -= entry->candidate().bytes;
        selected.push_back(transaction);
    }
    return selected;
}

}  // namespace touchstone::node
