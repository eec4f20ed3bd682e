#include "node/kernel/duties/operation_pool.h"

#include <algorithm>

#include "node/kernel/consensus/operations.h"
#include "node/types/encoding.h"

namespace touchstone::node {

std::optional<Attestation> aggregate(const Attestation& first, const Attestation& second) {
    if (first.aggregation_bits.size() != second.aggregation_bits.size() ||
        first.aggregation_bits.intersects(second.aggregation_bits)) {
        return std::nullopt;
    }
    const auto a = crypto::bls::Signature::parse(first.signature.view());
    const auto b = crypto::bls::Signature::parse(second.signature.view());
    if (!a || !b) return std::nullopt;
    const std::array both{*a, *b};
    const auto sum = crypto::bls::aggregate_signatures(both);
    if (!sum) return std::nullopt;
    Attestation joined = first;
    joined.aggregation_bits.unite(second.aggregation_bits);
    joined.signature = BlsSignature(sum->to_bytes());
    return joined;
}

// ------------------------------------------------------------------------------------------------------ attestations

bool AttestationPool::add(const Attestation& attestation) {
    const std::pair key{attestation.data.slot, hash_tree_root(attestation.data, *parameters_)};
    Entry& entry = entries_[key];
    entry.data = attestation.data;
    Bits known(attestation.aggregation_bits.size());
    for (const Attestation& each : entry.aggregates) {
        if (each.aggregation_bits.size() == known.size()) known.unite(each.aggregation_bits);
    }
    if (known.contains(attestation.aggregation_bits)) return false;
    for (Attestation& each : entry.aggregates) {
        if (auto joined = aggregate(each, attestation)) {
            each = *std::move(joined);
            return true;
        }
    }
    // It overlaps with all that are there. What it contains whole is of no use any more.
    size_ -= std::erase_if(entry.aggregates, [&](const Attestation& each) {
        return each.aggregation_bits.size() == attestation.aggregation_bits.size() &&
               attestation.aggregation_bits.contains(each.aggregation_bits);
    });
    entry.aggregates.push_back(attestation);
    ++size_;
    if (size_ > capacity_) drop_oldest();
    return true;
}

void AttestationPool::drop_oldest() {
    const auto oldest = entries_.begin();
    size_ -= oldest->second.aggregates.size();
    entries_.erase(oldest);
}

std::optional<Attestation> AttestationPool::aggregate_of(const AttestationData& data) const {
    const auto found = entries_.find({data.slot, hash_tree_root(data, *parameters_)});
    if (found == entries_.end() || found->second.aggregates.empty()) return std::nullopt;
    return *std::ranges::max_element(found->second.aggregates, {},
                                     [](const Attestation& each) { return each.aggregation_bits.count(); });
}

std::vector<Attestation> AttestationPool::candidates(Slot block_slot) const {
    std::vector<Attestation> candidates;
    for (const auto& [key, entry] : entries_) {
        if (block_slot < key.first + parameters_->MIN_ATTESTATION_INCLUSION_DELAY) break;
        candidates.insert(candidates.end(), entry.aggregates.begin(), entry.aggregates.end());
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
