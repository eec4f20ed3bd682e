// A sequence of events for both fork choices, and what came of it.
#pragma once

#include "fuzz/fork_choice/duel.h"
#include "fuzz/input.h"

namespace touchstone::fuzz {

DuelFigures play_events(Bytes bytes);

}  // namespace touchstone::fuzz
