#include "node/app/development_validators.h"

#include <algorithm>

#include "crypto/development_keys.h"

namespace touchstone::node::app {

using adapters::Fault;
using adapters::FaultKind;

namespace {

Fault not_in_genesis(std::uint64_t index, const Genesis& genesis) {
    return {FaultKind::Configuration,
            "dev_validators names validator " + std::to_string(index) + ", but the genesis has only " +
                std::to_string(genesis.validators.size()) +
                " (the first is number 0); the key of one that is registered later belongs into dev_keys"};
}

Fault another_key(std::uint64_t index) {
    return {FaultKind::Configuration,
            "dev_validators names validator " + std::to_string(index) +
                ", but the genesis gives it another key than the development key of that number; make the "
                "genesis with development keys, or leave the validator out"};
}

Fault in_genesis(std::uint64_t number) {
    return {FaultKind::Configuration, "dev_keys names key " + std::to_string(number) +
                                          ", which is that of a validator of the genesis; name it in dev_validators"};
}

void add_key(std::uint64_t number, DevelopmentValidators& validators) {
    validators.keys.push_back(crypto::development_validator_key(number));
    validators.public_keys.emplace_back(crypto::bls::public_key(validators.keys.back()).to_bytes());
}

}  // namespace

adapters::Outcome<DevelopmentValidators> load_development_validators(const Genesis& genesis,
                                                                     std::span<const std::uint64_t> indices,
                                                                     std::span<const std::uint64_t> later) {
    DevelopmentValidators validators;
    for (const std::uint64_t index : indices) {
        if (index >= genesis.validators.size()) return not_in_genesis(index, genesis);
        add_key(index, validators);
        if (validators.public_keys.back() != genesis.validators[static_cast<std::size_t>(index)].pubkey) {
            return another_key(index);
        }
    }
    for (const std::uint64_t number : later) {
        add_key(number, validators);
        if (std::ranges::find(genesis.validators, validators.public_keys.back(), &GenesisValidator::pubkey) !=
            genesis.validators.end()) {
            return in_genesis(number);
        }
    }
    return validators;
}

}  // namespace touchstone::node::app
