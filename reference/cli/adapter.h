// The adapter of the reference: requests of touchstone-conform, answered. The format is in conformance-tests/formats/.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reference/types/containers.h"

namespace touchstone::reference::cli {

using Json = nlohmann::ordered_json;

/// A request that makes no sense: missing or malformed parts of it. (What the protocol rejects is a Failure.)
class BadRequest : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

Bytes parse_bytes(const Json& text);
std::uint64_t parse_uint64(const Json& text);
template <class T>
T parse_fixed(const Json& text) {
    const Bytes bytes = parse_bytes(text);
    if (bytes.size() != T::SIZE) throw BadRequest("wrong number of bytes: " + text.dump());
    return T::from(bytes);
}
/// A member of an object in a param.
const Json& member(const Json& object, const char* name);
Checkpoint parse_checkpoint(const Json& object);

struct Request {
    Parameters config{};
    Json params;
    std::map<std::string, Bytes> inputs;
    Json steps;
    std::string handler;

    const Bytes& input(const std::string& name) const;
    const Json& param(const char* name) const;
    template <class T>
    Result<T> decode(const std::string& name) const {
        return ssz::deserialize<T>(input(name), config);
    }
    /// The entries that came beside the state of this name, if any did.
    Result<std::optional<KvEntries>> decode_entries(const std::string& of_state) const;
};

/// Checks the entries that came with a state, and gives it them. Without any its tree is empty.
Result<void> attach_entries(ConsensusState& state, const std::optional<KvEntries>& entries);

template <class T>
std::string encode(const T& object, const Parameters& config) {
    return to_hex(ssz::serialize(object, config));
}

inline Json to_json(const Root& root) { return to_hex(root.bytes); }
inline Json to_json(const Checkpoint& checkpoint) {
    return {{"epoch", std::to_string(checkpoint.epoch.value)}, {"root", to_json(checkpoint.root)}};
}

/// Outputs, or why the protocol rejects.
using Answer = Result<Json>;
using Handler = std::function<Answer(const Request&)>;
/// By runner and handler; the handler "*" answers all handlers of its runner that the reference knows.
using Handlers = std::map<std::pair<std::string, std::string>, Handler>;

void add_ssz_handlers(Handlers& handlers);
void add_crypto_handlers(Handlers& handlers);
void add_tree_handlers(Handlers& handlers);
void add_transition_handlers(Handlers& handlers);
void add_execution_handlers(Handlers& handlers);
void add_fork_choice_handlers(Handlers& handlers);
void add_duty_handlers(Handlers& handlers);
void add_gossip_handlers(Handlers& handlers);
void add_state_sync_handlers(Handlers& handlers);

/// Answers a request a line until the end of the input. Gives the exit code of the program.
int run_adapter(std::istream& input, std::ostream& output);

}  // namespace touchstone::reference::cli
