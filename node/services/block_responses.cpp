#include "node/services/block_responses.h"

#include <algorithm>

#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

Result<std::vector<SignedBlock>> decode_all(Bytes response, std::size_t most, Clause clause,
                                            const Parameters& parameters) {
    NODE_TRY_ASSIGN(answer, decode<BlocksResponse>(response, parameters));
    const std::vector<ByteVector>& encoded = answer.blocks;
    if (encoded.size() > most) return reject(clause, std::to_string(encoded.size()) + " blocks");
    std::vector<SignedBlock> blocks;
    blocks.reserve(encoded.size());
    for (const ByteVector& bytes : encoded) {
        auto block = decode<SignedBlock>(bytes, parameters);
        if (!block) return reject(clause, "no SignedBlock: " + std::string(to_string(block.rejection().clause)));
        blocks.push_back(std::move(block).value());
    }
    return blocks;
}

}  // namespace

Result<std::vector<SignedBlock>> check_range_response(Bytes response, const BlocksByRangeRequest& request,
                                                      const Parameters& parameters) {
    NODE_TRY_ASSIGN(blocks, decode_all(response, request.count, Clause::NET_69, parameters));
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const Block& block = blocks[i].message;
        const bool inside = block.slot >= request.start_slot && block.slot - request.start_slot < request.count;
        if (!inside) return reject(Clause::NET_69, "slot outside the range");
        if (i == 0) continue;
        const Block& before = blocks[i - 1].message;
        if (block.slot <= before.slot) return reject(Clause::NET_69, "slots do not ascend");
        if (block.parent_root != hash_tree_root(before, parameters)) return reject(Clause::NET_69, "no chain");
    }
    return blocks;
}

Result<std::vector<SignedBlock>> check_roots_response(Bytes response, const std::vector<Root>& roots,
                                                      const Parameters& parameters) {
    NODE_TRY_ASSIGN(blocks, decode_all(response, roots.size(), Clause::NET_73, parameters));
    auto asked = roots.begin();
    for (const SignedBlock& block : blocks) {
        // Asked for, in the order of the request, and so never twice.
        asked = std::find(asked, roots.end(), hash_tree_root(block.message, parameters));
        if (asked == roots.end()) return reject(Clause::NET_73, "a block that was not asked for, or out of order");
        ++asked;
    }
    return blocks;
}

}  // namespace touchstone::node
