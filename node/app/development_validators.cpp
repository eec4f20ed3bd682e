#include "node/app/development_validators.h"

#include "crypto/development_keys.h"

namespace touchstone::node::app {

using adapters::Fault;
using adapters::FaultKind;

adapters::Outcome<DevelopmentValidators> load_development_validators(const Genesis& genesis,
                                                                     std::span<const std::uint64_t> indices) {
    DevelopmentValidators validators;
    for (const std::uint64_t index : indices) {
        if (index >= genesis.validators.size()) {
            return Fault{FaultKind::Configuration,
                         "dev_validators names validator " + std::to_string(index) + ", but the genesis has only " +
                             std::to_string(genesis.validators.size()) + " (the first is number 0)"};
        }
        const crypto::bls::SecretKey key = crypto::development_validator_key(index);
        const BlsPublicKey public_key(crypto::bls::public_key(key).to_bytes());
        if (public_key != genesis.validators[static_cast<std::size_t>(index)].pubkey) {
            return Fault{FaultKind::Configuration,
                         "dev_validators names validator " + std::to_string(index) +
                             ", but the genesis gives it another key than the development key of that number; make the "
                             "genesis with development keys, or leave the validator out"};
        }
        validators.keys.push_back(key);
        validators.public_keys.push_back(public_key);
    }
    return validators;
}

}  // namespace touchstone::node::app
