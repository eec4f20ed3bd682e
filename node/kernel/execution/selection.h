// Which transactions a block takes. [DUT-08] [DUT-09] [DUT-28]
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/state.h"
#include "node/types/containers.h"

namespace touchstone::node {

struct SelectedTransactions {
    std::vector<SignedTransaction> transactions;
    /// One for each.
    std::vector<Receipt> receipts;
};

/// Of the candidates, in their order, those that are valid on the state and those before them; signatures are not
/// looked at. After one that is not, or that does not fit into what is left of the gas or the bytes, the others of its
/// sender are passed over; `room` is what is left of MAX_BLOCK_BYTES.
SelectedTransactions select_transactions(const Environment& environment, const State& state,
                                         std::span<const SignedTransaction> candidates, std::size_t room);

}  // namespace touchstone::node
