#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"

namespace touchstone::vectors {

void add_all(Suite& suite) {
    add_ssz_generic(suite);
    add_ssz_proofs(suite);
    add_ssz_static(suite);
    add_bls(suite);
    add_ed25519(suite);
    add_addresses(suite);
    add_kv_tree(suite);
    add_execution(suite);
    add_entries_of_states(suite);
    add_invalid_transactions(suite);
    add_blocks_of_transactions(suite);
    add_stake_of_operators(suite);
    add_stake_of_delegators(suite);
    add_stake_values(suite);
    add_blocks_of_stake(suite);
    add_block_parts(suite);
    add_proposer_slashings(suite);
    add_attester_slashings(suite);
    add_attestations(suite);
    add_voluntary_exits(suite);
    add_epoch_finality(suite);
    add_epoch_rewards(suite);
    add_epoch_preparations(suite);
    add_whole_epochs(suite);
    add_unbond_queue(suite);
    add_bond_queue(suite);
    add_registry(suite);
    add_slashed_stake(suite);
    add_reward_deltas(suite);
    add_sanity(suite);
    add_finality(suite);
    add_random(suite);
    add_genesis(suite);
    add_shuffling(suite);
    add_fork_choice_blocks(suite);
    add_fork_choice_votes(suite);
    add_fork_choice_heads(suite);
    add_fork_choice_attacks(suite);
    add_fork_choice_finality_attacks(suite);
    add_gossip_on_the_wire(suite);
    add_gossip_of_blocks(suite);
    add_gossip_of_attestations(suite);
    add_gossip_of_aggregates(suite);
    add_gossip_of_evidence(suite);
    add_gossip_of_exits(suite);
    add_gossip_of_transactions(suite);
    add_duties(suite);
    add_weak_subjectivity(suite);
    add_state_parts(suite);
    add_state_entries(suite);
    add_checkpoint_sync(suite);
}

bool is_rejecting(const Vector& vector) {
    if (vector.rejected) return true;
    if (vector.steps.empty()) return false;
    for (const auto& step : nlohmann::json::parse(vector.steps)) {
        if (step.contains("rejected") || step.contains("reason")) return true;
    }
    return false;
}

}  // namespace touchstone::vectors
