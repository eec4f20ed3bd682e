// Transactions that may come into a block: by sender and nonce, by fee, bounded. [DUT-26] [DUT-27] [DUT-28]
//
// Pure: times are arguments, accounts are read from the head's state that it was last told of. Everything costs
// O(log n) but for what is bound by a sender's 64 transactions; a head change costs what it touches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/generated/parameters.h"
#include "node/kernel/pool/verified_signatures.h"
#include "node/kernel/pool/verified_transaction.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// [DUT-26] [DUT-27]; smaller ones for tests.
struct PoolLimits {
    std::size_t count = 65'536;
    std::size_t bytes = std::size_t{64} << 20U;
    std::size_t of_sender = 64;
    std::uint64_t nonces_ahead = 64;
    std::uint64_t wait_ms = std::uint64_t{3} * 60 * 60 * 1000;
};

/// Accounts in the state of the head.
using HeadAccounts = std::function<Account(const Address& address)>;

class TransactionPool {
  public:
    struct Entry {
        VerifiedTransaction verified;
        std::uint64_t arrival_ms = 0;  // never before that of one that came earlier
        std::uint64_t order = 0;       // the lower came first

        const TransactionCandidate& candidate() const { return verified.candidate(); }
        const Transaction& message() const { return verified.message(); }
    };
    enum class Added : std::uint8_t { Taken, Known };

    explicit TransactionPool(const Parameters& parameters, const PoolLimits& limits = {})
        : parameters_(&parameters), limits_(limits) {}
    TransactionPool(TransactionPool&&) = default;
    TransactionPool& operator=(TransactionPool&&) = default;

    /// Known if it was there; else taken, and what it drives out has gone. Rejected by TXN-09 (verified under another
    /// domain), TXN-10 (the nonce was used), TXN-11, DUT-26 (too far ahead, or no base fee lets it in) or DUT-27 (the
    /// one that is there is not outbid, or the pool is full of better ones); then nothing has changed.
    Result<Added> add(VerifiedTransaction transaction, std::uint64_t now_ms);
    /// What `add` would say, before the signature is verified; the checks of the message alone are others'. [NET-77]
    Result<void> would_take(const TransactionCandidate& candidate) const;

    /// The head has changed. What is verified under another domain goes, all of it; of the senders among `touched`
    /// (none given: of all) what has become impossible. Addresses whose accounts are the same need not be there.
    void on_head(HeadAccounts accounts, const Domain& domain,
                 std::optional<std::span<const Address>> touched = std::nullopt);
    /// Drops what has waited too long.
    void expire(std::uint64_t now_ms);

    std::size_t size() const { return entries_.size(); }
    std::size_t bytes() const { return bytes_; }
    const Domain& domain() const { return domain_; }
    /// Nothing if it is not there. Valid until the pool changes.
    const Entry* find(const Root& id) const;
    /// All, by id.
    const std::map<Root, Entry>& entries() const { return entries_; }
    /// The nonce that the account's next transaction needs, after those here that follow on it without a gap.
    std::uint64_t next_nonce(const Address& sender) const;
    /// Of one sender, ascending by nonce.
    std::vector<const Entry*> of_sender(const Address& sender) const;
    /// Those whose `order` is at least so, ascending, the first `most` of them: what has come since somebody looked.
    std::vector<const Entry*> since(std::uint64_t order, std::size_t most) const;
    /// The `order` that the next one to come will have.
    std::uint64_t next_order() const { return next_order_; }

    /// Whether this signature of this message was verified before. [TXN-09]
    bool is_verified(const Root& signing_root, const Ed25519Signature& signature) const {
        return signatures_.contains(signing_root, signature);
    }

    /// In the order of DUT-28, as if each used the least gas that it can; without those whose gas limit or bytes then
    /// do not fit, and the rest of their senders. Whoever builds the block leaves out what does not apply.
    std::vector<SignedTransaction> select(std::uint64_t base_fee, std::uint64_t gas, std::uint64_t bytes) const;

  private:
    friend class TransactionSelection;
    struct Sender {
        Account account;
        std::map<std::uint64_t, const Entry*> by_nonce;
        const Entry* last = nullptr;  // that `evictable_` has
    };
    /// By who goes first: the lowest max_fee, of equals the one that came last. [DUT-27]
    struct GoesBefore {
        bool operator()(const Entry* a, const Entry* b) const;
    };
    /// What has to go if a candidate comes.
    using Leaving = std::vector<const Entry*>;
    class Admission;

    Result<Leaving> admit(const TransactionCandidate& candidate) const;
    Account account_of(const Address& sender) const;
    void review(const Address& address);
    void insert(VerifiedTransaction transaction, std::uint64_t now_ms);
    void remove(const Entry& entry);
    void update_last(Sender& sender);
    void clear();

    const Parameters* parameters_;
    PoolLimits limits_;
    HeadAccounts accounts_;
    Domain domain_;
    VerifiedSignatures signatures_;
    std::map<Root, Entry> entries_;  // by id
    std::map<Address, Sender> senders_;
    std::set<const Entry*, GoesBefore> evictable_;  // the last of each sender
    std::map<std::uint64_t, const Entry*> by_order_;
    std::size_t bytes_ = 0;
    std::uint64_t next_order_ = 0;
    std::uint64_t latest_ms_ = 0;
};

}  // namespace touchstone::node
