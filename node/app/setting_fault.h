// What is said of a setting that cannot be.
#pragma once

#include <string>
#include <string_view>

#include "node/adapters/files/fault.h"

namespace touchstone::node::app {

/// `name` as in the file; `problem` goes on with the sentence "the setting NAME ...".
inline adapters::Fault bad_setting(std::string_view name, const std::string& problem) {
    return {adapters::FaultKind::Configuration, "the setting " + std::string(name) + " " + problem};
}

}  // namespace touchstone::node::app
