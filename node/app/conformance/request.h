// Internal to this folder: a request with its fields as values, and how a runner answers.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/generated/parameters.h"
#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/state.h"
#include "node/types/encoding.h"

namespace touchstone::node::app {

using Json = nlohmann::ordered_json;

/// The request makes no sense: answered with `error`.
class BadRequest : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The runner or the handler is not known.
struct Unsupported {};

/// The message is rejected; `name` where the clause lists named conditions.
struct Rejected {
    Rejection rejection;
    std::string name;
};

/// Throws Rejected instead of returning a rejection: in an adapter there is nothing to clean up.
template <class T>
T accepted(Result<T> result) {
    if (!result.ok()) throw Rejected{result.rejection(), {}};
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

// Values in JSON.
std::uint64_t to_uint64(const Json& value);
ByteVector to_bytes(const Json& value);
Checkpoint to_checkpoint(const Json& value);
Json from_bytes(Bytes bytes);
Json from_uint64(std::uint64_t value);
Json from_indices(std::span<const ValidatorIndex> indices);
Json from_checkpoint(const Checkpoint& checkpoint);

template <class Fixed>
Fixed to_fixed(const Json& value) {
    const ByteVector bytes = to_bytes(value);
    if (bytes.size() != Fixed::kSize) throw BadRequest("a value has " + std::to_string(bytes.size()) + " bytes");
    Fixed fixed;
    std::ranges::copy(bytes, fixed.bytes.begin());
    return fixed;
}

struct Request {
    std::string id;
    std::string runner;
    std::string handler;
    Parameters parameters{};
    Json params;
    Json inputs;
    Json steps;

    ByteVector input(const std::string& name) const;
    const Json& param(const std::string& name) const;

    /// The input as a value; rejected with the clause of the encoding that it breaks.
    template <class T>
    T decoded(const std::string& name) const {
        return accepted(decode<T>(input(name), parameters));
    }
    bool has_input(const std::string& name) const { return inputs.contains(name); }
    /// With the configuration, which is allowed in all runners that ask for this.
    Environment environment() const;
};

Request parse_request(const Json& json);

/// The encoding of a state that the transition has changed.
Json state_output(const State& state);
/// From a state of a vector. All inputs have to be decoded before.
State make_state(const Environment& environment, ConsensusState consensus);

/// A state whose tree matters, with the entries that may stand beside it.
struct StateInput {
    ConsensusState consensus;
    std::optional<KvEntries> entries;
};
StateInput decode_state_input(const Request& request, const std::string& name);
/// Rejected with the clause that the entries break. All inputs have to be decoded before.
State make_state(const Environment& environment, StateInput input);

using Runner = std::function<Json(const Request&)>;

// The runners: each gives the outputs, or throws Rejected, BadRequest or Unsupported.
Json run_ssz_generic(const Request& request);
Json run_ssz_static(const Request& request);
Json run_kv_tree(const Request& request);
Json run_shuffling(const Request& request);
Json run_bls(const Request& request);
Json run_ed25519(const Request& request);
Json run_operations(const Request& request);
Json run_execution(const Request& request);
Json run_epoch_processing(const Request& request);
Json run_rewards(const Request& request);
Json run_sanity(const Request& request);
Json run_blocks(const Request& request);
Json run_genesis(const Request& request);
Json run_fork_choice(const Request& request);
Json run_gossip(const Request& request);
Json run_duties(const Request& request);
Json run_weak_subjectivity(const Request& request);
Json run_state_sync(const Request& request);

}  // namespace touchstone::node::app
