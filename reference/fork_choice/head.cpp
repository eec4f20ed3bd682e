#include "reference/fork_choice/store.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

// [FC-27]
Result<StatePointer> get_checkpoint_state(const Store& store, const Checkpoint& checkpoint) {
    const StatePointer& block_state = store.block_states.at(checkpoint.root);
    TRY(const Slot first_slot, reference::store<Slot>(compute_start_slot_at_epoch(checkpoint.epoch, store.config)));
    if (block_state->slot >= first_slot) return block_state;
    const auto known = store.checkpoint_states.find(checkpoint);
    if (known != store.checkpoint_states.end()) return known->second;
    ConsensusState state = *block_state;
    CHECK(process_slots(state, first_slot));
    return store.checkpoint_states[checkpoint] = std::make_shared<ConsensusState>(std::move(state));
}

// [FC-28]
Result<Amount> calculate_committee_fraction(const ConsensusState& state, std::uint64_t percent) {
    TRY(const Amount total, get_total_active_stake(state));
    return store<Amount>(total / state.config.SLOTS_PER_EPOCH * percent / 100);
}

// [FC-29]
Result<Amount> get_proposer_score(const Store& store) {
    TRY(const StatePointer state, get_checkpoint_state(store, store.justified_checkpoint));
    return calculate_committee_fraction(*state, store.config.PROPOSER_SCORE_BOOST);
}

// [FC-30]
Result<Amount> get_attestation_score(const Store& store, const Root& root) {
    TRY(const StatePointer state, get_checkpoint_state(store, store.justified_checkpoint));
    const Slot slot = store.blocks.at(root).slot;
    Wide score = 0;
    for (ValidatorIndex index : get_active_validator_indices(*state, get_current_epoch(*state))) {
        const Validator& validator = state->validators[index.value];
        const auto message = store.latest_messages.find(index);
        if (validator.slashed || store.equivocating_indices.contains(index) || message == store.latest_messages.end())
            continue;
        if (get_ancestor(store, message->second.root, slot.value) == root) score += validator.effective_stake.value;
    }
    return reference::store<Amount>(score);
}

// [FC-31]
Result<Amount> get_weight(const Store& store, const Root& root) {
    TRY(const Amount attestation_score, get_attestation_score(store, root));
    const Root& boosted = store.proposer_boost_root;
    if (boosted == Root{} || get_ancestor(store, boosted, store.blocks.at(root).slot.value) != root)
        return attestation_score;
    TRY(const Amount proposer_score, get_proposer_score(store));
    return reference::store<Amount>(attestation_score + proposer_score);
}

// [FC-32]
Checkpoint get_voting_source(const Store& store, const Root& root) {
    if (compute_epoch_at_slot(store.blocks.at(root).slot, store.config) < get_current_store_epoch(store)) {
        return store.unrealized_justifications.at(root);
    }
    return store.block_states.at(root)->current_justified_checkpoint;
}

namespace {

using Children = std::map<Root, std::vector<Root>>;

Children children_of_all(const Store& store) {
    Children children;
    for (const auto& [root, block] : store.blocks) {
        if (root != store.anchor_root) children[block.parent_root].push_back(root);
    }
    return children;
}

// [FC-33], of a block without known children
bool is_viable_leaf(const Store& store, const Root& root) {
    const Epoch voting_epoch = get_voting_source(store, root).epoch;
    const bool correct_justified = store.justified_checkpoint.epoch == GENESIS_EPOCH ||
                                   voting_epoch == store.justified_checkpoint.epoch ||
                                   voting_epoch + 2U >= get_current_store_epoch(store).value;
    const Checkpoint& finalized = store.finalized_checkpoint;
    const bool correct_finalized =
        finalized.epoch == GENESIS_EPOCH || get_checkpoint_block(store, root, finalized.epoch) == finalized.root;
    return correct_justified && correct_finalized;
}

// [FC-33]
bool filter_block_tree(const Store& store, const Children& children, const Root& root, std::set<Root>& viable) {
    const auto own_children = children.find(root);
    bool is_viable = false;
    if (own_children == children.end()) {
        is_viable = is_viable_leaf(store, root);
    } else {
        for (const Root& child : own_children->second) {
            is_viable = filter_block_tree(store, children, child, viable) || is_viable;
        }
    }
    if (is_viable) viable.insert(root);
    return is_viable;
}

std::set<Root> filtered_tree(const Store& store, const Children& children) {
    std::set<Root> viable;
    filter_block_tree(store, children, store.justified_checkpoint.root, viable);
    return viable;
}

/// The child with the greatest weight; of those with equal weight the one with the greatest root.
Result<Root> best_child(const Store& store, const std::vector<Root>& children) {
    std::pair<Amount, Root> best;
    for (const Root& child : children) {
        TRY(const Amount weight, get_weight(store, child));
        best = std::max(best, std::pair{weight, child});
    }
    return best.second;
}

}  // namespace

// [FC-34]
std::set<Root> get_filtered_block_tree(const Store& store) { return filtered_tree(store, children_of_all(store)); }

// [FC-35]
Result<Root> get_head(const Store& store) {
    const Children children = children_of_all(store);
    const std::set<Root> viable = filtered_tree(store, children);
    Root head = store.justified_checkpoint.root;
    while (true) {
        std::vector<Root> candidates;
        if (const auto found = children.find(head); found != children.end()) candidates = found->second;
        std::erase_if(candidates, [&](const Root& child) { return !viable.contains(child); });
        if (candidates.empty()) return head;
        if (candidates.size() == 1) {
            head = candidates[0];
        } else {
            TRY(head, best_child(store, candidates));
        }
    }
}

}  // namespace touchstone::reference
