// Whether the node lives and whether it is of use, for those who restart it or send it requests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/ports/events.h"

namespace touchstone::node {

/// Empty: yes. Else why not, each for people.
using Objections = std::vector<std::string>;

/// Beyond it the writer's thread is taken to be stuck, not busy.
inline constexpr std::uint64_t kStuckSeconds = 60;
/// Beyond it its figures say nothing of now.
inline constexpr std::uint64_t kOutdatedSeconds = 15;

/// `age_seconds`: since the writer's thread last published its figures.
Objections objections_to_live(std::uint64_t age_seconds);
/// A node that is behind the best known peer, or whose head is more than an epoch behind the clock, answers with what
/// is no longer true; one without peers will.
Objections objections_to_ready(const StatusEvent& status, std::uint64_t slots_per_epoch, std::uint64_t age_seconds);

}  // namespace touchstone::node
