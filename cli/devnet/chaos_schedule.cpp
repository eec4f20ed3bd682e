#include "cli/devnet/chaos_schedule.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <random>
#include <ranges>

namespace touchstone::cli {

namespace {

constexpr std::size_t kMostAtOnce = 2;
constexpr std::uint64_t kLongestEpochs = 2;  // of any fault
constexpr std::uint64_t kEpochsAfterSplit = 2;

class Draw {
  public:
    explicit Draw(std::uint64_t seed) : engine_(seed) {}

    /// In [least, most]. The distributions of the standard library differ from one to another; this one does not.
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(most - least + 1));
    }

    template <class T>
    void shuffle(std::vector<T>& values) {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[engine_() % i]);
    }

  private:
    std::mt19937_64 engine_;
};

class Schedule {
  public:
    Schedule(std::uint64_t seed, const ChaosNetwork& network)
        : network_(network),
          draw_(seed),
          total_(std::accumulate(network.validators.begin(), network.validators.end(), std::uint64_t{0})) {}

    std::vector<ChaosEvent> make() {
        std::int64_t time = epochs(kQuietEpochs);
        for (std::size_t failures = 0; failures < kChaosKinds.size();) {
            ChaosEvent event = draw_event(next_kind());
            const std::int64_t length = event.end_ms;
            const auto begin = event.nodes.empty() ? std::nullopt : first_place(event, time);
            ++failures;
            if (!begin) continue;
            event.begin_ms = *begin;
            event.end_ms = *begin + length;
            events_.push_back(std::move(event));
            time = *begin + draw_.between(1, epochs(1) / 2);
            failures = 0;
        }
        return std::move(events_);
    }

  private:
    std::int64_t epochs(std::uint64_t count) const { return static_cast<std::int64_t>(count) * network_.epoch_ms(); }
    std::int64_t slot() const { return static_cast<std::int64_t>(network_.slot_ms); }
    std::int64_t rest() const { return epochs(1) / 2; }
    std::int64_t window_end() const { return epochs(std::max(network_.epochs, kFewestChaosEpochs) - kCalmEpochs); }
    std::uint64_t weight(const std::vector<std::size_t>& nodes) const {
        std::uint64_t sum = 0;
        for (const std::size_t node : nodes)
            sum += network_.validators[node];
        return sum;
    }

    ChaosKind next_kind() {
        if (kinds_.empty()) {
            kinds_.assign(kChaosKinds.begin(), kChaosKinds.end());
            draw_.shuffle(kinds_);
        }
        const ChaosKind kind = kinds_.back();
        kinds_.pop_back();
        return kind;
    }

    /// With its length as its end, for it has no beginning yet.
    ChaosEvent draw_event(ChaosKind kind) {
        const bool ends_processes = kind == ChaosKind::Kill || kind == ChaosKind::Restart;
        ChaosEvent event{kind, kind == ChaosKind::Split ? draw_side() : draw_few(ends_processes ? 1 : 0), 0,
                         draw_length(kind), 0};
        if (kind == ChaosKind::Delay) event.delay_ms = draw_.between(slot() / 8, slot() / 2);
        return event;
    }

    std::int64_t draw_length(ChaosKind kind) {
        switch (kind) {
            case ChaosKind::Kill:
            case ChaosKind::Pause:
                return draw_.between(slot(), epochs(1));
            case ChaosKind::Restart:
                return slot();
            case ChaosKind::Partition:
            case ChaosKind::Delay:
                return draw_.between(2 * slot(), epochs(kLongestEpochs));
            case ChaosKind::Split:
                return draw_.between(epochs(1), epochs(kLongestEpochs));
            case ChaosKind::OneWay:
                return draw_.between(2 * slot(), epochs(1));
        }
        return slot();
    }

    std::vector<std::size_t> shuffled_nodes() {
        std::vector<std::size_t> nodes(network_.validators.size());
        std::iota(nodes.begin(), nodes.end(), std::size_t{0});
        draw_.shuffle(nodes);
        return nodes;
    }

    /// Up to a quarter of the nodes, from the given one on, with less than a third of the validators; none if each
    /// alone has too many.
    std::vector<std::size_t> draw_few(std::size_t from) {
        std::vector<std::size_t> nodes = shuffled_nodes();
        std::erase_if(nodes, [from](std::size_t node) { return node < from; });
        const auto most = std::max<std::int64_t>(1, static_cast<std::int64_t>(network_.validators.size() / 4));
        const auto wanted = static_cast<std::size_t>(draw_.between(1, most));
        std::vector<std::size_t> few;
        for (const std::size_t node : nodes) {
            if (few.size() < wanted && 3 * (weight(few) + network_.validators[node]) < total_) few.push_back(node);
        }
        std::ranges::sort(few);
        return few;
    }

    /// The smaller side of a split; empty if there is none.
    std::vector<std::size_t> draw_side() {
        std::vector<std::size_t> side;
        for (const std::size_t node : shuffled_nodes()) {
            if (3 * weight(side) > total_) break;
            if (2 * (weight(side) + network_.validators[node]) <= total_) side.push_back(node);
        }
        if (3 * weight(side) <= total_) return {};
        std::ranges::sort(side);
        return side;
    }

    std::optional<std::int64_t> first_place(const ChaosEvent& event, std::int64_t time) const {
        const std::int64_t step = std::max<std::int64_t>(1, slot() / 4);
        for (; time + event.end_ms <= window_end(); time += step) {
            if (may_begin(event, time)) return time;
        }
        return std::nullopt;
    }

    /// What began before only ends as time goes on: what holds now holds until the end.
    bool may_begin(const ChaosEvent& event, std::int64_t time) const {
        std::size_t under_way = 0;
        std::uint64_t hit = weight(event.nodes);
        for (const ChaosEvent& other : events_ | std::views::reverse) {
            if (time >= other.begin_ms + epochs(kLongestEpochs + kEpochsAfterSplit))
                break;  // nor do those before it count
            if (other.kind == ChaosKind::Split && time < other.end_ms + epochs(kEpochsAfterSplit)) return false;
            if (time >= other.end_ms + rest()) continue;
            if (event.kind == ChaosKind::Split) return false;
            if (std::ranges::any_of(other.nodes, [&](std::size_t node) { return event.hits(node); })) return false;
            if (time < other.end_ms) ++under_way;
            hit += weight(other.nodes);
        }
        return event.kind == ChaosKind::Split || (under_way < kMostAtOnce && 3 * hit < total_);
    }

    const ChaosNetwork& network_;
    Draw draw_;
    std::uint64_t total_;
    std::vector<ChaosKind> kinds_;
    std::vector<ChaosEvent> events_;
};

}  // namespace

std::string_view name_of(ChaosKind kind) {
    switch (kind) {
        case ChaosKind::Kill:
            return "kill";
        case ChaosKind::Restart:
            return "restart";
        case ChaosKind::Pause:
            return "pause";
        case ChaosKind::Partition:
            return "partition";
        case ChaosKind::Split:
            return "split";
        case ChaosKind::OneWay:
            return "one_way";
        case ChaosKind::Delay:
            return "delay";
    }
    return "";
}

bool ChaosEvent::hits(std::size_t node) const { return std::ranges::binary_search(nodes, node); }

std::string ChaosEvent::text() const {
    std::string result(name_of(kind));
    if (kind == ChaosKind::Delay) result += " by " + std::to_string(delay_ms) + " ms";
    result += nodes.size() == 1 ? " of node" : " of nodes";
    for (const std::size_t node : nodes)
        result += " " + std::to_string(node);
    return result;
}

std::vector<ChaosEvent> chaos_schedule(std::uint64_t seed, const ChaosNetwork& network) {
    return Schedule(seed, network).make();
}

LinkRule link_rule(std::span<const ChaosEvent> under_way, std::size_t from, std::size_t to) {
    LinkRule rule;
    for (const ChaosEvent& event : under_way) {
        switch (event.kind) {
            case ChaosKind::Kill:
            case ChaosKind::Restart:
            case ChaosKind::Pause:
                break;
            case ChaosKind::Partition:
            case ChaosKind::Split:
                rule.held = rule.held || event.hits(from) != event.hits(to);
                break;
            case ChaosKind::OneWay:
                rule.held = rule.held || (event.hits(from) && !event.hits(to));
                break;
            case ChaosKind::Delay:
                if (event.hits(from) || event.hits(to)) rule.delay_ms = std::max(rule.delay_ms, event.delay_ms);
                break;
        }
    }
    return rule;
}

}  // namespace touchstone::cli
