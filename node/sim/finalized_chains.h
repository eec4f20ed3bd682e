// Whether the finalized chains of several nodes are one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/quantity.h"

namespace touchstone::node::sim {

/// Every finalized chain is whole from its first block on, so two of them agree if they are equal as far as both go.
class FinalizedChains {
  public:
    explicit FinalizedChains(std::size_t nodes) : agreed_(nodes, 0) {}

    /// What is wrong with the chain that the node has now, for people; only what is new is looked at.
    [[nodiscard]] std::optional<std::string> compare(std::size_t node, const std::map<Slot, Root>& finalized);
    /// The node may have lost the end of its chain, with the power.
    void forget_after(std::size_t node, std::size_t blocks);

  private:
    std::vector<Root> longest_;        // of any node, from the first block on
    std::vector<std::size_t> agreed_;  // blocks of each node that are those of the longest
};

}  // namespace touchstone::node::sim
