// The chain of a genesis file, computed and checked.
#pragma once

#include <filesystem>
#include <memory>

#include "node/adapters/files/fault.h"
#include "node/adapters/genesis_file/genesis_file.h"
#include "node/base/parallel.h"
#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/state.h"

namespace touchstone::node::app {

struct LoadedChain {
    adapters::GenesisFile file;
    std::unique_ptr<Environment> environment;
    State genesis_state;
};

/// Refuses a file whose configuration or validators break a rule, or whose genesis root is not what follows from them.
adapters::Outcome<LoadedChain> load_chain(const std::filesystem::path& genesis_file, const ParallelFor& parallel_for);

}  // namespace touchstone::node::app
