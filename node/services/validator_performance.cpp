#include "node/services/validator_performance.h"

#include <algorithm>
#include <array>
#include <limits>

#include "node/base/arithmetic.h"
#include "node/codec/snappy.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kHeaderBytes = 1 + 1 + Root::kSize + 4;  // format, complete, root, number of validators
constexpr std::size_t kValidatorBytes = 4 + 4 * sizeof(std::uint64_t);
/// More than any registry has; a bound for what is decompressed.
constexpr std::uint64_t kMostValidators = 1U << 24U;
constexpr std::uint64_t kFlags = 3;

constexpr unsigned kActive = 1;
constexpr unsigned kSource = 2;
constexpr unsigned kTarget = 4;
constexpr unsigned kHead = 8;

using Delta = std::int64_t ValidatorPerformance::*;
constexpr std::array<Delta, 4> kDeltas{&ValidatorPerformance::source_delta, &ValidatorPerformance::target_delta,
                                       &ValidatorPerformance::head_delta, &ValidatorPerformance::inactivity_delta};

std::uint8_t marks_of(const ValidatorPerformance& each) {
    const unsigned marks = (each.active ? kActive : 0U) | (each.source ? kSource : 0U) | (each.target ? kTarget : 0U) |
                           (each.head ? kHead : 0U);
    return static_cast<std::uint8_t>(marks);
}

void put_number(ByteVector& bytes, std::uint64_t number, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        bytes.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

std::uint64_t number_at(Bytes bytes, std::size_t place, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = size; i-- != 0;)
        number = (number << 8U) | bytes[place + i];
    return number;
}

std::int64_t difference(std::uint64_t reward, std::uint64_t penalty) {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(reward, kMost)) - static_cast<std::int64_t>(std::min(penalty, kMost));
}

void add_deltas(EpochPerformance& performance, const Deltas& deltas, Delta delta) {
    const std::size_t count = std::min(performance.validators.size(), deltas.rewards.size());
    for (std::size_t i = 0; i < count; ++i)
        performance.validators[i].*delta = difference(deltas.rewards[i], deltas.penalties[i]);
}

/// The votes of the epoch before the state's, as the end of the state's epoch counts and pays them. [EPO-01]
Result<void> complete(EpochPerformance& performance, const Environment& environment, const State& state) {
    State ending = state;
    NODE_TRY(process_justification_and_finalization(environment, ending));
    NODE_TRY(process_inactivity_updates(environment, ending));
    const ConsensusState& consensus = ending.consensus();
    const std::size_t count = std::min(performance.validators.size(), consensus.validators.size());
    for (std::size_t i = 0; i < count; ++i) {
        ValidatorPerformance& each = performance.validators[i];
        const ParticipationFlags flags = consensus.previous_epoch_participation[i];
        each.source = ((flags >> TIMELY_SOURCE_FLAG_INDEX) & 1U) != 0;
        each.target = ((flags >> TIMELY_TARGET_FLAG_INDEX) & 1U) != 0;
        each.head = ((flags >> TIMELY_HEAD_FLAG_INDEX) & 1U) != 0;
    }
    static_assert(TIMELY_SOURCE_FLAG_INDEX == 0 && TIMELY_TARGET_FLAG_INDEX == 1 && TIMELY_HEAD_FLAG_INDEX == 2);
    for (std::uint64_t flag = 0; flag < kFlags; ++flag)
        add_deltas(performance, get_flag_index_deltas(environment, ending, flag), kDeltas[flag]);
    add_deltas(performance, get_inactivity_penalty_deltas(environment, ending), kDeltas[kFlags]);
    performance.complete = true;
    return {};
}

/// Who is active in the state's epoch.
EpochPerformance begun(Epoch epoch, const Root& root, const State& state) {
    EpochPerformance performance{.epoch = epoch, .root = root, .complete = false, .validators = {}};
    performance.validators.resize(state.validator_count());
    for (std::size_t i = 0; i < performance.validators.size(); ++i)
        performance.validators[i].active = is_active(state.consensus().validators[i], epoch);
    return performance;
}

void count_up(std::uint8_t& count) {
    if (count != std::numeric_limits<std::uint8_t>::max()) ++count;
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------ encoding

ByteVector encode_performance(const EpochPerformance& performance) {
    const auto& validators = performance.validators;
    ByteVector bytes;
    bytes.reserve(kHeaderBytes + validators.size() * kValidatorBytes);
    bytes.push_back(kFormat);
    bytes.push_back(static_cast<std::uint8_t>(performance.complete));
    bytes.insert(bytes.end(), performance.root.bytes.begin(), performance.root.bytes.end());
    put_number(bytes, validators.size(), 4);
    for (const ValidatorPerformance& each : validators)
        bytes.push_back(marks_of(each));
    for (const ValidatorPerformance& each : validators)
        bytes.push_back(each.proposals_made);
    for (const ValidatorPerformance& each : validators)
        bytes.push_back(each.proposals_missed);
    for (const ValidatorPerformance& each : validators)
        bytes.push_back(each.inclusion_distance.value_or(0));
    for (const Delta delta : kDeltas) {
        for (const ValidatorPerformance& each : validators)
            put_number(bytes, static_cast<std::uint64_t>(each.*delta), sizeof(std::uint64_t));
    }
    return codec::compress(bytes);
}

std::optional<EpochPerformance> decode_performance(Epoch epoch, Bytes compressed) {
    const auto whole = codec::decompress(compressed, kHeaderBytes + kMostValidators * kValidatorBytes);
    if (!whole.ok() || whole->size() < kHeaderBytes) return std::nullopt;
    const Bytes bytes(*whole);
    if (bytes[0] != kFormat || bytes[1] > 1) return std::nullopt;
    EpochPerformance performance{.epoch = epoch, .root = {}, .complete = bytes[1] == 1, .validators = {}};
    std::copy_n(bytes.begin() + 2, Root::kSize, performance.root.bytes.begin());
    const auto count = static_cast<std::size_t>(number_at(bytes, kHeaderBytes - 4, 4));
    if (bytes.size() != kHeaderBytes + count * kValidatorBytes) return std::nullopt;
    performance.validators.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        ValidatorPerformance& each = performance.validators[i];
        const std::uint8_t marks = bytes[kHeaderBytes + i];
        each.active = (marks & kActive) != 0;
        each.source = (marks & kSource) != 0;
        each.target = (marks & kTarget) != 0;
        each.head = (marks & kHead) != 0;
        each.proposals_made = bytes[kHeaderBytes + count + i];
        each.proposals_missed = bytes[kHeaderBytes + 2 * count + i];
        const std::uint8_t distance = bytes[kHeaderBytes + 3 * count + i];
        if (distance != 0) each.inclusion_distance = distance;
        std::size_t column = kHeaderBytes + 4 * count;
        for (const Delta delta : kDeltas) {
            each.*delta =
                static_cast<std::int64_t>(number_at(bytes, column + i * sizeof(std::uint64_t), sizeof(std::uint64_t)));
            column += count * sizeof(std::uint64_t);
        }
    }
    return performance;
}

// ----------------------------------------------------------------------------------------------------------- recording

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

void PerformanceRecords::collect(ForkChoice& fork_choice, Epoch before, StoreTransaction& transaction) {
    const Epoch finalized = fork_choice.finalized().epoch;
    transaction.forget_performance_before = finalized - saturating_add(kept_epochs_, 1);
    if (kept_epochs_ == 0) return;
    for (Epoch ended = before; ended < finalized; ++ended)
        end_epoch(fork_choice, ended, transaction);
}

/// The epoch's last block and all before it are final.
void PerformanceRecords::end_epoch(ForkChoice& fork_choice, Epoch ended, StoreTransaction& transaction) {
    const Environment& environment = fork_choice.environment();
    const Parameters& parameters = environment.parameters();
    const Slot first = start_slot_of(ended, parameters);
    const Slot last = first + (parameters.SLOTS_PER_EPOCH - 1);
    if (open_ && open_->epoch + 1 != ended) open_.reset();
    const auto end = fork_choice.get_ancestor(fork_choice.finalized().root, last);
    if (!end) return open_.reset();
    const auto found = fork_choice.state_at(*end, last);
    if (!found.ok()) return open_.reset();
    const State& state = **found;
    EpochPerformance current = begun(ended, *end, state);
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
    if (open_ && complete(*open_, environment, state).ok()) {
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
    constexpr std::uint64_t kFarthest = std::numeric_limits<std::uint8_t>::max();
    for (const Votes& votes : votes_in(root, parameters)) {
        const Epoch epoch = epoch_of(votes.slot, parameters);
        EpochPerformance* const record =
            epoch == current.epoch ? &current : (open_ && open_->epoch == epoch ? &*open_ : nullptr);
        const auto shuffling = record == nullptr ? nullptr : get_shuffling(state, epoch, environment);
        if (shuffling == nullptr) continue;
        const auto committee = shuffling->committee(votes.slot, votes.committee);
        for (std::size_t i = 0; i < std::min(committee.size(), votes.bits.size()); ++i) {
            const std::uint64_t validator = committee[i].value();
            if (!votes.bits.get(i) || validator >= record->validators.size()) continue;
            auto& distance = record->validators[validator].inclusion_distance;
            if (!distance) distance = static_cast<std::uint8_t>(std::min(slot - votes.slot, kFarthest));
        }
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
