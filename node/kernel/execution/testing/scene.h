// A chain with accounts on which tests execute transactions.
#pragma once

#include <functional>
#include <vector>

#include "node/kernel/execution/executors.h"
#include "node/kernel/stake/ledger.h"
#include "node/kernel/test_chain.h"

namespace touchstone::node::execution_test {

constexpr std::uint64_t kTst = GRAINS_PER_TST;
constexpr std::uint64_t kBalance = 1'000 * kTst;  // of each account
constexpr std::uint64_t kStake = 32 * kTst;       // of each validator
constexpr std::uint64_t kTransferGas = 21'000;
constexpr std::size_t kAccounts = 12;
constexpr std::size_t kValidators = 16;

const TestChain& chain();
inline const Address& account(std::size_t i) { return chain().account_address(i); }
/// That nobody has the key of.
Address stranger(std::uint8_t number);

/// Of the first slot, before its block.
const State& state_at_one();

/// Ranges of a few transactions, on so many threads.
ParallelFor threads_for(std::size_t threads);

std::vector<PreparedTransaction> prepare_all(const std::vector<SignedTransaction>& transactions,
                                             const BlockTerms& terms);

void change(State& state, const std::function<void(ConsensusState&, EntryAccess&)>& how);

template <class Read>
auto read(const State& state, const Read& how) {
    EntryOverlay entries(state.tree());
    return how(entries);
}

}  // namespace touchstone::node::execution_test
