#include "node/kernel/execution/selection.h"

#include <unordered_set>

#include "node/base/arithmetic.h"
#include "node/kernel/execution/executors.h"
#include "node/kernel/execution/recorded_access.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

/// Where an element of variable length begins is four bytes of a list's encoding.
constexpr std::size_t kOffsetBytes = 4;

/// A block that is being filled.
class Selector {
  public:
    Selector(const Environment& environment, const State& state, std::size_t candidates, std::size_t room)
        : terms_(state.consensus(), environment.parameters()),
          table_(2 * candidates),
          source_(state.tree(), &table_),
          stake_(state),
          room_(room),
          burnt_(state.consensus().burnt.value()) {}

    /// False once no transaction fits.
    bool offer(const SignedTransaction& candidate) {
        if (is_full() || ended_) return false;
        const Ed25519PublicKey& sender = candidate.message.sender;
        if (passed_over_.contains(sender)) return true;
        const PreparedTransaction prepared = prepare(candidate, terms_);
        if (!check_message(prepared, terms_, 0).ok()) return pass_over(sender);
        const std::size_t size = kOffsetBytes + encode(candidate).size();
        if (!fits(candidate, size)) return pass_over(sender);
        RecordedAccess accounts(source_);
        auto effects = execute(prepared, accounts);
        if (!effects.ok() || !checked_add(burnt_, effects->burnt)) return pass_over(sender);
        leave(accounts.accounts(), table_);
        burnt_ += effects->burnt;
        gas_used_ += effects->receipt.gas_used;
        room_ -= size;
        selected_.transactions.push_back(candidate);
        selected_.receipts.push_back(std::move(effects->receipt));
        return true;
    }
    SelectedTransactions take() && { return std::move(selected_); }

  private:
    Result<TransactionEffects> execute(const PreparedTransaction& prepared, RecordedAccess& accounts) {
        if (!is_stake_operation(prepared.transaction->message)) return execute_transfer(prepared, terms_, accounts);
        auto effects = execute_stake_operation(prepared, terms_, accounts, stake_);
        // What leaves 64 bits leaves changes behind as well; it cannot be while the supply is bounded [GEN-07].
        ended_ = effects.ok() ? !checked_add(burnt_, effects->burnt) : effects.rejection().clause == Clause::TYP_01;
        return effects;
    }
    bool is_full() const {
        return selected_.transactions.size() >= terms_.parameters.MAX_TRANSACTIONS ||
               terms_.parameters.BLOCK_GAS_LIMIT - gas_used_ < terms_.parameters.GAS_PER_TRANSACTION;
    }
    bool fits(const SignedTransaction& candidate, std::size_t size) const {
        return size <= room_ && Uint128{gas_used_} + candidate.message.gas_limit <= terms_.parameters.BLOCK_GAS_LIMIT;
    }
    bool pass_over(const Ed25519PublicKey& sender) {
        passed_over_.insert(sender);
        return true;
    }

    BlockTerms terms_;
    AccountTable table_;
    AccountSource source_;
    BlockStake stake_;
    std::size_t room_;
    std::uint64_t burnt_;
    std::uint64_t gas_used_ = 0;
    /// Nothing more can be tried on what is there now.
    bool ended_ = false;
    std::unordered_set<Ed25519PublicKey> passed_over_;
    SelectedTransactions selected_;
};

}  // namespace

SelectedTransactions select_transactions(const Environment& environment, const State& state,
                                         std::span<const SignedTransaction> candidates, std::size_t room) {
    Selector selector(environment, state, candidates.size(), room);
    for (const SignedTransaction& candidate : candidates) {
        if (!selector.offer(candidate)) break;
    }
    return std::move(selector).take();
}

}  // namespace touchstone::node
