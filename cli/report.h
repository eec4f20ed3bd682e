// How a command says that something went wrong.
#pragma once

#include "cli/outcome.h"

namespace touchstone::cli {

/// Prints it to standard error; the exit code.
int report(const Fault& fault);

}  // namespace touchstone::cli
