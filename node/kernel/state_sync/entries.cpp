#include "node/kernel/state_sync/entries.h"

#include <vector>

#include "crypto/sha256.h"
#include "node/generated/constants.h"
#include "node/kernel/tree/entries.h"
#include "node/kernel/tree/proof.h"

namespace touchstone::node {

namespace {

/// Of an entry in a list: the list's offset, and the two of the entry.
constexpr std::size_t kOffsetsOfEntry = 12;

ByteVector copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

Result<void> check_state_entries_request(const StateEntriesRequest& request) {
    if (request.first > request.last) return reject(Clause::SYN_17, "the interval ends before it begins");
    return {};
}

Result<StateEntries> get_state_entries(const tree::TreeVersion& version, const StateEntriesRequest& request) {
    NODE_TRY(check_state_entries_request(request));
    StateEntries answer;
    answer.last = request.last;
    std::size_t bytes = 0;
    Path latest;
    tree::visit_leaves(version, {request.first, request.last}, [&](const tree::Leaf& leaf) {
        const Bytes key = leaf.content.key();
        const Bytes value = leaf.content.value();
        bytes += kOffsetsOfEntry + key.size() + value.size();
        if (!answer.entries.empty() && bytes > STATE_PART_BYTES) {
            answer.last = latest;
            return false;
        }
        latest = leaf.path;
        answer.entries.push_back({copy(key), copy(value)});
        return true;
    });
    const KvInterval interval{request.first, answer.last};
    NODE_TRY_ASSIGN(proof, tree::get_kv_proof(version, {&interval, 1}));
    answer.proof = std::move(proof);
    return answer;
}

Result<void> verify_state_entries(const Root& tree_root, const StateEntriesRequest& request,
                                  const StateEntries& answer) {
    if (answer.last < request.first || answer.last > request.last) {
        return reject(Clause::SYN_19, "it ends outside of what was asked for");
    }
    std::vector<KvLeaf> leaves;
    leaves.reserve(answer.entries.size());
    for (const KvEntry& entry : answer.entries) {
        if (entry.key.empty()) return reject(Clause::SYN_19, "an empty key");
        const Path path = tree::path_of(entry.key);
        if (!leaves.empty() && leaves.back().path >= path) return reject(Clause::SYN_19, "paths do not ascend");
        leaves.push_back({path, Hash(crypto::sha256(entry.value))});
    }
    if (answer.last != request.last && (leaves.empty() || leaves.back().path != answer.last)) {
        return reject(Clause::SYN_20, "it ends early, and not with an entry");
    }
    const KvInterval interval{request.first, answer.last};
    if (const auto proved = tree::verify_kv_proof(tree_root, {&interval, 1}, leaves, answer.proof); !proved.ok()) {
        return reject(Clause::SYN_21,
                      std::string(to_string(proved.rejection().clause)) + ", " + proved.rejection().detail);
    }
    return {};
}

}  // namespace touchstone::node
