// Who votes and proposes in the slots of the real chain, for the model to draw behaviours that a real chain can have.
#pragma once

#include <cstdint>
#include <string>

namespace touchstone::vectors::model {

/// The text of the TLA+ module RealCommittees. The slots up to `prefix` have a block each, and after them the chain is
/// free: committees are those of the two epochs after it too, since an epoch's are fixed two epochs before [COM-03].
std::string committees_module(std::uint64_t slots_per_epoch, std::uint64_t validators, std::uint64_t prefix);

}  // namespace touchstone::vectors::model
