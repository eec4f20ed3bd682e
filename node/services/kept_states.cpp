#include "node/services/kept_states.h"

#include <algorithm>
#include <utility>

#include "node/base/arithmetic.h"
#include "node/generated/constants.h"
#include "node/kernel/consensus/weak_subjectivity.h"
#include "node/kernel/state_sync/list.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

KeptStates::Served served_of(const Root& block_root, const StatePointer& state) {
    return {.block_root = block_root,
            .consensus = {state, &state->consensus()},  // lives as long as the state
            .tree = state->tree()};
}

}  // namespace

void KeptStates::set_last(const StatePointer& state) {
    if (checkpoints_.empty()) return;
    at_hand_.push_back({state, served_of(checkpoints_.back().root, state)});
}

void KeptStates::keep(const Checkpoint& checkpoint, const StatePointer& state, StoreTransaction& transaction) {
    KeptState kept{.checkpoint = checkpoint, .state = encode(state->consensus()), .undo = {}};
    if (!at_hand_.empty()) kept.undo = tree::changes_between(state->tree(), at_hand_.back().state->tree());
    transaction.kept_states.push_back(std::move(kept));
    checkpoints_.push_back(checkpoint);
    at_hand_.push_back({state, served_of(checkpoint.root, state)});
    if (at_hand_.size() > kAtHand) at_hand_.pop_front();
}

void KeptStates::begin(const Checkpoint& anchor, const StatePointer& state, StoreTransaction& transaction) {
    checkpoints_.clear();
    at_hand_.clear();
    loaded_.reset();
    keep(anchor, state, transaction);
}

void KeptStates::collect(ForkChoice& store, Epoch before, StoreTransaction& transaction) {
    const Checkpoint finalized = store.finalized();
    const StatePointer last = store.block_state(finalized.root);
    const std::uint64_t period = compute_weak_subjectivity_period(store.environment(), *last);
    for (Epoch epoch = before + 1; epoch <= finalized.epoch; ++epoch) {
        if (!is_kept(epoch, finalized.epoch, period)) continue;
        if (!checkpoints_.empty() && checkpoints_.back().epoch >= epoch) continue;
        const auto root = store.get_checkpoint_block(finalized.root, epoch);
        const StatePointer state = root ? store.block_state(*root) : nullptr;
        if (state) keep({epoch, *root}, state, transaction);
    }
    if (!std::exchange(is_loaded_used_, false)) loaded_.reset();
    std::erase_if(checkpoints_, [&](const Checkpoint& each) {
        const bool drops = !is_kept(each.epoch, finalized.epoch, period);
        if (drops) transaction.dropped_states.push_back(each.epoch);
        return drops;
    });
    while (checkpoints_.size() > MAX_SERVED_STATES) {
        transaction.dropped_states.push_back(checkpoints_.front().epoch);
        checkpoints_.erase(checkpoints_.begin());
    }
}

StateList KeptStates::list() const {
    StateList list{checkpoints_};
    std::ranges::reverse(list.checkpoints);
    return list;
}

bool KeptStates::is_listed(const Root& block_root) const {
    return std::ranges::find(checkpoints_, block_root, &Checkpoint::root) != checkpoints_.end();
}

const KeptStates::Served* KeptStates::find(const Root& block_root, const Parameters& parameters, std::uint64_t now_ms) {
    const auto listed = std::ranges::find(checkpoints_, block_root, &Checkpoint::root);
    if (listed == checkpoints_.end()) return nullptr;
    for (const AtHand& each : at_hand_) {
        if (each.served.block_root == block_root) return &each.served;
    }
    if (!loaded_ || loaded_->block_root != block_root) {
        if (now_ms < load_not_before_ms_) return nullptr;
        load_not_before_ms_ = saturating_add(now_ms, kLoadPauseMs);
        loaded_ = load(listed->epoch, parameters);
    }
    is_loaded_used_ = true;
    return loaded_ ? &*loaded_ : nullptr;
}

/// From the entries of the last one back, step by step.
std::optional<KeptStates::Served> KeptStates::load(Epoch epoch, const Parameters& parameters) {
    const auto encoded = store_.kept_state(epoch);
    if (!encoded || at_hand_.empty()) return std::nullopt;
    auto consensus = decode<ConsensusState>(*encoded, parameters);
    if (!consensus) return std::nullopt;
    const State& last = *at_hand_.back().state;
    tree::TreeVersion tree = last.tree();
    for (auto each = checkpoints_.rbegin(); each != checkpoints_.rend() && each->epoch > epoch; ++each) {
        auto before = last.derive_entries(tree, store_.undo_of(each->epoch));
        if (!before) return std::nullopt;
        tree = *std::move(before);
    }
    consensus->update_root(parameters);
    if (tree.root() != consensus->tree_root) return std::nullopt;  // damaged
    const auto at = std::ranges::find(checkpoints_, epoch, &Checkpoint::epoch);
    return Served{.block_root = at->root,
                  .consensus = std::make_shared<const ConsensusState>(*std::move(consensus)),
                  .tree = std::move(tree)};
}

}  // namespace touchstone::node
