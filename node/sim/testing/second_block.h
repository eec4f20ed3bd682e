// What a proposer must not do.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "node/kernel/duties/production.h"
#include "node/kernel/duties/schedule.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim {

/// The key of a validator, also of one that was registered later.
inline const crypto::bls::SecretKey& key_of(const SimulatedChain& chain, const State& state, ValidatorIndex validator) {
    const BlsPublicKey& wanted = state.consensus().validators[validator.value()].pubkey;
    const auto found = std::ranges::find_if(chain.keys, [&](const crypto::bls::SecretKey& key) {
        return BlsPublicKey(crypto::bls::public_key(key).to_bytes()) == wanted;
    });
    if (found == chain.keys.end()) throw std::logic_error("nobody has the key");
    return *found;
}

/// A second block of the proposer of `block`, with another graffito, signed with its key.
inline SignedBlock second_block(const SimulatedChain& chain, const State& parent_state, const SignedBlock& block) {
    const Environment& environment = chain.environment;
    State state = parent_state;
    EXPECT_TRUE(process_slots(environment, state, block.message.slot).ok());
    Graffiti graffiti;
    graffiti.bytes[0] = 0xee;
    const BlockBody& body = block.message.body;
    auto produced = produce_block(environment, state, body.randao_reveal, graffiti,
                                  {.proposer_slashings = body.proposer_slashings,
                                   .attester_slashings = body.attester_slashings,
                                   .attestations = body.attestations,
                                   .voluntary_exits = body.voluntary_exits});
    EXPECT_TRUE(produced.ok());
    const crypto::bls::SecretKey& key = key_of(chain, state, block.message.proposer_index);
    return {produced.value().block,
            BlsSignature(crypto::bls::sign(key, produced.value().signing_root.view()).to_bytes())};
}

}  // namespace touchstone::node::sim
