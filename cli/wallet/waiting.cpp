#include "cli/wallet/waiting.h"

#include <thread>

namespace touchstone::cli {

namespace {

/// Between two questions for the receipt.
constexpr std::chrono::milliseconds kPause{200};
/// Slots of an answer of chain_headers.
constexpr std::uint64_t kPage = 16;

/// Blocks of the head's chain from that slot on; not counted beyond `most`, nor through a long time without blocks.
Outcome<std::uint64_t> count_blocks(RpcClient& client, std::uint64_t slot, std::uint64_t most) {
    const auto head = read_chain_head(client);
    if (!head.ok()) return head.fault();
    std::uint64_t count = 0;
    for (std::uint64_t page = 0; count < most && page < most + kPage; ++page) {
        const auto json =
            client.result("chain_headers", {{"first", std::to_string(slot)}, {"count", std::to_string(kPage)}});
        if (!json.ok()) return json.fault();
        const auto headers = json->is_object() ? json->find("headers") : json->end();
        if (headers == json->end() || !headers->is_array()) return client.unknown_form("chain_headers");
        count += headers->size();
        if (head->head_slot.value() < slot || head->head_slot.value() - slot < kPage) break;
        slot += kPage;
    }
    return count;
}

/// How far it has come, against what is wanted.
struct Stage {
    bool enough = false;
    std::string text;
};

Outcome<Stage> stage_of(RpcClient& client, const ReceiptView& receipt, const WaitFor& wanted) {
    if (receipt.state != "included") return Stage{false, receipt.state};
    if (receipt.finalized) return Stage{true, "final"};
    if (wanted.finalized) return Stage{false, "in a block, which is not final yet"};
    if (wanted.confirmations <= 1) return Stage{true, "in a block"};
    const auto slot = uint64_field(receipt.json, "slot");
    if (!slot) return client.unknown_form("tx_receipt");
    const auto blocks = count_blocks(client, *slot, wanted.confirmations);
    if (!blocks.ok()) return blocks.fault();
    return Stage{*blocks >= wanted.confirmations, "in a block, with " + std::to_string(*blocks) + " of " +
                                                      std::to_string(wanted.confirmations) + " confirmations"};
}

}  // namespace

WaitingTime WaitingTime::real() {
    return {std::chrono::steady_clock::now, [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }};
}

Outcome<ReceiptView> wait_for_receipt(RpcClient& client, const node::Root& id, const WaitFor& wanted,
                                      const WaitingTime& time) {
    const auto deadline = time.now() + wanted.timeout;
    for (;;) {
        auto receipt = read_receipt(client, id);
        if (!receipt.ok()) return receipt;
        const auto stage = stage_of(client, *receipt, wanted);
        if (!stage.ok()) return stage.fault();
        if (stage->enough) return receipt;
        if (time.now() >= deadline) {
            return Fault{FaultKind::Data, "the transaction 0x" + node::to_hex(id) + " is " + stage->text + " after " +
                                              std::to_string(wanted.timeout.count()) +
                                              " s; it may still come, so do not send it again"};
        }
        time.pause(kPause);
    }
}

}  // namespace touchstone::cli
