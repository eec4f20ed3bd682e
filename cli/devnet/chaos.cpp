#include "cli/devnet/chaos.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>

namespace touchstone::cli {

namespace {

using node::adapters::Done;

constexpr std::int64_t kListenLimitMs = 60'000;  // from start to listening
constexpr std::int64_t kEndLimitMs = 30'000;     // from a signal to exit

bool ends_processes(ChaosKind kind) { return kind == ChaosKind::Kill || kind == ChaosKind::Restart; }

bool parts(ChaosKind kind) { return kind == ChaosKind::Partition || kind == ChaosKind::Split; }

}  // namespace

Outcome<std::unique_ptr<Chaos>> Chaos::make(std::uint64_t seed, const ChaosNetwork& network) {
    auto relay = Relay::start(network.validators.size());
    if (!relay.ok()) return relay.fault();
    return std::unique_ptr<Chaos>(new Chaos(seed, network, std::move(*relay)));
}

Chaos::Chaos(std::uint64_t seed, const ChaosNetwork& network, std::unique_ptr<Relay> relay)
    : seed_(seed),
      network_(network),
      relay_(std::move(relay)),
      planned_(chaos_schedule(seed, network)),
      count_(planned_.size()),
      rules_(network.validators.size() * network.validators.size()) {}

std::vector<std::string> Chaos::peers_of(std::size_t node) const {
    std::vector<std::string> peers;
    for (const auto& [other, id] : peer_ids_) {
        if (other != node) peers.push_back(PeerAddress{relay_->port(node, other), id}.text());
    }
    return peers;
}

Outcome<Done> Chaos::listens(const NodeProcess& node) {
    const auto address = parse_peer_address(node.address().value_or(""));
    if (!address) {
        return Fault{FaultKind::Internal, node.name() + " does not listen on 127.0.0.1 with a peer id, but on \"" +
                                              node.address().value_or("") + "\""};
    }
    peer_ids_[node.index()] = address->peer_id;
    relay_->set_target(node.index(), address->port);
    return Done{};
}

Outcome<Done> Chaos::act(std::int64_t ms_since_genesis, std::vector<NodeProcess>& nodes) {
    const auto begun = std::chrono::steady_clock::now();
    if (auto done = await_listeners(ms_since_genesis, nodes); !done.ok()) return done;
    if (auto done = end_due(ms_since_genesis, nodes); !done.ok()) return done;
    const std::size_t earlier = under_way_.size();
    begin_due(ms_since_genesis, nodes);
    apply_rules();
    // On a busy machine that takes its time, and a partition is one from then on.
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    for (std::size_t i = earlier; i < under_way_.size(); ++i)
        under_way_[i].begin_ms = ms_since_genesis + taken.count();
    see_who_is_back(ms_since_genesis, nodes);
    return Done{};
}

Outcome<Done> Chaos::await_listeners(std::int64_t now, std::vector<NodeProcess>& nodes) {
    for (auto each = starting_.begin(); each != starting_.end();) {
        const NodeProcess& node = nodes[each->first];
        if (node.address()) {
            if (auto done = listens(node); !done.ok()) return done;
            each = starting_.erase(each);
            continue;
        }
        if (now - each->second > kListenLimitMs) {
            return Fault{FaultKind::Internal,
                         node.name() + " was started again and does not listen; see " + node.log().string()};
        }
        ++each;
    }
    return Done{};
}

Outcome<Done> Chaos::end_due(std::int64_t now, std::vector<NodeProcess>& nodes) {
    for (auto event = under_way_.begin(); event != under_way_.end();) {
        if (now < event->end_ms) {
            ++event;
            continue;
        }
        ChaosRecord record{*event, std::nullopt, std::nullopt};
        const auto ended = end(record, now, nodes);
        if (!ended.ok()) return ended.fault();
        if (!*ended) {
            ++event;
            continue;
        }
        record.event.end_ms = now;
        away_[over_.size()].insert(event->nodes.begin(), event->nodes.end());
        over_.push_back(std::move(record));
        event = under_way_.erase(event);
    }
    return Done{};
}

void Chaos::begin_due(std::int64_t now, std::vector<NodeProcess>& nodes) {
    const auto absent = [this](std::size_t node) { return down_.contains(node) || starting_.contains(node); };
    for (auto event = planned_.begin(); event != planned_.end() && event->begin_ms <= now;) {
        if (now >= event->end_ms) {
            ++left_out_;
        } else if (std::ranges::any_of(event->nodes, absent)) {
            ++event;
            continue;
        } else {
            event->begin_ms = now;
            begin(*event, nodes);
            under_way_.push_back(*event);
        }
        event = planned_.erase(event);
    }
}

void Chaos::begin(const ChaosEvent& event, std::vector<NodeProcess>& nodes) {
    for (const std::size_t index : event.nodes) {
        NodeProcess& node = nodes[index];
        if (event.kind == ChaosKind::Kill) node.process().kill();
        if (event.kind == ChaosKind::Restart) node.process().ask_to_end();
        if (event.kind == ChaosKind::Pause) node.process().pause();
        if (!ends_processes(event.kind)) continue;
        node.forget_process();
        down_.insert(index);
        relay_->set_target(index, 0);
    }
}

Outcome<bool> Chaos::end(ChaosRecord& record, std::int64_t now, std::vector<NodeProcess>& nodes) {
    bool ended = true;
    for (const std::size_t index : record.event.nodes) {
        if (record.event.kind == ChaosKind::Pause) nodes[index].process().resume();
        if (!ends_processes(record.event.kind) || !down_.contains(index)) continue;
        const auto started = start_again(nodes[index], record.event, now);
        if (!started.ok()) return started.fault();
        ended = ended && *started;
    }
    if (!parts(record.event.kind)) return ended;
    std::vector<const NodeChain*> chains;
    for (const NodeProcess& node : nodes)
        chains.push_back(&node.chain());
    const auto apart = blocks_apart(record.event, network_, chains);
    if (!apart.ok()) return apart.fault();
    record.blocks_apart = *apart;
    return true;
}

Outcome<bool> Chaos::start_again(NodeProcess& node, const ChaosEvent& event, std::int64_t now) {
    if (node.process().running()) {
        if (now - event.begin_ms < kEndLimitMs) return false;
        return Fault{FaultKind::Internal, node.name() + " did not end in time after the signal of a " +
                                              std::string(name_of(event.kind)) + "; see " + node.log().string()};
    }
    if (event.kind == ChaosKind::Restart && !node.process().succeeded()) {
        return Fault{FaultKind::Internal, node.obituary()};
    }
    const auto started = node.start_again(peers_of(node.index()));
    if (!started.ok()) return started.fault();
    down_.erase(node.index());
    starting_[node.index()] = now;
    return true;
}

bool Chaos::is_away(std::size_t node) const {
    return std::ranges::any_of(under_way_, [node](const ChaosEvent& event) { return event.hits(node); }) ||
           std::ranges::any_of(away_, [node](const auto& each) { return each.second.contains(node); });
}

void Chaos::see_who_is_back(std::int64_t now, const std::vector<NodeProcess>& nodes) {
    const auto listens = [this](std::size_t node) { return !down_.contains(node) && !starting_.contains(node); };
    std::set<node::Root> heads;  // of those that are not away
    for (const NodeProcess& node : nodes) {
        if (!is_away(node.index())) heads.insert(node.chain().head);
    }
    for (auto each = away_.begin(); each != away_.end();) {
        std::erase_if(each->second,
                      [&](std::size_t node) { return listens(node) && heads.contains(nodes[node].chain().head); });
        if (!each->second.empty()) {
            ++each;
            continue;
        }
        over_[each->first].back_ms = now - over_[each->first].event.end_ms;
        each = away_.erase(each);
    }
}

void Chaos::apply_rules() {
    const std::size_t nodes = network_.validators.size();
    for (std::size_t from = 0; from < nodes; ++from) {
        for (std::size_t to = 0; to < nodes; ++to) {
            LinkRule& rule = rules_[from * nodes + to];
            const LinkRule wanted = link_rule(under_way_, from, to);
            if (from == to || wanted == rule) continue;
            rule = wanted;
            relay_->set_rule(from, to, rule);
        }
    }
    relay_->settle();
}

void Chaos::release(std::vector<NodeProcess>& nodes) {
    for (NodeProcess& node : nodes)
        node.process().resume();
    for (const ChaosEvent& event : under_way_)
        over_.push_back({event, std::nullopt, std::nullopt});
    under_way_.clear();
    apply_rules();
}

ChaosProgress Chaos::progress(std::int64_t ms_since_genesis) const {
    ChaosProgress progress{over_.size(), count_ - left_out_, {}, {}};
    progress.of_node.resize(network_.validators.size());
    for (const auto& [node, since] : starting_)
        progress.of_node[node] = "starting";
    for (const ChaosEvent& event : under_way_) {
        const std::int64_t last_slot = event.end_ms / static_cast<std::int64_t>(network_.slot_ms);
        progress.under_way.push_back(event.text() + " until slot " + std::to_string(last_slot));
        const std::int64_t seconds = std::max<std::int64_t>(0, event.end_ms - ms_since_genesis + 999) / 1000;
        for (const std::size_t node : event.nodes)
            progress.of_node[node] = std::string(name_of(event.kind)) + " " + std::to_string(seconds) + " s";
    }
    return progress;
}

node::Epoch Chaos::calm_epoch() const {
    std::int64_t end_ms = 0;
    for (const ChaosRecord& each : over_)
        end_ms = std::max(end_ms, each.event.end_ms);
    const auto begun = static_cast<std::uint64_t>((end_ms + network_.epoch_ms() - 1) / network_.epoch_ms());
    return node::Epoch(std::max(begun, network_.epochs - kCalmEpochs));
}

ChaosReport Chaos::report() const { return {seed_, over_, left_out_, calm_epoch()}; }

Outcome<std::uint64_t> blocks_apart(const ChaosEvent& event, const ChaosNetwork& network,
                                    std::span<const NodeChain* const> chains) {
    const auto since = static_cast<std::uint64_t>(event.begin_ms) + network.slot_ms;
    std::unordered_map<node::Root, std::size_t> found_at;  // each block of that time, at the first node that has it
    for (std::size_t i = 0; i < chains.size(); ++i) {
        const BlockTree& blocks = chains[i]->blocks;
        for (const node::Root& root : blocks.roots()) {
            const node::Slot slot = blocks.slot_of(root);
            if (slot.value() * network.slot_ms < since) continue;
            const std::size_t other = found_at.emplace(root, i).first->second;
            if (event.hits(i) == event.hits(other)) continue;
            return Fault{FaultKind::Internal, "the " + event.text() + " was none: node " + std::to_string(other) +
                                                  " and node " + std::to_string(i) + " both have the block 0x" +
                                                  node::to_hex(root) + " of slot " + std::to_string(slot.value()) +
                                                  ", which began when nothing passed between them"};
        }
    }
    return found_at.size();
}

}  // namespace touchstone::cli
