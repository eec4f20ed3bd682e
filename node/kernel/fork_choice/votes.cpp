#include "node/kernel/fork_choice/votes.h"

#include <algorithm>

namespace touchstone::node {

void Votes::update(ValidatorIndex validator, Epoch target_epoch, Position block) {
    if (validator.value() >= votes_.size()) votes_.resize(validator.value() + 1);
    Vote& vote = votes_[validator.value()];
    if (vote.equivocating || (vote.voted && target_epoch <= vote.epoch)) return;
    vote.voted = true;
    vote.epoch = target_epoch;
    vote.latest = block;
}

void Votes::set_equivocating(ValidatorIndex validator) {
    if (validator.value() >= votes_.size()) votes_.resize(validator.value() + 1);
    votes_[validator.value()].equivocating = true;
}

bool Votes::is_equivocating(ValidatorIndex validator) const {
    return validator.value() < votes_.size() && votes_[validator.value()].equivocating;
}

std::vector<std::int64_t> Votes::take_deltas(std::size_t nodes, const std::vector<std::uint64_t>& stakes) {
    std::vector<std::int64_t> deltas(nodes, 0);
    applied_stakes_.resize(votes_.size(), 0);
    for (std::size_t i = 0; i < votes_.size(); ++i) {
        Vote& vote = votes_[i];
        const std::uint64_t stake = vote.equivocating || i >= stakes.size() ? 0 : stakes[i];
        if (vote.applied == vote.latest && applied_stakes_[i] == stake) continue;
        // Every sum of stakes is below 2^63. [TYP-06]
        if (vote.applied != ProtoArray::kNone) deltas[vote.applied] -= static_cast<std::int64_t>(applied_stakes_[i]);
        if (vote.latest != ProtoArray::kNone) deltas[vote.latest] += static_cast<std::int64_t>(stake);
        vote.applied = vote.latest;
        applied_stakes_[i] = stake;
    }
    return deltas;
}

void Votes::move(const std::vector<Position>& new_positions) {
    const auto moved = [&](Position position) {
        return position == ProtoArray::kNone ? ProtoArray::kNone : new_positions[position];
    };
    for (Vote& vote : votes_) {
        vote.applied = moved(vote.applied);
        vote.latest = moved(vote.latest);
    }
}

}  // namespace touchstone::node
