#include "reference/network/requests.h"

namespace touchstone::reference {

// [NET-57]
Result<void> check_frame(std::uint64_t frame_length, std::uint64_t declared_length, std::uint64_t type_limit,
                         const Parameters& config) {
    const Wide limit = std::min(type_limit, config.RESPONSE_MAX_SIZE);
    REQUIRE(frame_length <= 32 + limit + limit / 6, Clause::NET_57);
    REQUIRE(declared_length <= limit, Clause::NET_57);
    return {};
}

Result<void> check_status(const Store& store, const ForkDigest& own_digest, const Status& peer) {
    REQUIRE(peer.fork_digest == own_digest, Clause::NET_64);
    const Checkpoint& finalized = store.finalized_checkpoint;
    if (peer.finalized_checkpoint.epoch == 0U || peer.finalized_checkpoint.epoch > finalized.epoch) return {};
    REQUIRE(
        peer.finalized_checkpoint.root == get_checkpoint_block(store, finalized.root, peer.finalized_checkpoint.epoch),
        Clause::NET_65);
    return {};
}

namespace {

/// The blocks in a response; `clause` is that of the client's check.
Result<std::vector<SignedBlock>> decode_blocks(const BlocksResponse& response, Clause clause,
                                               const Parameters& config) {
    std::vector<SignedBlock> blocks;
    for (const EncodedBlock& encoded : response.blocks) {
        auto block = ssz::deserialize<SignedBlock>(encoded.content, config);
        REQUIRE(static_cast<bool>(block), clause);
        blocks.push_back(std::move(block).value());
    }
    return blocks;
}

}  // namespace

Result<void> check_blocks_by_range_request(const BlocksByRangeRequest& request, const Parameters& config) {
    REQUIRE(request.count >= 1 && request.count <= config.MAX_REQUEST_BLOCKS, Clause::NET_67);
    return {};
}

Result<std::vector<SignedBlock>> check_blocks_by_range_response(const BlocksByRangeRequest& request,
                                                                const BlocksResponse& response,
                                                                const Parameters& config) {
    REQUIRE(response.blocks.size() <= request.count, Clause::NET_69);
    TRY(const std::vector<SignedBlock> blocks, decode_blocks(response, Clause::NET_69, config));
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const Block& block = blocks[i].message;
        REQUIRE(request.start_slot <= block.slot && block.slot < request.start_slot + request.count, Clause::NET_69);
        if (i == 0) continue;
        REQUIRE(blocks[i - 1].message.slot < block.slot, Clause::NET_69);
        REQUIRE(block.parent_root == hash_tree_root(blocks[i - 1].message, config), Clause::NET_69);
    }
    return blocks;
}

Result<void> check_blocks_by_root_request(const BlocksByRootRequest& request) {
    REQUIRE(!request.roots.empty(), Clause::NET_71);  // the limit is that of the type
    return {};
}

Result<std::vector<SignedBlock>> check_blocks_by_root_response(const BlocksByRootRequest& request,
                                                               const BlocksResponse& response,
                                                               const Parameters& config) {
    TRY(const std::vector<SignedBlock> blocks, decode_blocks(response, Clause::NET_73, config));
    auto next = request.roots.begin();  // in the request's order, so each root is found at or after the one before
    for (const SignedBlock& block : blocks) {
        next = std::find(next, request.roots.end(), hash_tree_root(block.message, config));
        REQUIRE(next != request.roots.end(), Clause::NET_73);
        ++next;
    }
    return blocks;
}

}  // namespace touchstone::reference
