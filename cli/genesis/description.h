// genesis.toml: how people describe a chain that is to begin.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/outcome.h"
#include "node/types/containers.h"

namespace touchstone::cli {

/// A time on the clock, or after the moment at which the file is used; milliseconds.
struct AbsoluteTime {
    std::uint64_t unix_ms = 0;
};
struct RelativeTime {
    std::uint64_t after_ms = 0;
};

struct ParameterOverride {
    std::string name;
    std::uint64_t value = 0;
    std::uint32_t line = 0;
};

struct DescribedValidator {
    node::GenesisValidator validator;
    std::uint32_t line = 0;
};

/// Validators whose keys anybody can compute: the tool makes keys, operators and proofs.
struct DevelopmentValidators {
    std::uint64_t count = 0;
    node::Amount stake;
    std::uint64_t commission = 0;  // basis points
    std::uint32_t line = 0;
};

struct DescribedAccount {
    node::GenesisAccount account;
    std::uint32_t line = 0;
};

/// Accounts whose keys anybody can compute, each with the same balance.
struct DevelopmentAccounts {
    std::uint64_t count = 0;
    node::Amount balance;
    std::uint32_t line = 0;
};

/// Lines are those of the file, for messages; 0 where there is none.
struct GenesisDescription {
    std::string name;  // of the file
    std::string preset;
    std::vector<ParameterOverride> parameters;
    std::variant<AbsoluteTime, RelativeTime> genesis_time;
    std::optional<node::Hash> seed;
    std::vector<DescribedValidator> validators;
    std::optional<DevelopmentValidators> development_validators;
    std::vector<DescribedAccount> accounts;
    std::optional<DevelopmentAccounts> development_accounts;
};

/// Reads the whole text or says what is wrong with it, at which line, and what to do. What the values mean to a chain
/// is not looked at here.
Outcome<GenesisDescription> parse_description(std::string_view text, const std::string& name);

/// "FILE:LINE: text", or "FILE: text" without a line.
Fault fault_at(const std::string& name, std::uint32_t line, const std::string& text);

}  // namespace touchstone::cli
