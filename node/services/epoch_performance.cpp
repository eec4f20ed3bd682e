#include "node/services/epoch_performance.h"

#include <algorithm>
#include <array>
#include <limits>

#include "node/codec/snappy.h"
#include "node/kernel/consensus/epoch_processing.h"

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

// ----------------------------------------------------------------------------------------------------------- computing

EpochPerformance begin_performance(Epoch epoch, const Root& root, const State& state) {
    EpochPerformance performance{.epoch = epoch, .root = root, .complete = false, .validators = {}};
    performance.validators.resize(state.validator_count());
    for (std::size_t i = 0; i < performance.validators.size(); ++i)
        performance.validators[i].active = is_active(state.consensus().validators[i], epoch);
    return performance;
}

void count_votes(EpochPerformance& performance, const CastVotes& votes, Slot included_in, const Shuffling& shuffling) {
    constexpr std::uint64_t kFarthest = std::numeric_limits<std::uint8_t>::max();
    const auto inclusion = static_cast<std::uint8_t>(std::min(included_in - votes.slot, kFarthest));
    const auto committee = shuffling.committee(votes.slot, votes.committee);
    for (std::size_t i = 0; i < std::min(committee.size(), votes.bits.size()); ++i) {
        const std::uint64_t validator = committee[i].value();
        if (!votes.bits.get(i) || validator >= performance.validators.size()) continue;
        auto& distance = performance.validators[validator].inclusion_distance;
        if (!distance) distance = inclusion;
    }
}

Result<void> complete_performance(EpochPerformance& performance, const Environment& environment, const State& state) {
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

}  // namespace touchstone::node
