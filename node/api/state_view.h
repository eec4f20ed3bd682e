// Internal to this folder: a state with its entries of stake, and the validators that calls name.
#pragma once

#include <functional>
#include <vector>

#include "node/api/point.h"
#include "node/kernel/stake/ledger.h"

namespace touchstone::node::api {

/// Entries per call that are looked through for those that are asked for: the node does nothing else meanwhile.
constexpr std::size_t kMostEntries = 16'384;
/// Items of a queue, and epochs, likewise: each is looked up.
constexpr std::uint64_t kMostItems = 512;
constexpr std::uint64_t kMostEpochs = 512;

struct StateView {
    StateView(StateAt where, const Parameters& chain_parameters)
        : at(std::move(where)), parameters(chain_parameters), entries(at.state->tree()), epoch(at.epoch(parameters)) {}

    const ConsensusState& consensus() const { return at.consensus(); }
    const Validator& validator(ValidatorIndex index) const { return consensus().validators[index.value()]; }

    StateAt at;
    const Parameters& parameters;
    EntryOverlay entries;
    Epoch epoch;
};

/// Of a kAt or null.
std::variant<StateView, rpc::Error> view_at(const Chain& chain, const Json& at);

/// A validator, and a state that has it.
struct ValidatorView {
    StateView view;
    ValidatorIndex index;
};

/// Of a kValidator, in the state of a kAt or null.
std::variant<ValidatorView, rpc::Error> validator_at(const Chain& chain, const Json& validator, const Json& at);

inline rpc::Parameter validator_parameter() { return {"validator", kValidator, "its index or its public key", true}; }
/// Of which one call may name so many.
constexpr std::size_t kMostNamed = 64;
/// A list of them.
rpc::Parameter validators_parameter();
/// Of such a list, in the head's state: ascending, each once.
std::variant<std::vector<ValidatorIndex>, rpc::Error> validators_from(const Chain& chain, const Json& list);
std::vector<rpc::ErrorKind> validator_errors();

/// A pool's holder, and the shares.
struct PoolShare {
    Path path;
    ValidatorIndex index;
    Address holder;
    std::uint64_t shares = 0;
};

/// Pool shares for which `wanted` says yes, among the next kMostEntries entries after that path (null: from the first).
struct FoundShares {
    std::vector<PoolShare> shares;
    Json next;  // the path after which to go on; null if there are no more entries
};
FoundShares find_shares(const StateView& view, const Json& after, const std::function<bool(const PoolShare&)>& wanted);
rpc::Parameter after_parameter();
rpc::Field next_field();

}  // namespace touchstone::node::api
