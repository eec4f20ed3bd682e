#include "node/kernel/fork_choice/fork_choice.h"

#include <algorithm>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/weak_subjectivity.h"
#include "node/types/encoding.h"

namespace touchstone::node {

// ------------------------------------------------------------------------------------------------------------ store

Result<ForkChoice> ForkChoice::from_anchor(const Environment& environment, State anchor_state,
                                           const Block& anchor_block) {
    const Parameters& parameters = environment.parameters();
    if (anchor_block.state_root != anchor_state.update_root(environment) || anchor_block.slot != anchor_state.slot()) {
        return reject(Clause::FC_05, "the anchor's block and state do not belong together");
    }
    const Root root = hash_tree_root(anchor_block, parameters);
    const Checkpoint checkpoint{epoch_of(anchor_state.slot(), parameters), root};
    ProtoArray::Node node;
    node.root = root;
    node.slot = anchor_block.slot;
    node.proposer = anchor_block.proposer_index;
    node.timely = true;
    node.justified = anchor_state.consensus().current_justified_checkpoint;
    node.unrealized_justified = checkpoint;
    ForkChoice store(environment, ProtoArray(node));
    store.genesis_time_ms_ = anchor_state.consensus().genesis_time_ms;
    store.time_ms_ = saturating_add(store.genesis_time_ms_,
                                    saturating_multiply(parameters.SLOT_DURATION_MS, anchor_state.slot().value()));
    store.justified_ = store.finalized_ = store.unrealized_justified_ = store.unrealized_finalized_ = checkpoint;
    store.block_states_.emplace(root, std::make_shared<const State>(std::move(anchor_state)));
    return store;
}

Result<ForkChoice> ForkChoice::from_checkpoint(const Environment& environment, const Root& genesis_root,
                                               Epoch current_epoch, const Checkpoint& checkpoint, State state,
                                               const Block& block, bool ordered_outside) {
    NODE_TRY(check_checkpoint_sync(environment, genesis_root, current_epoch, state, checkpoint, ordered_outside));
    return from_anchor(environment, std::move(state), block);
}

Slot ForkChoice::current_slot() const {
    return Slot(GENESIS_SLOT + (time_ms_ - genesis_time_ms_) / parameters().SLOT_DURATION_MS);
}

Epoch ForkChoice::current_store_epoch() const { return epoch_of(current_slot(), parameters()); }

std::uint64_t ForkChoice::time_into_slot_ms() const {
    return (time_ms_ - genesis_time_ms_) % parameters().SLOT_DURATION_MS;
}

std::optional<Slot> ForkChoice::block_slot(const Root& root) const {
    const auto position = blocks_.find(root);
    return position ? std::optional(blocks_.node(*position).slot) : std::nullopt;
}

std::optional<Root> ForkChoice::parent_of(const Root& root) const {
    const auto position = blocks_.find(root);
    if (!position || blocks_.node(*position).parent == ProtoArray::kNone) return std::nullopt;
    return blocks_.node(blocks_.node(*position).parent).root;
}

bool ForkChoice::is_timely(const Root& root) const {
    const auto position = blocks_.find(root);
    return position && blocks_.node(*position).timely;
}

std::optional<Checkpoint> ForkChoice::unrealized_justification(const Root& root) const {
    const auto position = blocks_.find(root);
    return position ? std::optional(blocks_.node(*position).unrealized_justified) : std::nullopt;
}

std::optional<Root> ForkChoice::get_ancestor(const Root& root, Slot slot) const {
    const auto position = blocks_.find(root);
    if (!position) return std::nullopt;
    const auto ancestor = blocks_.ancestor(*position, slot);
    return ancestor == ProtoArray::kNone ? std::nullopt : std::optional(blocks_.node(ancestor).root);
}

std::optional<Root> ForkChoice::get_checkpoint_block(const Root& root, Epoch epoch) const {
    return get_ancestor(root, start_slot_of(epoch, parameters()));
}

std::optional<Root> ForkChoice::get_shuffling_dependent_root(const Root& root, Epoch epoch) const {
    const Slot first = start_slot_of(epoch - parameters().MIN_SEED_LOOKAHEAD, parameters());
    return get_ancestor(root, first - 1);
}

StatePointer ForkChoice::block_state(const Root& root) const {
    const auto found = block_states_.find(root);
    return found == block_states_.end() ? nullptr : found->second;
}

StatePointer ForkChoice::remember(const CheckpointKey& key, State state) {
    // Old epochs are the least likely to be asked for again.
    constexpr std::size_t kCapacity = 64;
    if (checkpoint_states_.size() >= kCapacity) {
        const auto oldest =
            std::ranges::min_element(checkpoint_states_, {}, [](const auto& each) { return each.first.epoch; });
        checkpoint_states_.erase(oldest);
    }
    state.update_root(*environment_);
    return checkpoint_states_.emplace(key, std::make_shared<const State>(std::move(state))).first->second;
}

StatePointer ForkChoice::checkpoint_state(const Root& root, Epoch epoch) {
    auto state = try_checkpoint_state(root, epoch);
    return state.ok() ? *std::move(state) : nullptr;
}

Result<StatePointer> ForkChoice::try_checkpoint_state(const Root& root, Epoch epoch) {
    StatePointer block = block_state(root);
    if (!block) return reject(Clause::FC_38, "block " + to_hex(root));
    if (current_epoch(*block, *environment_) >= epoch) return block;
    const CheckpointKey key{root, epoch};
    const auto found = checkpoint_states_.find(key);
    if (found != checkpoint_states_.end()) return found->second;
    // Begin at the latest epoch that is remembered for this block.
    StatePointer from = block;
    const auto later = checkpoint_states_.lower_bound(key);
    if (later != checkpoint_states_.begin() && std::prev(later)->first.root == root) from = std::prev(later)->second;
    State state = *from;
    NODE_TRY(process_slots(*environment_, state, start_slot_of(epoch, parameters())));
    return remember(key, std::move(state));
}

Result<std::shared_ptr<State>> ForkChoice::state_at(const Root& root, Slot slot) {
    if (!contains(root)) return reject(Clause::FC_16, "block " + to_hex(root));
    NODE_TRY_ASSIGN(from, try_checkpoint_state(root, epoch_of(slot, parameters())));
    auto state = std::make_shared<State>(*from);
    if (state->slot() < slot) NODE_TRY(process_slots(*environment_, *state, slot));
    return state;
}

// -------------------------------------------------------------------------------------------------------------- time

Result<void> ForkChoice::on_tick(std::uint64_t time_ms) {
    if (time_ms < time_ms_) return reject(Clause::FC_11, "time goes back");
    // What is unrealized does not change meanwhile: of all the slots that are passed, the first of an epoch does what
    // the others would repeat.
    const std::uint64_t duration = parameters().SLOT_DURATION_MS;
    const std::uint64_t passed = (time_ms - genesis_time_ms_) / duration - (time_ms_ - genesis_time_ms_) / duration;
    const std::uint64_t to_next_epoch = parameters().SLOTS_PER_EPOCH - slot_in_epoch(current_slot(), parameters());
    if (to_next_epoch <= passed) on_tick_per_slot(time_ms_ - time_into_slot_ms() + to_next_epoch * duration);
    on_tick_per_slot(time_ms);
    return {};
}

void ForkChoice::on_tick_per_slot(std::uint64_t time_ms) {
    const Slot before = current_slot();
    time_ms_ = time_ms;
    const Slot now = current_slot();
    if (now <= before) return;
    boost_root_ = Root{};
    if (slot_in_epoch(now, parameters()) == 0)  // [FC-08]
        update_checkpoints(unrealized_justified_, unrealized_finalized_);
}

void ForkChoice::update_checkpoints(const Checkpoint& justified, const Checkpoint& finalized) {
    if (justified.epoch > justified_.epoch) justified_ = justified;
    if (finalized.epoch > finalized_.epoch) finalized_ = finalized;
}

// ------------------------------------------------------------------------------------------------------------ blocks

Result<void> ForkChoice::check_time(const Block& block) const {
    if (block.slot > current_slot()) return reject(Clause::FC_17, "slot " + std::to_string(block.slot.value()));
    if (block.slot <= start_slot_of(finalized_.epoch, parameters())) {
        return reject(Clause::FC_18, "slot " + std::to_string(block.slot.value()));
    }
    return {};
}

Result<void> ForkChoice::check_ancestry(const Block& block) const {
    if (!blocks_.contains(block.parent_root)) return reject(Clause::FC_16, "parent " + to_hex(block.parent_root));
    NODE_TRY(check_time(block));
    if (get_checkpoint_block(block.parent_root, finalized_.epoch) != finalized_.root) {
        return reject(Clause::FC_19, "a branch without the finalized block");
    }
    return {};
}

namespace {

/// What comes before the slots between parent and block. [BLK-01] [SLO-05]
Result<void> check_against_parent(const Environment& environment, const State& parent, const SignedBlock& block) {
    NODE_TRY(check_block_size(environment, block));
    if (parent.slot() >= block.message.slot) return reject(Clause::SLO_05, "a block that is not after its parent");
    return {};
}

/// The state of the parent taken to the block's slot, with the checks that come before. [SLO-04]
Result<std::shared_ptr<State>> pre_state_of(ForkChoice& store, const SignedBlock& block) {
    NODE_TRY(check_against_parent(store.environment(), *store.block_state(block.message.parent_root), block));
    return store.state_at(block.message.parent_root, block.message.slot);
}

ExecutedBlockContent content_of(const SignedBlock& block, const Root& root, ExecutedBlock executed) {
    const Root body_root = executed.state.consensus().latest_block_header.body_root;
    return {block, root, body_root, std::make_shared<const State>(std::move(executed.state)),
            std::make_shared<const Receipts>(std::move(executed.receipts))};
}

}  // namespace

Result<ExecutedSignedBlock> ForkChoice::check_block(const SignedBlock& block, const KnownSignatures& known) {
    const BlockRoots roots = compute_block_roots(block.message, parameters(), environment_->parallel_for);
    if (blocks_.contains(roots.root)) return reject(Clause::FC_15, "the block is known");
    NODE_TRY(check_ancestry(block.message));
    NODE_TRY_ASSIGN(pre_state, pre_state_of(*this, block));
    SignatureSets sets;
    NODE_TRY_ASSIGN(executed, execute_block_at_slot(*environment_, std::move(*pre_state), block, roots, sets, known));
    return MessageChecks::checked(content_of(block, roots.root, std::move(executed)), std::move(sets));
}

Result<ExecutedSignedBlock> ForkChoice::check_child(const ExecutedBlockContent& parent, const SignedBlock& block,
                                                    const KnownSignatures& known) const {
    const BlockRoots roots = compute_block_roots(block.message, parameters(), environment_->parallel_for);
    if (blocks_.contains(roots.root)) return reject(Clause::FC_15, "the block is known");
    if (block.message.parent_root != parent.root) return reject(Clause::FC_16, "of another parent");
    NODE_TRY(check_time(block.message));
    NODE_TRY(check_against_parent(*environment_, *parent.post_state, block));
    State state = *parent.post_state;
    NODE_TRY(process_slots(*environment_, state, block.message.slot));
    SignatureSets sets;
    NODE_TRY_ASSIGN(executed, execute_block_at_slot(*environment_, std::move(state), block, roots, sets, known));
    return MessageChecks::checked(content_of(block, roots.root, std::move(executed)), std::move(sets));
}

Result<ImportedBlock> ForkChoice::import_block(VerifiedBlock block, const VerifySignatures& verify) {
    const ExecutedBlockContent& content = block.content();
    if (blocks_.contains(content.root)) {
        return ImportedBlock{content.root, true, is_timely(content.root), block_state(content.root), nullptr};
    }
    NODE_TRY(check_ancestry(content.block.message));
    return insert(content, verify);
}

Result<ImportedBlock> ForkChoice::on_block(const SignedBlock& block, const VerifySignatures& verify) {
    const BlockRoots roots = compute_block_roots(block.message, parameters(), environment_->parallel_for);
    const Root& root = roots.root;
    if (blocks_.contains(root)) return ImportedBlock{root, true, is_timely(root), block_state(root), nullptr};
    NODE_TRY(check_ancestry(block.message));
    NODE_TRY_ASSIGN(pre_state, pre_state_of(*this, block));
    SignatureSets sets;
    auto executed = execute_block_at_slot(*environment_, std::move(*pre_state), block, roots, sets, {});
    NODE_TRY(conclude(executed.ok() ? Result<void>{} : executed.rejection(), sets, verify));
    return insert(content_of(block, root, *std::move(executed)), verify);
}

Result<ImportedBlock> ForkChoice::insert(const ExecutedBlockContent& content, const VerifySignatures& verify) {
    const Block& block = content.block.message;
    const State& post_state = *content.post_state;
    NODE_TRY_ASSIGN(pulled_up, compute_justification(*environment_, post_state));
    const Root head = get_head();  // without the block [FC-21]

    ProtoArray::Node node;
    node.root = content.root;
    node.parent = *blocks_.find(block.parent_root);
    node.slot = block.slot;
    node.proposer = block.proposer_index;
    // [FC-09] [FC-23]
    const std::uint64_t due = parameters().ATTESTATION_DUE_BPS * parameters().SLOT_DURATION_MS / BASIS_POINTS;
    node.timely = block.slot == current_slot() && time_into_slot_ms() < due;
    node.justified = post_state.consensus().current_justified_checkpoint;
    const bool timely = node.timely;
    blocks_.insert(std::move(node));
    block_states_.emplace(content.root, content.post_state);

    update_proposer_boost_root(head, content.root);
    update_checkpoints(post_state.consensus().current_justified_checkpoint,
                       post_state.consensus().finalized_checkpoint);
    pull_up(content.root, pulled_up);
    apply_body(content, verify);
    return ImportedBlock{content.root, false, timely, content.post_state, content.receipts};
}

void ForkChoice::update_proposer_boost_root(const Root& head, const Root& root) {
    if (!is_timely(root) || !boost_root_.is_zero()) return;
    const Epoch epoch = current_store_epoch();
    if (get_shuffling_dependent_root(root, epoch) == get_shuffling_dependent_root(head, epoch)) boost_root_ = root;
}

void ForkChoice::pull_up(const Root& root, const JustificationOutcome& outcome) {
    ProtoArray::Node& node = blocks_.mutable_node(*blocks_.find(root));
    node.unrealized_justified = outcome.current_justified;
    if (outcome.current_justified.epoch > unrealized_justified_.epoch)
        unrealized_justified_ = outcome.current_justified;
    if (outcome.finalized.epoch > unrealized_finalized_.epoch) unrealized_finalized_ = outcome.finalized;
    if (epoch_of(node.slot, parameters()) < current_store_epoch()) {
        update_checkpoints(outcome.current_justified, outcome.finalized);
    }
}

void ForkChoice::apply_body(const ExecutedBlockContent& content, const VerifySignatures& verify) {
    const BlockBody& body = content.block.message.body;
    for (const Attestation& attestation : body.attestations) {
        const auto vote = index_vote(attestation, true);
        if (!vote.ok()) continue;
        if (verified_by_block(*content.post_state, attestation.data)) {
            apply_vote(*vote);
        } else {
            // What is rejected here is passed over. [FC-22]
            static_cast<void>(on_attestation(attestation, true, verify).ok());
        }
    }
    for (const AttesterSlashing& slashing : body.attester_slashings) {
        static_cast<void>(on_attester_slashing(slashing, verify).ok());
    }
}

namespace {

/// Whether the members have the same keys in both registries: branches may have registered different ones.
bool same_keys(const ConsensusState& a, const ConsensusState& b, std::span<const ValidatorIndex> members) {
    return std::ranges::all_of(members, [&](ValidatorIndex member) {
        const std::uint64_t i = member.value();
        return i < a.validators.size() && i < b.validators.size() && a.validators[i].pubkey == b.validators[i].pubkey;
    });
}

}  // namespace

/// Whether the committee, and so the signature, is the one that was verified with the block. [FC-46]
bool ForkChoice::verified_by_block(const State& post_state, const AttestationData& data) {
    const StatePointer target = checkpoint_state(data.target.root, data.target.epoch);
    if (!target || target->consensus().fork_schedule != post_state.consensus().fork_schedule) return false;
    const EpochContext& context = post_state.context();
    const Shuffling& verified = data.target.epoch == context.epoch ? *context.current : *context.previous;
    const auto here = get_shuffling(*target, data.target.epoch, *environment_);
    return here && Shuffling::same(*here, verified) &&
           same_keys(target->consensus(), post_state.consensus(), verified.committee(data.slot, data.index));
}

// ------------------------------------------------------------------------------------------------------------- votes

Result<void> ForkChoice::validate_on_attestation(const AttestationData& data, bool from_block) const {
    const Epoch current = current_store_epoch();
    if (!from_block && data.target.epoch != current && data.target.epoch != previous_of(current)) {
        return reject(Clause::FC_36, "target epoch " + std::to_string(data.target.epoch.value()));
    }
    if (data.target.epoch != epoch_of(data.slot, parameters())) return reject(Clause::FC_37, "slot of another epoch");
    if (!blocks_.contains(data.target.root)) return reject(Clause::FC_38, "target " + to_hex(data.target.root));
    const auto block = blocks_.find(data.beacon_block_root);
    if (!block) return reject(Clause::FC_39, "block " + to_hex(data.beacon_block_root));
    if (blocks_.node(*block).slot > data.slot) return reject(Clause::FC_40, "a vote for a later block");
    if (get_checkpoint_block(data.beacon_block_root, data.target.epoch) != data.target.root) {
        return reject(Clause::FC_41, "the target is not of the block's branch");
    }
    if (current_slot() < data.slot + 1) return reject(Clause::FC_42, "the slot is not over");
    if (data.target.epoch < finalized_.epoch ||
        get_checkpoint_block(data.beacon_block_root, finalized_.epoch) != finalized_.root) {
        return reject(Clause::FC_43, "a vote against finality");
    }
    return {};
}

Result<IndexedVote> ForkChoice::index_vote(const Attestation& attestation, bool from_block) {
    const AttestationData& data = attestation.data;
    NODE_TRY(validate_on_attestation(data, from_block));
    NODE_TRY_ASSIGN(target, try_checkpoint_state(data.target.root, data.target.epoch));
    const auto shuffling = get_shuffling(*target, data.target.epoch, *environment_);
    if (!shuffling || data.index.value() >= shuffling->committees_per_slot()) {
        return reject(Clause::FC_44, "committee " + std::to_string(data.index.value()));
    }
    auto indices = get_attesting_indices(shuffling->committee(data.slot, data.index), attestation.aggregation_bits);
    if (!indices.ok()) return reject(Clause::FC_44, indices.rejection().detail);
    return IndexedVote{data, *std::move(indices), from_block};
}

Result<CheckedVote> ForkChoice::check_attestation(const Attestation& attestation, bool from_block) {
    NODE_TRY_ASSIGN(vote, index_vote(attestation, from_block));
    const StatePointer target = checkpoint_state(vote.data.target.root, vote.data.target.epoch);
    IndexedAttestation indexed{std::move(vote.indices), vote.data, attestation.signature};
    SignatureSets sets;
    NODE_TRY(check_indexed_attestation(*environment_, *target, indexed, sets));
    return MessageChecks::checked(IndexedVote{vote.data, std::move(indexed.attesting_indices), from_block},
                                  std::move(sets));
}

Result<void> ForkChoice::apply(const VerifiedVote& vote) {
    NODE_TRY(validate_on_attestation(vote.content().data, vote.content().from_block));
    apply_vote(vote.content());
    return {};
}

Result<void> ForkChoice::on_attestation(const Attestation& attestation, bool from_block,
                                        const VerifySignatures& verify) {
    NODE_TRY_ASSIGN(checked, check_attestation(attestation, from_block));
    NODE_TRY_ASSIGN(verified, std::move(checked).with_signatures(verify));
    apply_vote(verified.content());
    return {};
}

void ForkChoice::apply_vote(const IndexedVote& vote) {
    const auto block = *blocks_.find(vote.data.beacon_block_root);
    for (const ValidatorIndex index : vote.indices)
        votes_.update(index, vote.data.target.epoch, block);
    scores_stale_ = true;
}

// ----------------------------------------------------------------------------------------------------- equivocations

Result<CheckedEquivocation> ForkChoice::check_attester_slashing(const AttesterSlashing& slashing) {
    if (!is_slashable_attestation_data(slashing.attestation_1.data, slashing.attestation_2.data)) {
        return reject(Clause::FC_48, "no double or surround vote");
    }
    const StatePointer justified = block_state(justified_.root);
    if (!justified) return reject(Clause::FC_49, "the justified block has no state");
    SignatureSets sets;
    NODE_TRY(check_indexed_attestation(*environment_, *justified, slashing.attestation_1, sets));
    NODE_TRY(check_indexed_attestation(*environment_, *justified, slashing.attestation_2, sets));
    return MessageChecks::checked(Equivocation{common_indices(slashing)}, std::move(sets));
}

void ForkChoice::apply(const VerifiedEquivocation& equivocation) { apply_equivocation(equivocation.content()); }

Result<void> ForkChoice::on_attester_slashing(const AttesterSlashing& slashing, const VerifySignatures& verify) {
    if (!is_slashable_attestation_data(slashing.attestation_1.data, slashing.attestation_2.data)) {
        return reject(Clause::FC_48, "no double or surround vote");
    }
    const StatePointer justified = block_state(justified_.root);
    if (!justified) return reject(Clause::FC_49, "the justified block has no state");
    // The first attestation is judged whole before the second. [FC-49] [FC-50]
    SignatureSets sets;
    auto checked = check_indexed_attestation(*environment_, *justified, slashing.attestation_1, sets);
    if (checked.ok()) checked = check_indexed_attestation(*environment_, *justified, slashing.attestation_2, sets);
    NODE_TRY(conclude(std::move(checked), sets, verify));
    apply_equivocation({common_indices(slashing)});
    return {};
}

void ForkChoice::apply_equivocation(const Equivocation& equivocation) {
    for (const ValidatorIndex index : equivocation.indices)
        votes_.set_equivocating(index);
    scores_stale_ = true;
}

// -------------------------------------------------------------------------------------------------------------- head

void ForkChoice::refresh_scores() {
    if (stakes_of_ != justified_) {
        const StatePointer state = checkpoint_state(justified_.root, justified_.epoch);
        if (state) {
            const Epoch epoch = current_epoch(*state, *environment_);
            justified_stakes_.clear();
            justified_stakes_.reserve(state->validator_count());
            for (std::size_t c = 0; c < state->consensus().validators.chunk_count(); ++c) {
                for (const Validator& validator : state->consensus().validators.chunk(c)) {
                    const bool counts = is_active(validator, epoch) && !validator.slashed;
                    justified_stakes_.push_back(counts ? validator.effective_stake.value() : 0);
                }
            }
            justified_total_ = state->context().total_active_stake.value();
        }
        stakes_of_ = justified_;
        scores_stale_ = true;
    }
    if (!scores_stale_) return;
    blocks_.apply(votes_.take_deltas(blocks_.size(), justified_stakes_));
    scores_stale_ = false;
}

std::uint64_t ForkChoice::committee_fraction(std::uint64_t percent) {
    refresh_scores();
    return narrow(wide_multiply(justified_total_ / parameters().SLOTS_PER_EPOCH, percent) / 100).value_or(kUint64Max);
}

ProtoArray::View ForkChoice::view() {
    refresh_scores();
    return {justified_,
            finalized_,
            current_store_epoch(),
            parameters().SLOTS_PER_EPOCH,
            boost_root_,
            boost_root_.is_zero() ? 0 : committee_fraction(parameters().PROPOSER_SCORE_BOOST)};  // [FC-29]
}

Root ForkChoice::get_head() { return blocks_.node(blocks_.head(view())).root; }

std::uint64_t ForkChoice::get_weight(const Root& root) {
    const ProtoArray::View now = view();
    const auto position = blocks_.find(root);
    return position ? blocks_.weight(*position, now) : 0;
}

bool ForkChoice::is_proposer_equivocation(const ProtoArray::Node& head) const {
    // A block that may have been forgotten does not count.
    return std::ranges::count_if(blocks_.nodes(), [&](const ProtoArray::Node& each) {
               return each.slot == head.slot && each.proposer == head.proposer &&
                      get_checkpoint_block(each.root, finalized_.epoch) == finalized_.root;
           }) > 1;
}

Root ForkChoice::get_proposer_head(const Root& head, Slot slot) {
    const auto position = blocks_.find(head);
    if (!position || blocks_.node(*position).parent == ProtoArray::kNone) return head;
    if (head == finalized_.root || head == boost_root_) return head;
    const ProtoArray::Node& node = blocks_.node(*position);
    const ProtoArray::Node& parent = blocks_.node(node.parent);
    const ProtoArray::View now = view();
    const bool one_slot_back = node.slot + 1 == slot;
    const bool weak =  // [FC-57]
        blocks_.weight(*position, now) < committee_fraction(parameters().REORG_HEAD_WEIGHT_THRESHOLD);
    if (!one_slot_back || !weak) return head;
    if (is_proposer_equivocation(node)) return parent.root;

    const std::uint64_t cutoff = parameters().PROPOSER_REORG_CUTOFF_BPS * parameters().SLOT_DURATION_MS / BASIS_POINTS;
    const bool stable = slot_in_epoch(slot, parameters()) != 0;                         // [FC-53]
    const bool competitive = node.unrealized_justified == parent.unrealized_justified;  // [FC-54]
    const bool finalizing =                                                             // [FC-55]
        epoch_of(slot, parameters()) <= finalized_.epoch + parameters().REORG_MAX_EPOCHS_SINCE_FINALIZATION;
    const bool on_time = time_into_slot_ms() <= cutoff;  // [FC-56]
    const bool strong =                                  // [FC-58]
        blocks_.weight(node.parent, now) > committee_fraction(parameters().REORG_PARENT_WEIGHT_THRESHOLD);
    const bool reorg =  // the head is late [FC-52]
        !node.timely && stable && competitive && finalizing && on_time && parent.slot + 1 == node.slot && strong;
    return reorg ? parent.root : head;
}

// ------------------------------------------------------------------------------------------------------------ pruning

std::vector<Root> ForkChoice::prune() {
    std::vector<Root> forgotten;
    const auto finalized = blocks_.find(finalized_.root);
    if (!finalized || *finalized == 0) return forgotten;
    refresh_scores();
    std::vector<Root> before;
    for (const ProtoArray::Node& node : blocks_.nodes())
        before.push_back(node.root);
    const std::vector<ProtoArray::Position> moved = blocks_.prune(*finalized);
    votes_.move(moved);
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (moved[i] != ProtoArray::kNone) continue;
        forgotten.push_back(before[i]);
        block_states_.erase(before[i]);
    }
    std::erase_if(checkpoint_states_, [&](const auto& each) {
        return !blocks_.contains(each.first.root) || each.first.epoch < finalized_.epoch;
    });
    return forgotten;
}

}  // namespace touchstone::node
