// Validators whose keys everybody knows, for test networks.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/bls.h"
#include "node/adapters/files/fault.h"
#include "node/base/bytes.h"
#include "node/types/containers.h"

namespace touchstone::node::app {

struct DevelopmentValidators {
    std::vector<crypto::bls::SecretKey> keys;
    std::vector<BlsPublicKey> public_keys;
};

/// Validator i of the genesis has the development key i; refuses indices where that is not so. `later` are keys of
/// validators that are registered by transactions; refuses those that are in the genesis.
adapters::Outcome<DevelopmentValidators> load_development_validators(const Genesis& genesis,
                                                                     std::span<const std::uint64_t> indices,
                                                                     std::span<const std::uint64_t> later = {});

}  // namespace touchstone::node::app
