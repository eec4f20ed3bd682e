#include "reference/sync/state_entries.h"

#include "reference/tree/kv_proof.h"

namespace touchstone::reference {

// [SYN-17]
Result<void> check_state_entries_request(const StateEntriesRequest& request) {
    REQUIRE(request.first <= request.last, Clause::SYN_17);
    return {};
}

namespace {

/// The bytes of an entry in `KvEntries`: an offset in the list, two in the entry, the key and the value [ENC-05].
std::size_t encoded_size(const KvEntry& entry) { return 4 + 2 * 4 + entry.key.size() + entry.value.size(); }

}  // namespace

// [SYN-18]
Result<StateEntries> get_state_entries(const ConsensusState& state, const StateEntriesRequest& request) {
    CHECK(check_state_entries_request(request));
    std::map<Bytes32, KvEntry> by_path;
    for (const auto& [key, value] : state.entries.map()) {
        const Bytes32 path = path_of(key);
        if (request.first <= path && path <= request.last) by_path[path] = {key, value};
    }
    StateEntries answer{.last = request.last, .entries = {}, .proof = {}};
    std::size_t size = 0;
    for (const auto& [path, entry] : by_path) {
        size += encoded_size(entry);
        if (!answer.entries.empty() && size > STATE_PART_BYTES) {
            answer.last = path_of(answer.entries.back().key);
            break;
        }
        answer.entries.push_back(entry);
    }
    TRY(answer.proof, get_kv_proof(state.entries.map(), KvQuery{KvInterval{request.first, answer.last}}));
    return answer;
}

Result<void> verify_state_entries(const Root& tree_root, const StateEntriesRequest& request,
                                  const StateEntries& answer) {
    REQUIRE(request.first <= answer.last && answer.last <= request.last, Clause::SYN_19);
    KvLeaves leaves;
    for (const KvEntry& entry : answer.entries) {
        const Bytes32 path = path_of(entry.key);
        REQUIRE(!entry.key.empty(), Clause::SYN_19);
        REQUIRE(leaves.empty() || leaves.back().path < path, Clause::SYN_19);
        leaves.push_back({path, Bytes32{hash(entry.value).bytes}});
    }
    const bool is_cut = answer.last != request.last;
    REQUIRE(!is_cut || (!leaves.empty() && leaves.back().path == answer.last), Clause::SYN_20);
    const KvQuery query{KvInterval{request.first, answer.last}};
    REQUIRE(static_cast<bool>(verify_kv_proof(tree_root, query, leaves, answer.proof)), Clause::SYN_21);
    return {};
}

}  // namespace touchstone::reference
