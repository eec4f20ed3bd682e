#include "fuzz/transition/changes.h"

#include <algorithm>
#include <span>

namespace touchstone::fuzz {

using reference::SignedBlock;

namespace {

void change_bytes(std::span<std::uint8_t> bytes, Input& input) {
    if (input.flag()) {
        bytes[input.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << input.below(8));
    } else {
        std::ranges::fill(bytes,
                          static_cast<std::uint8_t>(input.below(3) * 96));  // zeros, and a point at infinity's flag
    }
}

}  // namespace

void change_field(SignedBlock& block, Input& input) {
    switch (input.below(12)) {
        case 0:
            block.message.slot.value += input.below(5) - 2;
            break;
        case 1:
            block.message.proposer_index.value = input.below(20);
            break;
        case 2:
            change_bytes(block.message.parent_root.bytes, input);
            break;
        case 3:
            change_bytes(block.message.state_root.bytes, input);
            break;
        case 4:
            change_bytes(block.message.body.randao_reveal.bytes, input);
            break;
        case 5:
            change_bytes(block.message.body.graffiti.bytes, input);
            break;
        case 6:
            change_bytes(block.message.body.receipts_root.bytes, input);
            break;
        case 7:
            if (block.message.body.transactions.empty()) {
                block.message.body.transactions.emplace_back();
            } else {
                change_bytes(input.choose(block.message.body.transactions).signature.bytes, input);
            }
            break;
        case 8:
            block.message.slot.value = input.number(input.flag() ? 8 : 1);
            break;
        case 9:
            block.message.proposer_index.value = input.number(8);
            break;
        default:
            change_bytes(block.signature.bytes, input);
            break;
    }
}

}  // namespace touchstone::fuzz
