#include "cli/watch/model.h"

#include <algorithm>

#include "cli/query/layout.h"
#include "cli/terminal/text.h"
#include "cli/wallet/chain_access.h"

namespace touchstone::cli {

namespace {

/// Slots of an answer of chain_headers.
constexpr std::uint64_t kHeaderPage = 16;

std::optional<std::vector<EpochShare>> shares_from(const RpcJson& statistics) {
    const RpcJson* epochs = field_at(statistics, "epochs");
    if (epochs == nullptr || !epochs->is_array()) return std::nullopt;
    std::vector<EpochShare> shares;
    for (const RpcJson& each : *epochs) {
        const auto epoch = uint64_field(each, "epoch");
        if (!epoch) return std::nullopt;
        shares.push_back({*epoch, uint64_field(each, "participation_ppm")});
    }
    return shares;
}

/// What the chain is, asked once.
Outcome<Done> learn_chain(WatchModel& model, RpcClient& client) {
    const auto terms = read_chain_terms(client);
    if (!terms.ok()) return terms.fault();
    if (terms->parameters.SLOTS_PER_EPOCH == 0) return client.unknown_form("chain_config");
    model.genesis_root = "0x" + node::to_hex(terms->genesis_root);
    model.slots_per_epoch = terms->parameters.SLOTS_PER_EPOCH;
    model.slot_ms = terms->parameters.SLOT_DURATION_MS;
    return Done{};
}

/// The results of a batch; a refusal is a fault.
Outcome<std::vector<RpcJson>> results_of(RpcClient& client, const std::vector<RpcCall>& calls) {
    auto answers = client.batch(calls);
    if (!answers.ok()) return answers.fault();
    std::vector<RpcJson> results;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        RpcAnswer& answer = answers.value()[i];
        if (const auto* error = std::get_if<RpcError>(&answer)) return client.refused(calls[i].method, *error);
        results.push_back(std::get<RpcJson>(std::move(answer)));
    }
    return results;
}

Outcome<Done> read_slots(WatchModel& model, RpcClient& client, std::uint64_t head_slot) {
    if (head_slot == 0) {
        model.slots.clear();
        return Done{};
    }
    const std::uint64_t count = std::min(head_slot, kWatchedSlots);
    const std::uint64_t first = head_slot - (count - 1);
    std::vector<RpcCall> calls;
    for (std::uint64_t offset = 0; offset < count; offset += kHeaderPage) {
        calls.push_back({"chain_headers",
                         {{"first", std::to_string(first + offset)},
                          {"count", std::to_string(std::min(kHeaderPage, count - offset))}}});
    }
    const auto pages = results_of(client, calls);
    if (!pages.ok()) return pages.fault();
    std::map<std::uint64_t, WatchedBlock> blocks;
    for (const RpcJson& page : *pages) {
        const RpcJson* headers = field_at(page, "headers");
        if (headers == nullptr || !headers->is_array()) return client.unknown_form("chain_headers");
        for (const RpcJson& header : *headers) {
            const auto slot = uint64_field(header, "slot");
            const auto root = text_field(header, "root");
            const auto proposer = text_field(header, "proposer_index");
            if (!slot || !root || !proposer) return client.unknown_form("chain_headers");
            if (*slot >= first && *slot <= head_slot) blocks[*slot] = {printable(*root), printable(*proposer)};
        }
    }
    note_slots(model, first, head_slot, std::move(blocks));
    return Done{};
}

Outcome<Done> read_all(WatchModel& model, RpcClient& client) {
    if (model.genesis_root.empty()) {
        if (auto learnt = learn_chain(model, client); !learnt.ok()) return learnt;
    }
    const std::vector<RpcCall> calls = {{"chain_head", RpcJson::object()},
                                        {"node_sync", RpcJson::object()},
                                        {"net_statistics", {{"count", "4"}}},
                                        {"tx_pool", {{"count", "0"}}},
                                        {"stake_totals", RpcJson::object()}};
    const auto results = results_of(client, calls);
    if (!results.ok()) return results.fault();
    const std::vector<RpcJson>& answers = *results;
    if (text_field(answers[0], "genesis_root") != model.genesis_root) {
        // Another chain is there now: nothing that was known holds.
        WatchModel fresh;
        fresh.node = model.node;
        model = std::move(fresh);
        return Fault{FaultKind::Network, "the node at " + client.server().text() + " follows another chain now"};
    }
    auto figures = figures_from({answers[0], answers[1], answers[2], answers[3], answers[4]});
    if (!figures) return client.unknown_form("chain_head, or another of the methods asked with it,");
    const std::uint64_t head_slot = figures->head_slot;
    model.figures = std::move(figures);
    return read_slots(model, client, head_slot);
}

}  // namespace

void note_slots(WatchModel& model, std::uint64_t first, std::uint64_t last,
                std::map<std::uint64_t, WatchedBlock> blocks) {
    std::uint64_t dropped = 0;
    for (const auto& [slot, block] : model.slots) {
        if (!block || slot < first) continue;
        const auto now = blocks.find(slot);
        if (now == blocks.end() || now->second.root != block->root) ++dropped;
    }
    if (dropped > 0) {
        ++model.reorganizations;
        model.last_dropped = dropped;
        model.most_dropped = std::max(model.most_dropped, dropped);
    }
    model.slots.clear();
    for (std::uint64_t offset = 0; offset <= last - first; ++offset) {
        const auto block = blocks.find(first + offset);
        model.slots[first + offset] = block == blocks.end() ? std::nullopt : std::optional(std::move(block->second));
    }
}

std::optional<WatchedFigures> figures_from(const WatchAnswers& answers) {
    const auto slot = uint64_field(answers.head, "slot");
    const auto head_slot = uint64_field(answers.head, "head_slot");
    const auto head_root = text_field(answers.head, "head_root");
    const auto justified = uint64_field(answers.head, "justified_epoch");
    const auto finalized = uint64_field(answers.head, "finalized_epoch");
    const auto finalized_root = text_field(answers.head, "finalized_root");
    const auto base_fee = uint64_field(answers.head, "base_fee");
    const auto distance = uint64_field(answers.sync, "distance");
    const auto peers = uint64_field(answers.sync, "peers");
    const auto pool = uint64_field(answers.pool, "size");
    const auto validators = uint64_field(answers.totals, "active_validators");
    const auto stake = uint64_field(answers.totals, "active_stake");
    auto participation = shares_from(answers.statistics);
    if (!slot || !head_slot || !head_root || !justified || !finalized || !finalized_root || !base_fee || !distance ||
        !peers || !pool || !validators || !stake || !participation) {
        return std::nullopt;
    }
    return WatchedFigures{.slot = *slot,
                          .head_slot = *head_slot,
                          .head_root = printable(*head_root),
                          .justified_epoch = *justified,
                          .finalized_epoch = *finalized,
                          .finalized_root = printable(*finalized_root),
                          .base_fee = *base_fee,
                          .syncing = bool_field(answers.sync, "syncing").value_or(false),
                          .distance = *distance,
                          .seconds_left = uint64_field(answers.sync, "seconds_left"),
                          .peers = *peers,
                          .pool = *pool,
                          .validators = *validators,
                          .stake = *stake,
                          .participation = *std::move(participation)};
}

void refresh(WatchModel& model, RpcClient& client) {
    const auto read = read_all(model, client);
    if (read.ok()) {
        model.trouble.reset();
    } else {
        model.trouble = printable(read.fault().text);
    }
}

}  // namespace touchstone::cli
