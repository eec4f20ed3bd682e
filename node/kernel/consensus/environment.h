// What the pure functions are given besides state and message: the configuration, how to loop in parallel, and a memo
// of shufflings.
#pragma once

#include "node/base/parallel.h"
#include "node/kernel/consensus/config.h"
#include "node/kernel/consensus/shuffling.h"

namespace touchstone::node {

/// Lives longer than everything that refers to it. The memo makes it usable from one thread at a time.
struct Environment {
    Config config;
    ParallelFor parallel_for = serial_for;
    mutable ShufflingMemo shufflings{};

    const Parameters& parameters() const { return config.parameters; }
};

}  // namespace touchstone::node
