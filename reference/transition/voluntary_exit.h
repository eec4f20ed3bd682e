// Page 08: voluntary exits.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

Result<void> process_voluntary_exit(ConsensusState& state, const SignedVoluntaryExit& signed_exit);

}  // namespace touchstone::reference
