// A history from bytes.
#pragma once

#include "fuzz/history/happenings.h"
#include "fuzz/input.h"

namespace touchstone::fuzz {

/// Plays the moves; gives what happened, disagreements aside.
Happenings play_history(Bytes bytes);

}  // namespace touchstone::fuzz
