// What befell a chain between two of its states: how far histories get, so that a fuzzer that reaches nothing is seen.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "reference/types/containers.h"

namespace touchstone::fuzz {

/// How often each thing happened, by its name.
using Happenings = std::map<std::string, std::uint64_t>;

/// By the slots and epoch ends from one state to another, without a block.
void note_slots(const reference::ConsensusState& before, const reference::ConsensusState& after, Happenings& noted);

/// By a block, from the state of its slot to its post-state.
void note_block(const reference::ConsensusState& before, const reference::ConsensusState& after, Happenings& noted);

/// By the transactions of a block, which ended with these statuses.
void note_transactions(const std::vector<reference::SignedTransaction>& transactions,
                       const std::vector<std::uint8_t>& statuses, Happenings& noted);

}  // namespace touchstone::fuzz
