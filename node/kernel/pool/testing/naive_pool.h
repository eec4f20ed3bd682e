// The pool's rules in the fewest words, for tests: every question looks at everything. [DUT-26] [DUT-27] [DUT-28]
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/base/arithmetic.h"
#include "node/kernel/pool/selection.h"
#include "node/kernel/pool/transaction_pool.h"

namespace touchstone::node::testing {

class NaivePool {
  public:
    struct Kept {
        TransactionCandidate candidate;
        std::uint64_t arrival_ms = 0;
        std::uint64_t order = 0;

        const Transaction& message() const { return candidate.transaction.message; }
        Uint128 cost() const { return wide_multiply(message().gas_limit, message().max_fee); }
    };

    NaivePool(const Parameters& parameters, const PoolLimits& limits) : parameters_(parameters), limits_(limits) {}

    std::vector<Kept> kept;
    std::map<Address, Account> accounts;

    /// The clause that refuses it, if one does.
    std::optional<Clause> add(const TransactionCandidate& candidate, std::uint64_t now_ms) {
        if (has(candidate.id)) return std::nullopt;
        const std::vector<Kept> before = kept;
        const auto refusal = try_to_add({candidate, now_ms, next_order_});
        if (refusal) {
            kept = before;
        } else {
            ++next_order_;
        }
        return refusal;
    }

    void review() {
        std::erase_if(kept, [&](const Kept& each) {
            const std::uint64_t nonce = accounts[each.candidate.sender].nonce;
            return each.message().nonce < nonce || each.message().nonce - nonce > limits_.nonces_ahead;
        });
        for (const auto& [address, account] : accounts)
            drop_unpaid(address);
    }

    void expire(std::uint64_t now_ms) {
        std::erase_if(kept, [&](const Kept& each) { return each.arrival_ms + limits_.wait_ms <= now_ms; });
    }

    std::size_t bytes() const {
        std::size_t sum = 0;
        for (const Kept& each : kept)
            sum += each.candidate.bytes;
        return sum;
    }

    std::uint64_t next_nonce(const Address& sender) {
        std::uint64_t nonce = accounts[sender].nonce;
        while (find(sender, nonce) != kept.end())
            ++nonce;
        return nonce;
    }

    /// Ids, in the order of DUT-28.
    std::vector<Root> select(std::uint64_t base_fee) {
        std::vector<Root> selected;
        std::map<Address, std::uint64_t> next;
        for (const Kept& each : kept)
            next[each.candidate.sender] = accounts[each.candidate.sender].nonce;
        for (;;) {
            const Kept* best = nullptr;
            const auto tip = [&](const Kept& each) {
                return std::min(each.message().tip, each.message().max_fee - base_fee);
            };
            for (const Kept& each : kept) {
                if (each.message().nonce != next[each.candidate.sender] || each.message().max_fee < base_fee) continue;
                const bool better =
                    best == nullptr || tip(each) > tip(*best) || (tip(each) == tip(*best) && each.order < best->order);
                if (better) best = &each;
            }
            if (best == nullptr) return selected;
            selected.push_back(best->candidate.id);
            ++next[best->candidate.sender];
        }
    }

    bool has(const Root& id) const {
        return std::ranges::any_of(kept, [&](const Kept& each) { return each.candidate.id == id; });
    }

  private:
    std::vector<Kept>::iterator find(const Address& sender, std::uint64_t nonce) {
        return std::ranges::find_if(
            kept, [&](const Kept& each) { return each.candidate.sender == sender && each.message().nonce == nonce; });
    }
    /// Highest nonce of the sender.
    std::vector<Kept>::iterator last_of(const Address& sender) {
        auto last = kept.end();
        for (auto each = kept.begin(); each != kept.end(); ++each) {
            if (each->candidate.sender != sender) continue;
            if (last == kept.end() || each->message().nonce > last->message().nonce) last = each;
        }
        return last;
    }
    void drop_unpaid(const Address& sender) {
        Uint128 spent = 0;
        std::ranges::sort(kept, {}, [](const Kept& each) { return each.message().nonce; });
        std::erase_if(kept, [&](const Kept& each) {
            if (each.candidate.sender != sender) return false;
            if (spent + each.cost() > accounts[sender].balance.value()) return true;
            spent += each.cost();
            return false;
        });
    }

    std::optional<Clause> try_to_add(const Kept& newcomer) {
        const Address& sender = newcomer.candidate.sender;
        const std::uint64_t nonce = newcomer.message().nonce;
        const Account account = accounts[sender];
        if (nonce < account.nonce || nonce == kUint64Max) return Clause::TXN_10;
        if (nonce - account.nonce > limits_.nonces_ahead) return Clause::DUT_26;
        if (newcomer.message().max_fee < parameters_.MIN_BASE_FEE) return Clause::DUT_26;
        Uint128 before = newcomer.cost();
        for (const Kept& each : kept) {
            if (each.candidate.sender == sender && each.message().nonce < nonce) before += each.cost();
        }
        if (before > account.balance.value()) return Clause::TXN_11;
        if (const auto there = find(sender, nonce); there != kept.end()) {
            const auto outbids = [](Uint128 later, Uint128 earlier) { return later * 10 >= earlier * 11; };
            if (!outbids(newcomer.message().max_fee, there->message().max_fee) ||
                !outbids(newcomer.message().tip, there->message().tip)) {
                return Clause::DUT_27;
            }
            kept.erase(there);
        }
        kept.push_back(newcomer);
        drop_unpaid(sender);
        return drop_surplus(newcomer);
    }

    static std::pair<std::uint64_t, std::uint64_t> rank(const Kept& each) {
        return {each.message().max_fee, kUint64Max - each.order};
    }

    std::optional<Clause> drop_surplus(const Kept& newcomer) {
        const Address& sender = newcomer.candidate.sender;
        const auto count =
            std::ranges::count_if(kept, [&](const Kept& each) { return each.candidate.sender == sender; });
        if (static_cast<std::size_t>(count) > limits_.of_sender) kept.erase(last_of(sender));
        while (kept.size() > limits_.count || bytes() > limits_.bytes) {
            auto goes = kept.end();
            for (auto each = kept.begin(); each != kept.end(); ++each) {
                if (last_of(each->candidate.sender) != each) continue;
                if (goes == kept.end() || rank(*each) < rank(*goes)) goes = each;
            }
            kept.erase(goes);
            if (!has(newcomer.candidate.id)) break;
        }
        return has(newcomer.candidate.id) ? std::nullopt : std::optional(Clause::DUT_27);
    }

    const Parameters& parameters_;
    PoolLimits limits_;
    std::uint64_t next_order_ = 0;
};

/// What the two disagree in; nothing if they hold the same, and choose the same for a block of this base fee.
inline std::string difference(const TransactionPool& pool, NaivePool& naive, std::uint64_t base_fee) {
    if (pool.size() != naive.kept.size()) {
        return std::to_string(pool.size()) + " transactions, not " + std::to_string(naive.kept.size());
    }
    if (pool.bytes() != naive.bytes()) {
        return std::to_string(pool.bytes()) + " bytes, not " + std::to_string(naive.bytes());
    }
    for (const NaivePool::Kept& each : naive.kept) {
        const TransactionPool::Entry* const entry = pool.find(each.candidate.id);
        if (entry == nullptr) return to_hex(each.candidate.id) + " is missing";
        if (entry->verified.transaction() != each.candidate.transaction) return to_hex(each.candidate.id) + " differs";
    }
    for (const auto& [address, account] : naive.accounts) {
        if (pool.next_nonce(address) != naive.next_nonce(address)) return "next nonce of " + to_hex(address);
    }
    std::vector<Root> chosen;
    TransactionSelection selection(pool, base_fee);
    while (const TransactionPool::Entry* const entry = selection.next())
        chosen.push_back(entry->candidate().id);
    return chosen == naive.select(base_fee) ? "" : "the order for a block";
}

}  // namespace touchstone::node::testing
