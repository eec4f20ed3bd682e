#include "node/kernel/pool/admission.h"

#include <string>

#include "node/kernel/consensus/domains.h"

namespace touchstone::node {
namespace {

/// A tenth more, rounded up. [DUT-27]
bool outbids(std::uint64_t later, std::uint64_t earlier) {
    constexpr std::uint64_t kPart = 10;
    return Uint128{later} >= Uint128{earlier} + divide_up(earlier, kPart);
}

}  // namespace

TransactionPool::Admission::Admission(const TransactionPool& pool, const TransactionCandidate& candidate)
    : pool_(pool),
      candidate_(candidate),
      message_(candidate.transaction.message),
      count_(pool.entries_.size() + 1),
      bytes_(pool.bytes_ + candidate.bytes),
      others_(pool.evictable_.begin()) {
    const auto found = pool.senders_.find(candidate.sender);
    if (found != pool.senders_.end()) sender_ = &found->second;
    account_ = sender_ != nullptr ? sender_->account : pool.account_of(candidate.sender);
}

Result<TransactionPool::Leaving> TransactionPool::Admission::decide() && {
    NODE_TRY(check_message());
    NODE_TRY(line_up());
    NODE_TRY(shorten());
    NODE_TRY(make_room());
    return std::move(leaving_);
}

void TransactionPool::Admission::leave(const Entry& entry) {
    leaving_.push_back(&entry);
    --count_;
    bytes_ -= entry.candidate().bytes;
}

Result<void> TransactionPool::Admission::check_message() const {
    if (candidate_.signing_root != compute_signing_root(candidate_.id, pool_.domain_)) {
        return reject(Clause::TXN_09, "verified under another domain than the head's");
    }
    const auto text = [&] {
        return "nonce " + std::to_string(message_.nonce) + ", the account's is " + std::to_string(account_.nonce);
    };
    if (message_.nonce < account_.nonce || message_.nonce == kUint64Max) return reject(Clause::TXN_10, text());
    if (message_.nonce - account_.nonce > pool_.limits_.nonces_ahead) return reject(Clause::DUT_26, text());
    if (message_.max_fee < pool_.parameters_->MIN_BASE_FEE) {
        return reject(Clause::DUT_26, "a max_fee of " + std::to_string(message_.max_fee) +
                                          ", and no base fee is below " +
                                          std::to_string(pool_.parameters_->MIN_BASE_FEE));
    }
    return {};
}

/// The sender's transactions as they would stand, those left out that the balance would not suffice for any more.
Result<void> TransactionPool::Admission::line_up() {
    const Uint128 balance = account_.balance.value();
    const Uint128 own = greatest_cost(message_);
    const auto too_poor = [&] {
        return reject(Clause::TXN_11, "the balance of " + std::to_string(account_.balance.value()) +
                                          " grains does not suffice for it and those before it");
    };
    if (own > balance) return too_poor();
    Uint128 spent = 0;
    bool placed = false;
    const auto place = [&]() -> bool {
        placed = true;
        line_.push_back(nullptr);
        spent += own;
        return spent <= balance;
    };
    static const std::map<std::uint64_t, const Entry*> kNobody;
    for (const auto& [nonce, entry] : sender_ != nullptr ? sender_->by_nonce : kNobody) {
        if (!placed && nonce >= message_.nonce && !place()) return too_poor();
        if (nonce == message_.nonce) {
            const Transaction& there = entry->message();
            if (!outbids(message_.max_fee, there.max_fee) || !outbids(message_.tip, there.tip)) {
                return reject(Clause::DUT_27, "the pool has one of this nonce with a max_fee of " +
                                                  std::to_string(there.max_fee) + " and a tip of " +
                                                  std::to_string(there.tip) + "; both have to be a tenth higher");
            }
            leave(*entry);
        } else if (spent + greatest_cost(entry->message()) > balance) {
            leave(*entry);
        } else {
            spent += greatest_cost(entry->message());
            line_.push_back(entry);
        }
    }
    if (!placed && !place()) return too_poor();
    return {};
}

/// [DUT-27] No more than the sender may have: its last goes.
Result<void> TransactionPool::Admission::shorten() {
    if (line_.size() <= pool_.limits_.of_sender) return {};
    const Entry* const last = line_.back();
    if (last == nullptr) {
        return reject(Clause::DUT_27,
                      "the sender has " + std::to_string(pool_.limits_.of_sender) + " transactions in the pool");
    }
    leave(*last);
    line_.pop_back();
    return {};
}

/// [DUT-27] Of the last of each sender the cheapest go, until all fit or the newcomer is the cheapest.
Result<void> TransactionPool::Admission::make_room() {
    if (count_ <= pool_.limits_.count && bytes_ <= pool_.limits_.bytes) return {};
    expose_own_last();
    while (count_ > pool_.limits_.count || bytes_ > pool_.limits_.bytes) {
        const Last gone = next_to_go();
        if (gone.entry == nullptr) return reject(Clause::DUT_27, "the pool is full, and all in it pay more");
        leave(*gone.entry);
        expose_before(gone);
    }
    return {};
}

TransactionPool::Admission::Last TransactionPool::Admission::next_to_go() {
    // What was the last of this sender is in the line, or leaves already.
    while (others_ != pool_.evictable_.end() && (*others_)->candidate().sender == candidate_.sender)
        ++others_;
    std::optional<Last> other;
    if (others_ != pool_.evictable_.end()) other = Last{(*others_)->message().max_fee, (*others_)->order, *others_};
    if (!other || (!exposed_.empty() && *other < exposed_.top())) {
        const Last gone = exposed_.top();
        exposed_.pop();
        return gone;
    }
    ++others_;
    return *other;
}

void TransactionPool::Admission::expose_own_last() {
    if (line_.empty()) return;
    const Entry* const last = line_.back();
    exposed_.push(last == nullptr ? Last{message_.max_fee, pool_.next_order_, nullptr}
                                  : Last{last->message().max_fee, last->order, last});
}

void TransactionPool::Admission::expose_before(const Last& gone) {
    if (gone.entry->candidate().sender == candidate_.sender) {
        line_.pop_back();
        return expose_own_last();
    }
    const auto& queue = pool_.senders_.at(gone.entry->candidate().sender).by_nonce;
    const auto place = queue.find(gone.entry->message().nonce);
    if (place == queue.begin()) return;
    const Entry* const before = std::prev(place)->second;
    exposed_.push({before->message().max_fee, before->order, before});
}

}  // namespace touchstone::node
