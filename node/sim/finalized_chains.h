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

/// Every finalized chain is whole from its first block on, wherever that is: so two of them agree if they are equal as
/// far as both go. What a node fetches before its first block leads up to it by roots, and is not looked at.
class FinalizedChains {
  public:
    explicit FinalizedChains(std::size_t nodes) : agreed_(nodes) {}

    /// What is wrong with the chain that the node has now, for people; only what is new is looked at.
    [[nodiscard]] std::optional<std::string> compare(std::size_t node, const std::map<Slot, Root>& finalized);
    /// The node may have lost the end of its chain, with the power; all of it, if there is no last block.
    void forget_after(std::size_t node, std::optional<Slot> last);

  private:
    std::map<Slot, Root> longest_;             // of any node
    std::vector<std::optional<Slot>> agreed_;  // of each node, its last block that is one of the longest
};

}  // namespace touchstone::node::sim
