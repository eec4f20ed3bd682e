// A plain mutator for builds without libFuzzer: blind, but the same on every machine.
#pragma once

#include <span>

#include "fuzz/input.h"
#include "fuzz/random.h"

namespace touchstone::fuzz {

/// A few random changes of one of the seeds, or random bytes; at most about 4 KiB.
ByteVector mutate(std::span<const ByteVector> seeds, Random& random);

}  // namespace touchstone::fuzz
