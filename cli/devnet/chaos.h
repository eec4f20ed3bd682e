// Brings faults over the nodes of a running development network, by a schedule.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/devnet/chaos_schedule.h"
#include "cli/devnet/node_process.h"
#include "cli/devnet/peer_address.h"
#include "cli/devnet/relay.h"

namespace touchstone::cli {

/// A fault that was brought over the network.
struct ChaosRecord {
    ChaosEvent event;  // with its times as they were
    std::optional<std::uint64_t>
        blocks_apart;                     // of a partition or split: how many blocks of its time there were at its end
    std::optional<std::int64_t> back_ms;  // from its end until each of its nodes had the same head as one of the others
};

struct ChaosReport {
    std::uint64_t seed = 0;
    std::vector<ChaosRecord> faults;  // that are over
    std::size_t left_out = 0;         // whose nodes were not up when it was their time
    node::Epoch calm_epoch;           // began after the last fault: its finality shows that the network mended
};

struct ChaosProgress {
    std::size_t over = 0;
    std::size_t planned = 0;
    std::vector<std::string> under_way;
    std::vector<std::string> of_node;  // what each is under, "pause 3 s" until it ends; empty: nothing
};

class Chaos {
  public:
    static Outcome<std::unique_ptr<Chaos>> make(std::uint64_t seed, const ChaosNetwork& network);

    /// The addresses by which a node reaches all others whose peer ids are known so far.
    std::vector<std::string> peers_of(std::size_t node) const;
    /// A node has begun to listen.
    Outcome<node::adapters::Done> listens(const NodeProcess& node);

    /// Begins and ends what is due. Logs and databases were read just before. A fault says what must not be.
    Outcome<node::adapters::Done> act(std::int64_t ms_since_genesis, std::vector<NodeProcess>& nodes);
    /// Lets everything run and pass, whatever the schedule says.
    void release(std::vector<NodeProcess>& nodes);

    /// Whether the node's process has been ended and not started again.
    bool is_down(std::size_t node) const { return down_.contains(node); }
    /// Whether the schedule is carried out, and every node listens.
    bool over() const { return planned_.empty() && undisturbed(); }
    /// Whether nothing is under way just now.
    bool undisturbed() const { return under_way_.empty() && starting_.empty(); }
    /// The first that begins after all faults, so far.
    node::Epoch calm_epoch() const;
    ChaosProgress progress(std::int64_t ms_since_genesis) const;
    ChaosReport report() const;

  private:
    Chaos(std::uint64_t seed, const ChaosNetwork& network, std::unique_ptr<Relay> relay);

    Outcome<node::adapters::Done> await_listeners(std::int64_t now, std::vector<NodeProcess>& nodes);
    Outcome<node::adapters::Done> end_due(std::int64_t now, std::vector<NodeProcess>& nodes);
    void begin_due(std::int64_t now, std::vector<NodeProcess>& nodes);
    void begin(const ChaosEvent& event, std::vector<NodeProcess>& nodes);
    /// False: it cannot end yet.
    Outcome<bool> end(ChaosRecord& record, std::int64_t now, std::vector<NodeProcess>& nodes);
    Outcome<bool> start_again(NodeProcess& node, const ChaosEvent& event, std::int64_t now);
    void see_who_is_back(std::int64_t now, const std::vector<NodeProcess>& nodes);
    bool is_away(std::size_t node) const;
    void apply_rules();

    std::uint64_t seed_;
    ChaosNetwork network_;
    std::unique_ptr<Relay> relay_;
    std::vector<ChaosEvent> planned_;  // what has not begun, in order
    std::size_t count_;                // of the whole schedule
    std::vector<LinkRule> rules_;      // as the relay has them, from × nodes + to
    std::vector<ChaosEvent> under_way_;
    std::vector<ChaosRecord> over_;
    std::map<std::size_t, std::set<std::size_t>> away_;  // of those, by place: the nodes that are not back
    std::size_t left_out_ = 0;
    std::map<std::size_t, std::string> peer_ids_;
    std::set<std::size_t> down_;
    std::map<std::size_t, std::int64_t> starting_;  // since when
};

/// How many blocks there are of slots that began after the sides were parted, each on one side alone. A fault if both
/// sides have one: something passed between them.
Outcome<std::uint64_t> blocks_apart(const ChaosEvent& event, const ChaosNetwork& network,
                                    std::span<const NodeChain* const> chains);

}  // namespace touchstone::cli
