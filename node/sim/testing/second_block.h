// What a proposer must not do.
#pragma once

#include <gtest/gtest.h>

#include "node/kernel/duties/production.h"
#include "node/kernel/duties/schedule.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim {

/// A second block of the proposer of `block`, with another graffito, signed with its key, which is that of a validator
/// of the genesis.
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
    const auto& key = chain.keys.at(block.message.proposer_index.value());
    return {produced.value().block,
            BlsSignature(crypto::bls::sign(key, produced.value().signing_root.view()).to_bytes())};
}

}  // namespace touchstone::node::sim
