#include "node/kernel/duties/operation_pool.h"

#include <algorithm>

#include "node/kernel/consensus/operations.h"
#include "node/types/encoding.h"

namespace touchstone::node {

// ------------------------------------------------------------------------------------------------------ attestations

namespace {

bool are_disjoint(const Bits& a, const Bits& b) { return a.size() == b.size() && !a.intersects(b); }
bool is_within(const Bits& part, const Bits& whole) { return part.size() == whole.size() && whole.contains(part); }

}  // namespace

bool AttestationPool::add(const Attestation& attestation) {
    const std::pair key{attestation.data.slot, hash_tree_root(attestation.data, *parameters_)};
    std::vector<Union>& unions = entries_[key];
    const Bits& bits = attestation.aggregation_bits;
    Bits known(bits.size());
    for (const Union& each : unions) {
        if (each.attestation.aggregation_bits.size() == known.size()) known.unite(each.attestation.aggregation_bits);
    }
    if (known.contains(bits)) return false;
    for (Union& each : unions) {
        if (!are_disjoint(each.attestation.aggregation_bits, bits)) continue;
        each.attestation.aggregation_bits.unite(bits);
        each.to_add.push_back(attestation.signature);
        if (each.to_add.size() >= kMostUnsummed) static_cast<void>(summed(each));
        return true;
    }
    // It overlaps with all that are there. What it contains whole is of no use any more.
    size_ -=
        std::erase_if(unions, [&](const Union& each) { return is_within(each.attestation.aggregation_bits, bits); });
    unions.push_back({attestation, {}});
    ++size_;
    if (size_ > capacity_) drop_oldest();
    return true;
}

std::optional<Attestation> AttestationPool::summed(Union& votes) {
    Attestation& attestation = votes.attestation;
    if (votes.to_add.empty()) return attestation;
    std::vector<crypto::bls::Signature> points;
    const auto first = crypto::bls::Signature::parse(attestation.signature.view());
    if (first) points.push_back(*first);
    for (const BlsSignature& each : votes.to_add) {
        if (const auto point = crypto::bls::Signature::parse(each.view())) points.push_back(*point);
    }
    if (points.size() != 1 + votes.to_add.size()) return std::nullopt;
    const auto sum = crypto::bls::aggregate_signatures(points);
    if (!sum) return std::nullopt;
    attestation.signature = BlsSignature(sum->to_bytes());
    votes.to_add.clear();
    return attestation;
}

void AttestationPool::drop_oldest() {
    const auto oldest = entries_.begin();
    size_ -= oldest->second.size();
    entries_.erase(oldest);
}

std::optional<Attestation> AttestationPool::aggregate_of(const AttestationData& data) {
    const auto found = entries_.find({data.slot, hash_tree_root(data, *parameters_)});
    if (found == entries_.end() || found->second.empty()) return std::nullopt;
    return summed(*std::ranges::max_element(
        found->second, {}, [](const Union& each) { return each.attestation.aggregation_bits.count(); }));
}

std::vector<Attestation> AttestationPool::candidates(Slot block_slot,
                                                     const std::function<bool(const Attestation&)>& is_useful) {
    std::vector<Attestation> candidates;
    for (auto& [key, unions] : entries_) {
        if (block_slot < key.first + parameters_->MIN_ATTESTATION_INCLUSION_DELAY) break;
        for (Union& each : unions) {
            if (is_useful && !is_useful(each.attestation)) continue;
            if (auto attestation = summed(each)) candidates.push_back(*std::move(attestation));
        }
    }
    return candidates;
}

void AttestationPool::prune(Slot slot) {
    const Epoch oldest = previous_of(epoch_of(slot, *parameters_));
    while (!entries_.empty() && epoch_of(entries_.begin()->first.first, *parameters_) < oldest)
        drop_oldest();
}

// --------------------------------------------------------------------------------------------------------- the others

namespace {

template <class T>
void add_once(std::vector<T>& operations, const T& operation, std::size_t capacity) {
    if (std::ranges::find(operations, operation) != operations.end()) return;
    if (operations.size() >= capacity) operations.erase(operations.begin());
    operations.push_back(operation);
}

}  // namespace

void OperationPool::add(const ProposerSlashing& slashing) { add_once(proposer_slashings_, slashing, capacity_); }
void OperationPool::add(const AttesterSlashing& slashing) { add_once(attester_slashings_, slashing, capacity_); }
void OperationPool::add(const SignedVoluntaryExit& exit) { add_once(voluntary_exits_, exit, capacity_); }

namespace {

/// Whether an offence of the epoch can be punished no more, now or later. Who is not registered or active yet may be.
bool is_settled(const State& state, ValidatorIndex index, Epoch offence, const Parameters& parameters) {
    if (index.value() >= state.validator_count()) return false;
    const Validator& validator = state.consensus().validators[index.value()];
    return (validator.slashed && validator.slashed_from <= offence) ||
           withdrawable_epoch(validator, parameters) <= epoch_of(state.slot(), parameters);
}

}  // namespace

void OperationPool::prune(const Environment& environment, const State& finalized_state) {
    const Parameters& parameters = environment.parameters();
    const auto useless = [&](std::span<const ValidatorIndex> offenders, Epoch offence) {
        return current_epoch(finalized_state, environment) > offence + parameters.MAX_EVIDENCE_AGE ||
               std::ranges::all_of(offenders, [&](ValidatorIndex index) {
                   return is_settled(finalized_state, index, offence, parameters);
               });
    };
    std::erase_if(proposer_slashings_, [&](const ProposerSlashing& each) {
        const std::array offenders{each.signed_header_1.message.proposer_index};
        return useless(offenders, offence_epoch(each, parameters));
    });
    std::erase_if(attester_slashings_,
                  [&](const AttesterSlashing& each) { return useless(common_indices(each), offence_epoch(each)); });
    // An exit that is not yet valid may become so; one of a validator that has requested it is done.
    std::erase_if(voluntary_exits_, [&](const SignedVoluntaryExit& each) {
        const std::uint64_t index = each.message.validator_index.value();
        return index < finalized_state.validator_count() &&
               finalized_state.consensus().validators[index].exit_request_epoch != kFarFutureEpoch;
    });
}

}  // namespace touchstone::node
