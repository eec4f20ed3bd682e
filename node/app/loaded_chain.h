// The chain of a genesis file, computed and checked.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "node/adapters/files/fault.h"
#include "node/adapters/genesis_file/genesis_file.h"
#include "node/base/parallel.h"
#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/state.h"
#include "node/ports/log.h"

namespace touchstone::node::app {

struct LoadedChain {
    adapters::GenesisFile file;
    std::unique_ptr<Environment> environment;
    State genesis_state;
};

/// Refuses a file whose configuration or validators break a rule, or whose genesis root is not what follows from them.
/// The proofs of possession of the chain `proved` were verified before and are taken as they are; nothing: of no chain.
adapters::Outcome<LoadedChain> load_chain(const std::filesystem::path& genesis_file, const ParallelFor& parallel_for,
                                          const std::optional<Root>& proved, Log& log);

}  // namespace touchstone::node::app
