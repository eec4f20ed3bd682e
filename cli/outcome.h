// A value or a message for people: the same as in the node's adapters.
#pragma once

#include "node/adapters/files/fault.h"

namespace touchstone::cli {

template <class T>
using Outcome = node::adapters::Outcome<T>;
using Done = node::adapters::Done;
using Fault = node::adapters::Fault;
using FaultKind = node::adapters::FaultKind;

}  // namespace touchstone::cli
