// A network of nodes on this machine, and a reference that replays all they do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/devnet/options.h"
#include "cli/devnet/progress.h"
#include "cli/devnet/summary.h"
#include "cli/outcome.h"

namespace touchstone::cli {

/// Runs the network until its end; nothing but processes of its own are ended. A fault says why it could not even
/// begin.
Outcome<Summary> run_devnet(const DevnetOptions& options, Display& display);

}  // namespace touchstone::cli
