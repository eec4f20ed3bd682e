// What a validator is doing, in a word.
#pragma once

#include <string_view>

#include "node/generated/parameters.h"
#include "node/types/containers.h"

namespace touchstone::node::api {

/// In the order of a validator's life.
enum class ValidatorStatus {
    pending,       // registered; its stake does not suffice, or no place is free
    eligible,      // in the queue to be activated, or about to be
    active,        // votes and proposes
    exiting,       // votes still, and has asked to leave or was made to
    exited,        // votes no more; its stake is bound until it is withdrawable
    slashed,       // the same after an offence
    withdrawable,  // its pool can be left at once
};

/// In that epoch.
ValidatorStatus status_of(const Validator& validator, Epoch epoch, const Parameters& parameters);

std::string_view name_of(ValidatorStatus status);

}  // namespace touchstone::node::api
