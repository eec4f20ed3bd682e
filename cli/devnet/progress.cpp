#include "cli/devnet/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "cli/terminal/text.h"

namespace touchstone::cli {

namespace {

constexpr std::size_t kDefaultColumns = 100;

/// Signed floor of milliseconds to slots.
std::int64_t current_slot(const Progress& progress) {
    const auto slot_ms = static_cast<std::int64_t>(progress.slot_ms);
    return progress.ms_since_genesis < 0 ? -1 : progress.ms_since_genesis / slot_ms;
}

std::string percent(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", share * 100);
    return text;
}

std::string seconds(std::uint64_t ms) {
    char text[32];
    std::snprintf(text, sizeof text, "%g s", static_cast<double>(ms) / 1000);
    return text;
}

std::string when(const Progress& progress) {
    const std::int64_t slot = current_slot(progress);
    if (slot < 0) return "slot 0 in " + std::to_string((999 - progress.ms_since_genesis) / 1000) + " s";
    const auto epoch = static_cast<std::uint64_t>(slot) / progress.slots_per_epoch;
    return "slot " + std::to_string(slot) + ", epoch " + std::to_string(epoch);
}

std::string participation(const Progress& progress) {
    if (!progress.participation) return "–";
    return percent(progress.participation->share) + " (epoch " + std::to_string(progress.participation->epoch.value()) +
           ")";
}

std::string seconds(const std::optional<Percentiles>& latency) {
    if (!latency) return "–";
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", latency->p50);
    return text;
}

std::string load(const LoadReport& report) {
    return std::to_string(report.sent) + " sent, " + std::to_string(report.included) + " included, " +
           std::to_string(report.finalized) + " final, " + std::to_string(report.failed) + " failed";
}

std::string latency(const LoadReport& report) {
    return "median until included " + seconds(report.inclusion_latency_s) + ", until final " +
           seconds(report.finality_latency_s);
}

std::string count_of_faults(const ChaosProgress& chaos) {
    return std::to_string(chaos.over) + " of " + std::to_string(chaos.planned) + " over";
}

std::string faults(const ChaosProgress& chaos) {
    std::string text = count_of_faults(chaos);
    for (const std::string& each : chaos.under_way)
        text += "; " + each;
    return text;
}

std::string count(const std::optional<std::uint64_t>& number) { return number ? std::to_string(*number) : "–"; }

std::string short_root(const node::Root& root) { return "0x" + node::to_hex(root).substr(0, 16) + "…"; }

std::string row(const std::string& node, const std::string& head_slot, const std::string& head,
                const std::string& justified, const std::string& finalized, const std::string& peers) {
    return pad_left(node, 4) + pad_left(head_slot, 8) + "  " + pad_right(head, 19) + pad_left(justified, 11) +
           pad_left(finalized, 11) + pad_left(peers, 7);
}

/// Beside the node's row.
std::string fault_of(const Progress& progress, std::size_t node) {
    if (!progress.chaos || node >= progress.chaos->of_node.size() || progress.chaos->of_node[node].empty()) return {};
    return "  " + progress.chaos->of_node[node];
}

std::string all(const std::vector<NodeProgress>& nodes, std::string (*text)(const NodeProgress&)) {
    std::string result;
    for (const NodeProgress& each : nodes)
        result += " " + text(each);
    return result;
}

}  // namespace

std::vector<std::string> render_table(const Progress& progress) {
    std::vector<std::string> lines;
    lines.push_back("Touchstone development network: " + std::to_string(progress.nodes.size()) + " nodes, " +
                    std::to_string(progress.validators) + " validators, " + progress.preset + ", slots of " +
                    seconds(progress.slot_ms));
    lines.push_back(when(progress));
    lines.emplace_back();
    lines.push_back(row("node", "slot", "head", "justified", "finalized", "peers") + (progress.chaos ? "  fault" : ""));
    for (std::size_t i = 0; i < progress.nodes.size(); ++i) {
        const NodeProgress& each = progress.nodes[i];
        lines.push_back(row(std::to_string(i), std::to_string(each.head_slot.value()), short_root(each.head),
                            std::to_string(each.justified.value()), std::to_string(each.finalized.value()),
                            count(each.peers)) +
                        fault_of(progress, i));
    }
    lines.emplace_back();
    lines.push_back("participation   " + participation(progress));
    lines.push_back("reference       " + std::to_string(progress.blocks_replayed) + " blocks replayed, " +
                    std::to_string(progress.divergences) + " divergences");
    if (progress.load) {
        lines.push_back("transactions    " + std::to_string(progress.load->rate) + " /s: " + load(*progress.load));
        lines.push_back("                " + latency(*progress.load));
    }
    if (progress.chaos) lines.push_back("faults          " + count_of_faults(*progress.chaos));
    if (!progress.rpc.empty()) lines.push_back("wallets         --rpc http://" + progress.rpc);
    lines.push_back(progress.note);
    return lines;
}

std::string render_line(const Progress& progress) {
    return when(progress) + ": heads" +
           all(progress.nodes, [](const NodeProgress& n) { return std::to_string(n.head_slot.value()); }) +
           ", justified" +
           all(progress.nodes, [](const NodeProgress& n) { return std::to_string(n.justified.value()); }) +
           ", finalized" +
           all(progress.nodes, [](const NodeProgress& n) { return std::to_string(n.finalized.value()); }) +
           ", participation " + participation(progress) + ", peers" +
           all(progress.nodes, [](const NodeProgress& n) { return count(n.peers); }) + ", replayed " +
           std::to_string(progress.blocks_replayed) + ", divergences " + std::to_string(progress.divergences) +
           (progress.load ? ", transactions " + load(*progress.load) + "; " + latency(*progress.load) : "") +
           (progress.chaos ? ", faults " + faults(*progress.chaos) : "");
}

Display::Display(int descriptor) : descriptor_(descriptor), terminal_(::isatty(descriptor) == 1) {}

void Display::show(const Progress& progress) {
    if (!terminal_) {
        const std::int64_t slot = current_slot(progress);
        if (last_slot_ != slot) write(render_line(progress) + "\n");
        if (last_note_ != progress.note) write(progress.note + "\n");
        last_slot_ = slot;
        last_note_ = progress.note;
        return;
    }
    winsize size{};
    const bool known = ::ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    const std::size_t columns = known ? size.ws_col : kDefaultColumns;
    auto lines = render_table(progress);
    // What does not fit on the screen cannot be replaced.
    if (known && size.ws_row <= lines.size()) lines = {render_line(progress)};
    std::string text;
    if (drawn_lines_ > 0) text += "\x1b[" + std::to_string(drawn_lines_) + "A\r";
    for (const std::string& line : lines)
        text += "\x1b[2K" + cut(line, columns) + "\n";
    write(text);
    drawn_lines_ = lines.size();
}

void Display::say(const std::string& text) {
    write(text + "\n");
    drawn_lines_ = 0;
}

void Display::write(const std::string& text) const {
    std::size_t written = 0;
    while (written < text.size()) {
        const auto length = ::write(descriptor_, text.data() + written, text.size() - written);
        if (length <= 0) return;
        written += static_cast<std::size_t>(length);
    }
}

}  // namespace touchstone::cli
