// The transactions that users gave this node: in the database as long as the pool has them, so that a restart finds
// them again.
//
// One is written before its user gets an answer, and goes when the pool has it no more: when a block of the head's
// chain has it, it was driven out, or has waited too long. Should that block lose afterwards, the pool takes it back
// from there, and it is written anew with the block's others, for nobody knows any more who gave which. Beyond kMost
// the newest are in the pool alone, until `drop_gone` has made room again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "node/kernel/pool/transaction_pool.h"
#include "node/services/chain.h"

namespace touchstone::node {

class OwnTransactions {
  public:
    static constexpr std::size_t kMost = 16'384;

    OwnTransactions(Chain& chain, TransactionPool& pool, std::size_t most = kMost)
        : chain_(chain), pool_(pool), most_(most) {}

    /// Takes into the pool what the database has, verified anew, each waiting since it first came; what the pool does
    /// not take is dropped. The ids of the others, in the order in which they came. Once, when the pool has been told
    /// of the head.
    std::vector<Root> restore(std::uint64_t now_ms);

    /// Those among them that the pool has, in one commit. False: the database cannot be written, and the node stops.
    [[nodiscard]] bool keep(std::span<const Root> ids, std::uint64_t now_ms);
    /// Drops those that the pool has no more. False as `keep`.
    [[nodiscard]] bool drop_gone();

    std::size_t size() const { return kept_.size(); }

  private:
    Chain& chain_;
    TransactionPool& pool_;
    std::size_t most_;
    std::set<Root> kept_;  // the ids of those in the database
};

}  // namespace touchstone::node
