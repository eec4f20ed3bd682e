#include "node/kernel/execution/testing/scene.h"

#include <atomic>
#include <cstdlib>
#include <thread>

namespace touchstone::node::execution_test {

const TestChain& chain() {
    static const TestChain chain(MINIMAL, kValidators, Amount(kStake), kAccounts, Amount(kBalance));
    return chain;
}

Address stranger(std::uint8_t number) {
    Address address;
    address.bytes.fill(number);
    return address;
}

const State& state_at_one() {
    static const State state = chain().advance(chain().genesis_state(), Slot(1));
    return state;
}

ParallelFor threads_for(std::size_t threads) {
    return [threads](std::size_t count, const RangeTask& task) {
        constexpr std::size_t kStep = 3;
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t begin = next.fetch_add(kStep); begin < count; begin = next.fetch_add(kStep))
                task(begin, std::min(count, begin + kStep));
        };
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < threads; ++i)
            others.emplace_back(work);
        work();
    };
}

std::vector<PreparedTransaction> prepare_all(const std::vector<SignedTransaction>& transactions,
                                             const BlockTerms& terms) {
    std::vector<PreparedTransaction> prepared;
    for (const SignedTransaction& each : transactions)
        prepared.push_back(prepare(each, terms));
    return prepared;
}

void change(State& state, const std::function<void(ConsensusState&, EntryAccess&)>& how) {
    EntryOverlay entries(state.tree());
    how(state.mutable_consensus(), entries);
    if (!state.change_entries(entries, serial_for).ok()) std::abort();
}

}  // namespace touchstone::node::execution_test
