#include "cli/query/account_proof.h"

#include <algorithm>
#include <vector>

#include "node/generated/constants.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/tree/proof.h"
#include "node/types/encoding.h"
#include "node/types/state_branch.h"

namespace touchstone::cli {

namespace {

constexpr std::size_t kAccountBytes = 16;  // [ACC-02]

/// The answer as it was read; nothing of it is verified.
struct Claim {
    std::uint64_t balance = 0;
    std::uint64_t nonce = 0;
    node::BlockHeader header;
    node::Root block_root;
    std::optional<node::ByteVector> value;
    node::Root tree_root;
    node::KvProof tree_proof;
    std::vector<node::codec::Digest> branch;
};

Fault not_proved(const std::string& why) {
    return {FaultKind::Data, "not proved: " + why + "; believe nothing of this answer, and ask another node"};
}

Fault not_proved(const std::string& why, const node::Rejection& rejection) {
    return not_proved(why + " [" + std::string(node::to_string(rejection.clause)) + "] " + rejection.detail);
}

// ------------------------------------------------------------------------------------------------------------ reading

/// Null, as all below, where the answer has another form.
const RpcJson* part_of(const RpcJson& json, const char* name) {
    if (!json.is_object()) return nullptr;
    const auto part = json.find(name);
    return part == json.end() ? nullptr : &*part;
}

std::optional<node::ByteVector> bytes_of(const RpcJson* json) {
    if (json == nullptr || !json->is_string()) return std::nullopt;
    return node::from_hex(json->get_ref<const std::string&>());
}

/// A list of a proof, which has its limit. [KVT-07]
const RpcJson* list_of(const RpcJson& json, const char* name) {
    const RpcJson* const list = part_of(json, name);
    return list != nullptr && list->is_array() && list->size() <= node::MAX_PROOF_NODES ? list : nullptr;
}

std::optional<std::vector<node::Hash>> hashes_of(const RpcJson& json) {
    const RpcJson* const list = list_of(json, "hashes");
    if (list == nullptr) return std::nullopt;
    std::vector<node::Hash> hashes;
    for (const RpcJson& each : *list) {
        const auto bytes = bytes_of(&each);
        if (!bytes || bytes->size() != node::Hash::kSize) return std::nullopt;
        std::ranges::copy(*bytes, hashes.emplace_back().bytes.begin());
    }
    return hashes;
}

std::optional<node::KvProof> tree_proof_of(const RpcJson& json) {
    auto shape = bytes_of(part_of(json, "shape"));
    auto hashes = hashes_of(json);
    const RpcJson* const leaves = list_of(json, "leaves");
    if (!shape || shape->size() > node::MAX_PROOF_NODES || !hashes || leaves == nullptr) return std::nullopt;
    node::KvProof proof{*std::move(shape), *std::move(hashes), {}};
    for (const RpcJson& each : *leaves) {
        const auto path = fixed_field<node::Path>(each, "path");
        const auto value_hash = fixed_field<node::Hash>(each, "value_hash");
        if (!path || !value_hash) return std::nullopt;
        proof.leaves.push_back({*path, *value_hash});
    }
    return proof;
}

bool read_header(const RpcJson& json, Claim& claim) {
    const auto root = fixed_field<node::Root>(json, "root");
    const auto slot = uint64_field(json, "slot");
    const auto proposer = uint64_field(json, "proposer_index");
    const auto parent = fixed_field<node::Root>(json, "parent_root");
    const auto state = fixed_field<node::Root>(json, "state_root");
    const auto body = fixed_field<node::Root>(json, "body_root");
    if (!root || !slot || !proposer || !parent || !state || !body) return false;
    claim.block_root = *root;
    claim.header = {node::Slot(*slot), node::ValidatorIndex(*proposer), *parent, *state, *body};
    return true;
}

bool read_proof(const RpcJson& json, Claim& claim) {
    const RpcJson* const value = part_of(json, "value");
    const RpcJson* const branch = part_of(json, "tree_root_branch");
    const RpcJson* const tree_proof = part_of(json, "tree_proof");
    const auto tree_root = fixed_field<node::Root>(json, "tree_root");
    if (value == nullptr || branch == nullptr || tree_proof == nullptr || !tree_root) return false;
    const auto hashes = hashes_of(*branch);
    auto proof = tree_proof_of(*tree_proof);
    if (!hashes || !proof) return false;
    if (!value->is_null()) {
        claim.value = bytes_of(value);
        if (!claim.value) return false;
    }
    claim.tree_root = *tree_root;
    claim.tree_proof = *std::move(proof);
    for (const node::Hash& hash : *hashes)
        claim.branch.push_back(hash.bytes);
    return true;
}

std::optional<Claim> claim_of(const RpcJson& answer) {
    Claim claim;
    const auto balance = uint64_field(answer, "balance");
    const auto nonce = uint64_field(answer, "nonce");
    const RpcJson* const header = part_of(answer, "header");
    const RpcJson* const proof = part_of(answer, "proof");
    if (!balance || !nonce || header == nullptr || proof == nullptr) return std::nullopt;
    if (!read_header(*header, claim) || !read_proof(*proof, claim)) return std::nullopt;
    claim.balance = *balance;
    claim.nonce = *nonce;
    return claim;
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------- verifying

Outcome<ProvedAccount> verify_account_proof(const RpcJson& answer, const node::Address& address,
                                            const std::optional<node::Root>& trusted) {
    const auto claim = claim_of(answer);
    if (!claim) return not_proved("a part of the answer is missing, or of another form than a proof has");
    if (claim->value && claim->value->size() != kAccountBytes) return not_proved("the entry is no account's [ACC-02]");
    const node::Root block_root = node::hash_tree_root(claim->header, node::Parameters{});
    if (trusted && block_root != *trusted) {
        return not_proved("the header is that of the block 0x" + node::to_hex(block_root) + ", not of the trusted one");
    }
    if (block_root != claim->block_root) return not_proved("the header has another root than the answer says");
    const auto state = node::verify_tree_root(claim->tree_root, claim->branch, claim->header.state_root);
    if (!state.ok()) return not_proved("the tree is not that of the header's state", state.rejection());
    const auto entry =
        node::tree::verify_key(claim->tree_root, node::account_key(address), claim->value, claim->tree_proof);
    if (!entry.ok()) return not_proved("the account is not so in the tree", entry.rejection());
    ProvedAccount proved{{}, claim->value.has_value(), claim->header, block_root};
    if (claim->value) proved.account = node::account_of_value(*claim->value);
    if (proved.account != node::Account{claim->nonce, node::Amount(claim->balance)}) {
        return not_proved("the answer says another balance or nonce than its proof");
    }
    return proved;
}

}  // namespace touchstone::cli
