// The cases, a function for each subject. A function adds its cases to the suite if their runner is wanted.
#pragma once

#include "conformance-tests/generator/vector.h"

namespace touchstone::vectors {

void add_ssz_generic(Suite& suite);
void add_ssz_proofs(Suite& suite);
void add_ssz_static(Suite& suite);
void add_bls(Suite& suite);
void add_ed25519(Suite& suite);
void add_addresses(Suite& suite);
void add_kv_tree(Suite& suite);
void add_execution(Suite& suite);
void add_entries_of_states(Suite& suite);
void add_invalid_transactions(Suite& suite);
void add_blocks_of_transactions(Suite& suite);
void add_stake_of_operators(Suite& suite);
void add_stake_of_delegators(Suite& suite);
void add_stake_values(Suite& suite);
void add_blocks_of_stake(Suite& suite);
void add_block_parts(Suite& suite);
void add_proposer_slashings(Suite& suite);
void add_attester_slashings(Suite& suite);
void add_attestations(Suite& suite);
void add_voluntary_exits(Suite& suite);
void add_epoch_finality(Suite& suite);
void add_epoch_rewards(Suite& suite);
void add_epoch_preparations(Suite& suite);
void add_whole_epochs(Suite& suite);
void add_unbond_queue(Suite& suite);
void add_bond_queue(Suite& suite);
void add_registry(Suite& suite);
void add_slashed_stake(Suite& suite);
void add_reward_deltas(Suite& suite);
void add_sanity(Suite& suite);
void add_finality(Suite& suite);
void add_random(Suite& suite);
void add_genesis(Suite& suite);
void add_shuffling(Suite& suite);
void add_fork_choice_blocks(Suite& suite);
void add_fork_choice_votes(Suite& suite);
void add_fork_choice_heads(Suite& suite);
void add_fork_choice_attacks(Suite& suite);
void add_fork_choice_finality_attacks(Suite& suite);
void add_gossip_on_the_wire(Suite& suite);
void add_gossip_of_blocks(Suite& suite);
void add_gossip_of_attestations(Suite& suite);
void add_gossip_of_aggregates(Suite& suite);
void add_gossip_of_evidence(Suite& suite);
void add_gossip_of_exits(Suite& suite);
void add_gossip_of_transactions(Suite& suite);
void add_duties(Suite& suite);
void add_weak_subjectivity(Suite& suite);
void add_state_parts(Suite& suite);
void add_state_entries(Suite& suite);
void add_checkpoint_sync(Suite& suite);

/// All of them.
void add_all(Suite& suite);

/// Whether the case, or a step of it, has to be rejected; a message of gossip also if it has to be ignored.
[[nodiscard]] bool is_rejecting(const Vector& vector);

}  // namespace touchstone::vectors
