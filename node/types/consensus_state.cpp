#include "node/types/consensus_state.h"

#include "node/types/schemas.h"

namespace touchstone::node {

using schemas::schema;

namespace {

/// The roots of validators and summaries depend on no parameter.
constexpr Parameters kNoParameters{};

constexpr std::size_t kForkScheduleField = 4;

/// Hashes what has changed in the long fields, those of one chain of hashes beside those of the others.
template <std::size_t... I>
void update_lists(ConsensusState& state, const Parameters& parameters, const ParallelFor& parallel_for,
                  std::index_sequence<I...>) {
    std::array<codec::Extension, ConsensusState::kFields> extensions;
    std::size_t count = 0;
    const auto for_each_unclean = [&state](auto&& visit) {
        const auto one = [&](const auto& each) {
            if constexpr (requires { (state.*each.member).clean(); }) {
                if (!(state.*each.member).clean()) visit(each.kind, state.*each.member);
            }
        };
        (one(std::get<I>(schema<ConsensusState>.fields)), ...);
    };
    for_each_unclean([&](const auto& kind, auto& list) {
        extensions[count++] = list.update_filled(kind.depth(parameters), parallel_for);
    });
    codec::extend_with_zeros(std::span(extensions).first(count));
    for_each_unclean([&, i = std::size_t{0}](const auto&, auto& list) mutable { list.set_root(extensions[i++].root); });
}

/// Precondition: update_lists.
template <std::size_t I>
codec::Digest field_root(ConsensusState& state, const Parameters& parameters) {
    const auto& each = std::get<I>(schema<ConsensusState>.fields);
    if constexpr (I == kForkScheduleField) {
        ConsensusState::RootCache& cache = state.root_cache;
        if (cache.filled && cache.hashed_fork_schedule == state.fork_schedule) {
            return cache.nodes[ConsensusState::RootCache::kLeaves + I];
        }
        cache.hashed_fork_schedule = state.fork_schedule;
        return each.kind.root(state.fork_schedule, parameters);
    } else {
        return each.kind.root(state.*each.member, parameters);
    }
}

/// Computes the leaves and tells which have changed, as a set of bits.
template <std::size_t... I>
std::uint64_t update_leaves(ConsensusState& state, const Parameters& parameters, std::index_sequence<I...>) {
    std::uint64_t changed = 0;
    const auto update = [&](std::size_t i, const codec::Digest& root) {
        codec::Digest& leaf = state.root_cache.nodes[ConsensusState::RootCache::kLeaves + i];
        if (leaf == root) return;
        leaf = root;
        changed |= std::uint64_t{1} << i;
    };
    (update(I, field_root<I>(state, parameters)), ...);
    return changed;
}

template <std::size_t... I>
bool fields_equal(const ConsensusState& a, const ConsensusState& b, std::index_sequence<I...>) {
    const auto& fields = schema<ConsensusState>.fields;
    return ((a.*std::get<I>(fields).member == b.*std::get<I>(fields).member) && ...);
}

}  // namespace

codec::Digest ElementRoot<Validator>::root(const Validator& validator) {
    return schema<Validator>.root(validator, kNoParameters);
}

codec::Digest ElementRoot<HistoricalSummary>::root(const HistoricalSummary& summary) {
    return schema<HistoricalSummary>.root(summary, kNoParameters);
}

Root ConsensusState::update_root(const Parameters& parameters, const ParallelFor& parallel_for) {
    constexpr std::make_index_sequence<kFields> kAll{};
    update_lists(*this, parameters, parallel_for, kAll);
    std::uint64_t changed = update_leaves(*this, parameters, kAll);
    if (!root_cache.filled) changed = (std::uint64_t{1} << RootCache::kLeaves) - 1;
    root_cache.filled = true;
    for (std::size_t width = RootCache::kLeaves / 2; width != 0; width /= 2) {
        std::uint64_t parents = 0;
        for (std::size_t i = 0; i < width; ++i) {
            if (((changed >> (2 * i)) & 3U) == 0) continue;
            parents |= std::uint64_t{1} << i;
            root_cache.nodes[width + i] =
                crypto::sha256_pair(root_cache.nodes[2 * (width + i)], root_cache.nodes[2 * (width + i) + 1]);
        }
        changed = parents;
    }
    return Root(root_cache.nodes[1]);
}

bool operator==(const ConsensusState& a, const ConsensusState& b) {
    return fields_equal(a, b, std::make_index_sequence<ConsensusState::kFields>{});
}

}  // namespace touchstone::node
