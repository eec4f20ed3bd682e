#include "node/api/point.h"

namespace touchstone::node::api {

namespace {

rpc::Error not_kept(const Chain& chain, const Root& root) {
    const Root& earliest = chain.fork_choice().anchor_root();
    const Slot slot = chain.fork_choice().block_slot(earliest).value_or(Slot());
    return kStateNotKept.with({{"reason", "the state after block 0x" + to_hex(root) +
                                              " is not kept; states are kept from the last finalized "
                                              "block, of slot " +
                                              std::to_string(slot.value()) + ", to the head, of slot " +
                                              std::to_string(chain.head_slot().value())},
                               {"earliest", block_id(earliest, slot)},
                               {"head", block_id(chain.head(), chain.head_slot())}});
}

}  // namespace

rpc::Parameter at_parameter() { return {"at", kAt, "of which block's state; the head's if left out", false}; }

rpc::Field at_field() { return {"at", kBlockId, "the block after which this was so"}; }

std::vector<rpc::ErrorKind> state_errors() { return {kUnknownBlock, kStateNotKept}; }

std::variant<Root, rpc::Error> block_at(const Chain& chain, const Json& at) {
    if (at.is_null()) return chain.head();
    const auto& text = at.get_ref<const std::string&>();
    if (text == "head") return chain.head();
    if (text == "justified") return chain.fork_choice().justified().root;
    if (text == "finalized") return chain.fork_choice().finalized().root;
    if (text.starts_with("0x")) return root_from(at);
    const Slot slot(uint64_from(at));
    if (slot > chain.current_slot()) {
        return kUnknownBlock.because("slot " + text + " has not begun; the present one is " +
                                     std::to_string(chain.current_slot().value()));
    }
    return chain.canonical_root_at(slot);
}

std::variant<StateAt, rpc::Error> state_at(const Chain& chain, const Json& at) {
    auto root = block_at(chain, at);
    if (auto* error = std::get_if<rpc::Error>(&root)) return std::move(*error);
    const Root& found = std::get<Root>(root);
    if (const StatePointer state = chain.fork_choice().block_state(found)) {
        return StateAt{found, chain.fork_choice().block_slot(found).value_or(Slot()), state};
    }
    if (found == chain.genesis_block_root() || chain.stored_block(found)) return not_kept(chain, found);
    return kUnknownBlock.because("there is no block 0x" + to_hex(found) + " here");
}

}  // namespace touchstone::node::api
