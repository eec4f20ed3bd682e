// What an attester must not do.
#pragma once

#include <gtest/gtest.h>

#include "node/kernel/duties/schedule.h"
#include "node/kernel/gossip/conditions.h"
#include "node/sim/testing/second_block.h"

namespace touchstone::node::sim {

/// The vote of a duty for a block that is known to the chain, whatever the validator has voted for in that epoch.
inline Attestation vote_for(const SimulatedChain& simulated, const Chain& chain, const AttesterDuty& duty,
                            const Root& block) {
    const Environment& environment = simulated.environment;
    const Epoch epoch = epoch_of(duty.slot, environment.parameters());
    State state = *chain.fork_choice().block_state(block);
    EXPECT_TRUE(process_slots(environment, state, duty.slot).ok());
    AttestationData data;
    data.slot = duty.slot;
    data.beacon_block_root = block;
    data.source = state.consensus().current_justified_checkpoint;
    data.target = {epoch, chain.fork_choice().get_checkpoint_block(block, epoch).value()};
    data.index = duty.committee;
    const Root signing_root = attestation_signing_root(environment, state, data);
    const crypto::bls::SecretKey& key = key_of(simulated, state, duty.validator);
    return make_attestation(data, duty.committee, duty.position, duty.committee_size,
                            BlsSignature(crypto::bls::sign(key, signing_root.view()).to_bytes()));
}

/// Where it is gossiped.
inline Topic topic_of(const AttesterDuty& duty, const Parameters& parameters) {
    return {TopicKind::Attestation,
            compute_subnet_for_attestation(duty.committees_per_slot, duty.slot, duty.committee, parameters)};
}

}  // namespace touchstone::node::sim
