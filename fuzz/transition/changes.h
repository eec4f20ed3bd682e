// Blocks that are off by a field.
#pragma once

#include "fuzz/input.h"
#include "reference/types/containers.h"

namespace touchstone::fuzz {

/// Changes one field, which may leave the block as it was; signs nothing.
void change_field(reference::SignedBlock& block, Input& input);

}  // namespace touchstone::fuzz
