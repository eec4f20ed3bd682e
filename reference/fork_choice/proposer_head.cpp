#include "reference/fork_choice/store.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {

// [FC-52]
bool is_head_late(const Store& store, const Root& head) { return !store.block_timeliness.at(head); }

// [FC-53]
bool is_shuffling_stable(Slot slot, const Parameters& config) { return slot % config.SLOTS_PER_EPOCH != 0; }

// [FC-54]
bool is_ffg_competitive(const Store& store, const Root& head, const Root& parent) {
    return store.unrealized_justifications.at(head) == store.unrealized_justifications.at(parent);
}

// [FC-55]
bool is_finalization_ok(const Store& store, Slot slot) {
    return compute_epoch_at_slot(slot, store.config) <=
           store.finalized_checkpoint.epoch + store.config.REORG_MAX_EPOCHS_SINCE_FINALIZATION;
}

// [FC-56]
bool is_proposing_on_time(const Store& store) {
    return get_time_into_slot(store) <= get_proposer_reorg_cutoff_ms(store.config);
}

// [FC-57]
Result<bool> is_head_weak(const Store& store, const Root& head) {
    TRY(const StatePointer state, get_checkpoint_state(store, store.justified_checkpoint));
    TRY(const Amount threshold, calculate_committee_fraction(*state, store.config.REORG_HEAD_WEIGHT_THRESHOLD));
    TRY(const Amount weight, get_weight(store, head));
    return weight < threshold;
}

// [FC-58]
Result<bool> is_parent_strong(const Store& store, const Root& head) {
    TRY(const StatePointer state, get_checkpoint_state(store, store.justified_checkpoint));
    TRY(const Amount threshold, calculate_committee_fraction(*state, store.config.REORG_PARENT_WEIGHT_THRESHOLD));
    TRY(const Amount weight, get_weight(store, store.blocks.at(head).parent_root));
    return weight > threshold;
}

// [FC-59]
bool is_proposer_equivocation(const Store& store, const Root& head) {
    const Block& head_block = store.blocks.at(head);
    const Checkpoint& finalized = store.finalized_checkpoint;
    return std::count_if(store.blocks.begin(), store.blocks.end(), [&](const auto& entry) {
               return entry.second.slot == head_block.slot &&
                      entry.second.proposer_index == head_block.proposer_index &&
                      get_checkpoint_block(store, entry.first, finalized.epoch) == finalized.root;
           }) > 1;
}

// [FC-60]
Result<Root> get_proposer_head(const Store& store, const Root& head, Slot slot) {
    if (head == store.anchor_root || head == store.finalized_checkpoint.root || head == store.proposer_boost_root) {
        return head;
    }
    const Block& head_block = store.blocks.at(head);
    const Root& parent = head_block.parent_root;
    const bool single_slot_reorg = head_block.slot + 1U == slot;
    TRY(const bool head_weak, is_head_weak(store, head));
    TRY(const bool parent_strong, is_parent_strong(store, head));
    const bool late = is_head_late(store, head) && is_shuffling_stable(slot, store.config) &&
                      is_ffg_competitive(store, head, parent) && is_finalization_ok(store, slot) &&
                      is_proposing_on_time(store) && store.blocks.at(parent).slot + 1U == head_block.slot &&
                      single_slot_reorg && head_weak && parent_strong;
    const bool equivocated = single_slot_reorg && head_weak && is_proposer_equivocation(store, head);
    return late || equivocated ? parent : head;
}

}  // namespace touchstone::reference
