// The chain that the benchmark of sync gets from peers, and what an honest server answers of it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "node/kernel/test_chain.h"
#include "node/ports/network.h"
#include "node/types/encoding.h"

namespace touchstone::node::app {

/// The value, if there is one: a benchmark that cannot be set up ends.
template <class T>
T must(Result<T> result) {
    if (!result.ok()) std::abort();
    return std::move(result).value();
}

/// A block in every slot, with the votes of all committees of the slot before; a state of many accounts. Made once: it
/// takes a while. TOUCHSTONE_SYNC_BLOCKS says how many blocks (10,000), TOUCHSTONE_SYNC_ACCOUNTS how many accounts
/// (100,000).
class LongChain {
  public:
    static constexpr std::size_t kValidators = 64;

    static const LongChain& get();

    const TestChain& test_chain() const { return chain_; }
    /// Encoded; that of slot i + 1 at i.
    const std::vector<ByteVector>& blocks() const { return blocks_; }
    /// Of who has all of it.
    const Status& status() const { return status_; }
    /// The post-state of the finalized block.
    const State& finalized_state() const { return *finalized_state_; }

    /// What a node with all of it answers to a request that fulfils the rules.
    ByteVector answer(Method method, const ByteVector& request) const;

  private:
    LongChain();
    std::vector<ByteVector> blocks_by_range(const ByteVector& request) const;
    std::vector<ByteVector> blocks_by_root(const ByteVector& request) const;

    TestChain chain_;
    std::vector<ByteVector> blocks_;
    std::map<Root, std::size_t> places_;
    Status status_;
    std::optional<State> finalized_state_;
};

}  // namespace touchstone::node::app
