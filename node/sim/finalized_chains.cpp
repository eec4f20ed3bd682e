#include "node/sim/finalized_chains.h"

#include <algorithm>
#include <iterator>

namespace touchstone::node::sim {

void FinalizedChains::forget_after(std::size_t node, std::size_t blocks) {
    agreed_[node] = std::min(agreed_[node], blocks);
}

std::optional<std::string> FinalizedChains::compare(std::size_t node, const std::map<Slot, Root>& finalized) {
    std::size_t& agreed = agreed_[node];
    if (finalized.size() < agreed) return "has fewer final blocks than it had";
    for (auto each = std::next(finalized.begin(), static_cast<std::ptrdiff_t>(agreed)); each != finalized.end();
         ++each) {
        if (agreed == longest_.size()) longest_.push_back(each->second);
        if (longest_[agreed] != each->second) {
            return "has the final block " + to_hex(each->second) + " in slot " + std::to_string(each->first.value()) +
                   ", where another node has " + to_hex(longest_[agreed]);
        }
        ++agreed;
    }
    return std::nullopt;
}

}  // namespace touchstone::node::sim
