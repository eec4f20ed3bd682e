#include "cli/watch/view.h"

#include <algorithm>
#include <array>

#include "cli/genesis/amount_text.h"
#include "cli/terminal/text.h"

namespace touchstone::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLabelColumns = 17;
/// From which on facts stand in two columns.
constexpr std::size_t kTwoColumns = 110;
constexpr std::size_t kFactColumns = 60;
constexpr std::uint64_t kEpochRows = 4;

std::string short_root(const std::string& root) {
    constexpr std::size_t kShown = 18;
    return root.size() <= kShown ? root : root.substr(0, kShown) + "…";
}

std::string count_of(std::uint64_t number, const std::string& what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string share_text(const EpochShare& share) {
    return (share.millionths ? percent_of_millionths(*share.millionths) : "–") + " (epoch " +
           std::to_string(share.epoch) + ")";
}

std::string participation_text(const WatchedFigures& figures) {
    return figures.participation.empty() ? "–" : share_text(figures.participation.back());
}

std::string sync_text(const WatchedFigures& figures) {
    if (!figures.syncing) return "follows the chain";
    return "catching up, " + count_of(figures.distance, "slot") + " behind" +
           (figures.seconds_left ? ", " + std::to_string(*figures.seconds_left) + " s left" : "");
}

std::string reorganizations_text(const WatchModel& model) {
    if (model.reorganizations == 0) return "none seen";
    return std::to_string(model.reorganizations) + " seen, of " + count_of(model.most_dropped, "block") + " at most";
}

std::vector<std::string> facts_of(const WatchModel& model, const WatchedFigures& figures) {
    const std::array<std::pair<const char*, std::string>, 10> facts{{
        {"head", std::to_string(figures.head_slot) + "  " + short_root(figures.head_root)},
        {"finalized", "epoch " + std::to_string(figures.finalized_epoch) + "  " + short_root(figures.finalized_root)},
        {"justified", "epoch " + std::to_string(figures.justified_epoch)},
        {"participation", participation_text(figures)},
        {"validators", std::to_string(figures.validators) + " active, " + amount_to_text(node::Amount(figures.stake))},
        {"peers", std::to_string(figures.peers)},
        {"pool", count_of(figures.pool, "transaction")},
        {"base fee", count_of(figures.base_fee, "grain") + " for a unit of gas"},
        {"node", sync_text(figures)},
        {"reorganizations", reorganizations_text(model)},
    }};
    std::vector<std::string> lines;
    for (const auto& [label, value] : facts)
        lines.push_back(pad_right(label, kLabelColumns) + value);
    return lines;
}

std::vector<std::string> in_two_columns(const std::vector<std::string>& facts) {
    std::vector<std::string> lines;
    const std::size_t half = (facts.size() + 1) / 2;
    for (std::size_t i = 0; i < half; ++i) {
        const std::string right = half + i < facts.size() ? facts[half + i] : "";
        lines.push_back(pad_right(cut(facts[i], kFactColumns - 1), kFactColumns) + right);
    }
    return lines;
}

/// A sign for each slot of an epoch: a block, none, or not yet, which is nothing.
std::string signs_of(const WatchModel& model, std::uint64_t epoch, std::uint64_t most) {
    std::string signs;
    const std::uint64_t first = epoch * model.slots_per_epoch;
    for (std::uint64_t i = 0; i < std::min(model.slots_per_epoch, most); ++i) {
        const std::uint64_t slot = first + i;
        const auto known = model.slots.find(slot);
        if (known != model.slots.end()) {
            signs += known->second ? "■" : "·";
        } else {
            // After the head: empty once the clock is past it. Before what is known: nothing is said.
            signs += slot > model.figures->head_slot && slot < model.figures->slot ? "·" : " ";
        }
    }
    return signs;
}

std::vector<std::string> epochs_of(const WatchModel& model, std::size_t columns) {
    std::vector<std::string> lines{pad_left("epoch", 10) + "  slots: ■ block, · none"};
    const std::uint64_t last = std::max(model.figures->slot, model.figures->head_slot) / model.slots_per_epoch;
    for (std::uint64_t back = 0; back < kEpochRows && back <= last; ++back) {
        const std::string number = pad_left(std::to_string(last - back), 10) + "  ";
        const std::size_t left = columns > columns_of(number) ? columns - columns_of(number) : 0;
        lines.push_back(number + signs_of(model, last - back, left));
    }
    return lines;
}

std::string when(const WatchModel& model, const WatchedFigures& figures) {
    return "slot " + std::to_string(figures.slot) + ", epoch " + std::to_string(figures.slot / model.slots_per_epoch) +
           " (" + std::to_string(figures.slot % model.slots_per_epoch + 1) + " of " +
           std::to_string(model.slots_per_epoch) + ")";
}

std::string slot_line(const WatchModel& model, std::uint64_t slot, const WatchedBlock* block) {
    const WatchedFigures& figures = *model.figures;
    return "slot " + std::to_string(slot) + ", epoch " + std::to_string(slot / model.slots_per_epoch) + ": " +
           (block != nullptr ? "block " + short_root(block->root) + " by validator " + block->proposer
                             : std::string("no block")) +
           "; justified " + std::to_string(figures.justified_epoch) + ", finalized " +
           std::to_string(figures.finalized_epoch) + ", participation " + participation_text(figures) + ", peers " +
           std::to_string(figures.peers) + ", pool " + std::to_string(figures.pool) + ", base fee " +
           std::to_string(figures.base_fee) + (figures.syncing ? "; " + sync_text(figures) : "");
}

Json slot_json(const WatchModel& model, std::uint64_t slot, const WatchedBlock* block) {
    const WatchedFigures& figures = *model.figures;
    Json json = {{"event", "slot"},
                 {"slot", std::to_string(slot)},
                 {"root", nullptr},
                 {"proposer_index", nullptr},
                 {"head_slot", std::to_string(figures.head_slot)},
                 {"justified_epoch", std::to_string(figures.justified_epoch)},
                 {"finalized_epoch", std::to_string(figures.finalized_epoch)},
                 {"participation_ppm", nullptr},
                 {"peers", std::to_string(figures.peers)},
                 {"pool", std::to_string(figures.pool)},
                 {"base_fee", std::to_string(figures.base_fee)},
                 {"syncing", figures.syncing}};
    if (block != nullptr) {
        json["root"] = block->root;
        json["proposer_index"] = block->proposer;
    }
    if (!figures.participation.empty() && figures.participation.back().millionths) {
        json["participation_ppm"] = std::to_string(*figures.participation.back().millionths);
    }
    return json;
}

}  // namespace

std::vector<std::string> draw(const WatchModel& model, std::size_t columns, std::size_t rows) {
    std::vector<std::string> lines{"Touchstone at " + model.node};
    if (!model.genesis_root.empty()) lines.back() += ", chain " + short_root(model.genesis_root);
    if (model.figures) {
        lines.push_back(when(model, *model.figures));
        lines.emplace_back();
        const auto facts = facts_of(model, *model.figures);
        for (std::string& line : columns < kTwoColumns ? std::vector(facts) : in_two_columns(facts))
            lines.push_back(std::move(line));
        lines.emplace_back();
        for (std::string& line : epochs_of(model, columns))
            lines.push_back(std::move(line));
        lines.emplace_back();
    }
    // What is wrong must not fall off the end of a small screen.
    if (model.trouble) lines.insert(lines.begin() + 1, "NO ANSWER: " + *model.trouble);
    lines.emplace_back("Ctrl-C ends it");
    if (lines.size() > rows) lines.resize(rows);
    for (std::string& line : lines)
        line = cut(line, columns);
    return lines;
}

void Narrator::tell_connection(const WatchModel& model, std::vector<std::string>& lines) {
    if (in_trouble_ == model.trouble.has_value()) return;
    in_trouble_ = model.trouble.has_value();
    if (json_) {
        Json json = {{"event", "connection"}, {"answers", !in_trouble_}, {"reason", nullptr}};
        if (in_trouble_) json["reason"] = *model.trouble;
        // What another server says may be no UTF-8: that is mended, not thrown over.
        lines.push_back(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    } else {
        lines.push_back(in_trouble_ ? *model.trouble : "the node at " + model.node + " answers again");
    }
}

void Narrator::tell_slots(const WatchModel& model, std::vector<std::string>& lines) {
    const WatchedFigures& figures = *model.figures;
    // The slot of the clock is not over; it is told of once it has its block.
    const std::uint64_t over = figures.slot > 0 ? figures.slot - 1 : 0;
    const std::uint64_t last = std::max(figures.head_slot, over);
    // A chain that is so much shorter is another one.
    if (told_ && last < *told_ - std::min(*told_, kWatchedSlots)) told_.reset();
    if (!told_) told_ = figures.head_slot > 0 ? figures.head_slot - 1 : 0;
    if (last <= *told_) return;
    // A node that catches up is not told of slot by slot.
    const std::uint64_t count = std::min(last - *told_, kWatchedSlots);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t slot = last - (count - 1) + i;
        const auto known = model.slots.find(slot);
        const WatchedBlock* block = known != model.slots.end() && known->second ? &*known->second : nullptr;
        lines.push_back(json_ ? slot_json(model, slot, block).dump() : slot_line(model, slot, block));
        ++slots_;
    }
    told_ = last;
}

std::vector<std::string> Narrator::news(const WatchModel& model) {
    std::vector<std::string> lines;
    tell_connection(model, lines);
    if (model.trouble || !model.figures) return lines;
    if (model.reorganizations > reorganizations_) {
        if (json_) {
            lines.push_back(Json{{"event", "reorganization"},
                                 {"head_slot", std::to_string(model.figures->head_slot)},
                                 {"dropped_blocks", std::to_string(model.last_dropped)}}
                                .dump());
        } else {
            lines.push_back("reorganization: " + count_of(model.last_dropped, "block") + " left the head's chain");
        }
    }
    reorganizations_ = model.reorganizations;
    tell_slots(model, lines);
    return lines;
}

}  // namespace touchstone::cli
