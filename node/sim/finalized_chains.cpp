#include "node/sim/finalized_chains.h"

namespace touchstone::node::sim {

void FinalizedChains::forget_after(std::size_t node, std::optional<Slot> last) {
    std::optional<Slot>& agreed = agreed_[node];
    if (!last || (agreed && *last < *agreed)) agreed = last;
}

std::optional<std::string> FinalizedChains::compare(std::size_t node, const std::map<Slot, Root>& finalized) {
    std::optional<Slot>& agreed = agreed_[node];
    if (agreed && !finalized.contains(*agreed)) return "has fewer final blocks than it had";
    for (auto each = agreed ? finalized.upper_bound(*agreed) : finalized.begin(); each != finalized.end(); ++each) {
        const auto [slot, root] = *each;
        const auto other = agreed ? longest_.upper_bound(*agreed) : longest_.lower_bound(slot);
        if (other == longest_.end()) {
            longest_.emplace(slot, root);
        } else if (*other != *each) {
            return "has the final block " + to_hex(root) + " in slot " + std::to_string(slot.value()) +
                   ", where another node has " + to_hex(other->second) + " in slot " +
                   std::to_string(other->first.value());
        }
        agreed = slot;
    }
    return std::nullopt;
}

}  // namespace touchstone::node::sim
