#include "node/kernel/consensus/shuffling.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "crypto/sha256.h"
#include "node/base/arithmetic.h"

namespace touchstone::node {
namespace {

constexpr std::size_t kSeedBytes = 32;
constexpr std::uint64_t kPositionsPerSource = 256;

/// seed ‖ round ‖ number of the block of 256 positions.
using SourceInput = std::array<std::uint8_t, kSeedBytes + 1 + 4>;

SourceInput source_input(const Hash& seed, std::uint64_t round) {
    SourceInput input{};
    std::memcpy(input.data(), seed.data(), kSeedBytes);
    input[kSeedBytes] = static_cast<std::uint8_t>(round);
    return input;
}

crypto::Digest source(SourceInput& input, std::uint64_t block) {
    for (std::size_t i = 0; i < 4; ++i)
        input[kSeedBytes + 1 + i] = static_cast<std::uint8_t>(block >> (8 * i));
    return crypto::sha256(input);
}

std::uint64_t pivot_of(const SourceInput& input, std::uint64_t count) {
    const crypto::Digest hash = crypto::sha256({input.data(), kSeedBytes + 1});
    std::uint64_t number = 0;
    std::memcpy(&number, hash.data(), sizeof number);
    return number % count;
}

/// The pivot and the bits of every position in one round.
struct Round {
    std::uint64_t pivot = 0;
    std::vector<crypto::Digest> sources;

    std::uint32_t mask(std::uint64_t position) const {
        const std::uint8_t byte = sources[position / kPositionsPerSource][position % kPositionsPerSource / 8];
        return 0U - ((std::uint32_t{byte} >> (position % 8)) & 1U);
    }
};

Round make_round(const Hash& seed, std::uint64_t number, std::uint64_t count) {
    SourceInput input = source_input(seed, number);
    Round round{pivot_of(input, count), {}};
    round.sources.resize(divide_up(count, kPositionsPerSource));
    for (std::uint64_t block = 0; block < round.sources.size(); ++block)
        round.sources[block] = source(input, block);
    return round;
}

/// Swaps the pairs first + k, last - k that their round's bit says, without a branch that nobody could predict.
void swap_pairs(std::vector<std::uint32_t>& values, const Round& round, std::uint64_t first, std::uint64_t last) {
    for (; first < last; ++first, --last) {
        const std::uint32_t change = (values[first] ^ values[last]) & round.mask(last);
        values[first] ^= change;
        values[last] ^= change;
    }
}

}  // namespace

std::uint64_t compute_shuffled_index(std::uint64_t index, std::uint64_t count, const Hash& seed, std::uint64_t rounds) {
    for (std::uint64_t round = 0; round < rounds; ++round) {
        SourceInput input = source_input(seed, round);
        const std::uint64_t pivot = pivot_of(input, count);
        const std::uint64_t flip = (pivot + count - index) % count;
        const std::uint64_t position = std::max(index, flip);
        const crypto::Digest bits = source(input, position / kPositionsPerSource);
        const std::uint8_t byte = bits[position % kPositionsPerSource / 8];
        if (((byte >> (position % 8)) & 1U) != 0) index = flip;
    }
    return index;
}

std::vector<ValidatorIndex> shuffle_list(std::vector<ValidatorIndex> values, const Hash& seed, std::uint64_t rounds,
                                         const ParallelFor& parallel_for) {
    const std::uint64_t count = values.size();
    if (count == 0) return values;
    std::vector<Round> all(rounds);
    parallel_for(rounds, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            all[i] = make_round(seed, i, count);
    });
    std::vector<std::uint32_t> order(count);
    for (std::uint64_t i = 0; i < count; ++i)
        order[i] = static_cast<std::uint32_t>(i);
    // The last round first: position i then holds what the rounds in their order would lead index i to.
    for (std::size_t i = all.size(); i-- > 0;) {
        const Round& round = all[i];
        swap_pairs(order, round, 0, round.pivot);
        swap_pairs(order, round, round.pivot + 1, count - 1);
    }
    std::vector<ValidatorIndex> shuffled(count);
    for (std::uint64_t i = 0; i < count; ++i)
        shuffled[i] = values[order[i]];
    return shuffled;
}

Shuffling::Shuffling(Epoch epoch, const Hash& seed, std::vector<ValidatorIndex> active, const Parameters& parameters,
                     const ParallelFor& parallel_for)
    : epoch_(epoch),
      seed_(seed),
      slots_per_epoch_(parameters.SLOTS_PER_EPOCH),
      committees_per_slot_(std::max<std::uint64_t>(
          1, std::min(parameters.MAX_COMMITTEES_PER_SLOT,
                      active.size() / parameters.SLOTS_PER_EPOCH / parameters.TARGET_COMMITTEE_SIZE))),
      active_(std::move(active)),
      shuffled_(shuffle_list(active_, seed, parameters.SHUFFLE_ROUND_COUNT, parallel_for)) {}

std::span<const ValidatorIndex> Shuffling::committee(Slot slot, CommitteeIndex index) const {
    if (slot.value() / slots_per_epoch_ != epoch_.value() || index.value() >= committees_per_slot_) return {};
    const std::uint64_t number = slot.value() % slots_per_epoch_ * committees_per_slot_ + index.value();
    const std::uint64_t committees = committees_per_slot_ * slots_per_epoch_;
    const std::uint64_t begin = shuffled_.size() * number / committees;
    const std::uint64_t end = shuffled_.size() * (number + 1) / committees;
    return std::span(shuffled_).subspan(begin, end - begin);
}

std::optional<Shuffling::Seat> Shuffling::seat_of(ValidatorIndex validator) const {
    const auto found = std::ranges::find(shuffled_, validator);
    if (found == shuffled_.end()) return std::nullopt;
    const auto place = static_cast<std::uint64_t>(found - shuffled_.begin());
    const std::uint64_t committees = committees_per_slot_ * slots_per_epoch_;
    // The greatest committee that begins at or before the place.
    const std::uint64_t number = (place * committees + committees - 1) / shuffled_.size();
    for (std::uint64_t k = std::min(number, committees - 1);; --k) {
        const std::uint64_t begin = shuffled_.size() * k / committees;
        if (begin > place) continue;
        const Slot slot(epoch_.value() * slots_per_epoch_ + k / committees_per_slot_);
        return Seat{slot, CommitteeIndex(k % committees_per_slot_), static_cast<std::size_t>(place - begin)};
    }
}

std::shared_ptr<const Shuffling> ShufflingMemo::get(Epoch epoch, const Hash& seed, std::vector<ValidatorIndex> active,
                                                    const Parameters& parameters, const ParallelFor& parallel_for) {
    for (const auto& known : recent_) {
        if (known->epoch() == epoch && known->seed() == seed && known->active() == active) return known;
    }
    auto made = std::make_shared<const Shuffling>(epoch, seed, std::move(active), parameters, parallel_for);
    if (recent_.size() == kCapacity) recent_.pop_front();
    recent_.push_back(made);
    return made;
}

}  // namespace touchstone::node
