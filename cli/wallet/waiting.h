// Waiting for what becomes of a transaction.
#pragma once

#include <chrono>
#include <functional>

#include "cli/wallet/chain_access.h"

namespace touchstone::cli {

inline constexpr std::uint64_t kMostConfirmations = 1024;

struct WaitFor {
    bool finalized = false;           // until its block is final
    std::uint64_t confirmations = 1;  // until so many blocks of the head's chain have it: its own, and those after it
    std::chrono::seconds timeout{120};
};

/// The time in which it is waited.
struct WaitingTime {
    std::function<std::chrono::steady_clock::time_point()> now;
    std::function<void(std::chrono::milliseconds)> pause;

    static WaitingTime real();
};

/// Until it is in a block as is wanted; a final block is always enough. A fault, with the id, where that was in vain. A
/// transaction that leaves the head's chain again is waited for on.
Outcome<ReceiptView> wait_for_receipt(RpcClient& client, const node::Root& id, const WaitFor& wanted,
                                      const WaitingTime& time = WaitingTime::real());

}  // namespace touchstone::cli
