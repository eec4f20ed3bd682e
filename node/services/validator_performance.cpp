#include "node/services/validator_performance.h"

#include <algorithm>
#include <limits>

#include "node/base/arithmetic.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

void count_up(std::uint8_t& count) {
    if (count != std::numeric_limits<std::uint8_t>::max()) ++count;
}

}  // namespace

PerformanceRecords::PerformanceRecords(Store& store, std::uint64_t kept_epochs)
    : store_(store), kept_epochs_(kept_epochs) {
    const auto kept = store_.performance_epochs();
    if (!kept) return;
    const auto last = store_.performance(kept->second);
    if (last) open_ = decode_performance(kept->second, *last);
    if (open_ && open_->complete) open_.reset();
}

PerformanceRecords::BlockVotes PerformanceRecords::votes_of(const Block& block) {
    BlockVotes votes;
    for (const Attestation& each : block.body.attestations)
        votes.push_back({each.data.slot, each.data.index, each.aggregation_bits});
    return votes;
}

void PerformanceRecords::note(const Root& root, const Block& block) {
    if (kept_epochs_ != 0) votes_.insert_or_assign(root, votes_of(block));
}

/// After a restart they are still in the database.
PerformanceRecords::BlockVotes PerformanceRecords::votes_in(const Root& root, const Parameters& parameters) const {
    if (const auto noted = votes_.find(root); noted != votes_.end()) return noted->second;
    const auto stored = store_.block(root);
    if (!stored) return {};
    const auto block = decode<SignedBlock>(stored->signed_block, parameters);
    return block.ok() ? votes_of(block->message) : BlockVotes();
}

void PerformanceRecords::begin(const ForkChoice& fork_choice) {
    next_ = open_ ? open_->epoch + 1 : fork_choice.finalized().epoch;
}

bool PerformanceRecords::is_behind(const ForkChoice& fork_choice) const {
    return kept_epochs_ != 0 && next_ < fork_choice.finalized().epoch;
}

void PerformanceRecords::collect(ForkChoice& fork_choice, StoreTransaction& transaction) {
    const Epoch finalized = fork_choice.finalized().epoch;
    const Epoch oldest = finalized - saturating_add(kept_epochs_, 1);
    transaction.forget_performance_before = oldest;
    std::erase_if(transaction.performance, [&](const StoredPerformance& each) { return each.epoch < oldest; });
    if (kept_epochs_ == 0) return;
    const Slot anchor = fork_choice.block_slot(fork_choice.anchor_root()).value_or(Slot());
    next_ = std::max({next_, oldest, epoch_of(anchor, fork_choice.environment().parameters())});
    for (std::uint64_t count = 0; count < kEpochsPerCommit && next_ < finalized; ++count) {
        end_epoch(fork_choice, next_, transaction);
        ++next_;
    }
}

/// The epoch's last block and all before it are final. Without all of its blocks it is not recorded.
void PerformanceRecords::end_epoch(ForkChoice& fork_choice, Epoch ended, StoreTransaction& transaction) {
    const Environment& environment = fork_choice.environment();
    const Parameters& parameters = environment.parameters();
    const Slot first = start_slot_of(ended, parameters);
    const Slot last = first + (parameters.SLOTS_PER_EPOCH - 1);
    if (open_ && open_->epoch + 1 != ended) open_.reset();
    const auto end = fork_choice.get_ancestor(fork_choice.finalized().root, last);
    const auto start = fork_choice.get_ancestor(fork_choice.finalized().root, first);
    if (!end || !start || fork_choice.block_slot(*start) > first) return open_.reset();
    const auto found = fork_choice.state_at(*end, last);
    if (!found.ok()) return open_.reset();
    const State& state = **found;
    EpochPerformance current = begin_performance(ended, *end, state);
    for (Slot slot = std::max(first, Slot(GENESIS_SLOT + 1)); slot <= last; ++slot) {
        const auto root = fork_choice.get_ancestor(*end, slot);
        const bool made = root && fork_choice.block_slot(*root) == slot;
        const auto proposer = get_proposer(state.consensus(), slot, parameters);
        if (proposer && proposer->value() < current.validators.size()) {
            ValidatorPerformance& each = current.validators[proposer->value()];
            count_up(made ? each.proposals_made : each.proposals_missed);
        }
        if (made) add_votes(*root, slot, state, environment, current);
    }
    if (open_ && complete_performance(*open_, environment, state).ok()) {
        open_->root = *end;
        transaction.performance.push_back({open_->epoch, encode_performance(*open_)});
    }
    transaction.performance.push_back({current.epoch, encode_performance(current)});
    open_ = std::move(current);
}

/// Blocks come in the order of their slots: the first that has a vote is the nearest.
void PerformanceRecords::add_votes(const Root& root, Slot slot, const State& state, const Environment& environment,
                                   EpochPerformance& current) {
    const Parameters& parameters = environment.parameters();
    for (const CastVotes& votes : votes_in(root, parameters)) {
        const Epoch epoch = epoch_of(votes.slot, parameters);
        EpochPerformance* const record =
            epoch == current.epoch ? &current : (open_ && open_->epoch == epoch ? &*open_ : nullptr);
        const auto shuffling = record == nullptr ? nullptr : get_shuffling(state, epoch, environment);
        if (shuffling != nullptr) count_votes(*record, votes, slot, *shuffling);
    }
}

void PerformanceRecords::prune(const ForkChoice& fork_choice) {
    std::erase_if(votes_, [&](const auto& each) { return !fork_choice.contains(each.first); });
}

void PerformanceRecords::clear() {
    votes_.clear();
    open_.reset();
}

// ------------------------------------------------------------------------------------------------------------- answers

std::optional<EpochPerformance> PerformanceRecords::find(Epoch epoch) const {
    const auto stored = store_.performance(epoch);
    if (!stored) return std::nullopt;
    auto performance = decode_performance(epoch, *stored);
    return performance && performance->complete ? std::move(performance) : std::nullopt;
}

std::optional<std::pair<Epoch, Epoch>> PerformanceRecords::epochs() const { return store_.performance_epochs(); }

}  // namespace touchstone::node
