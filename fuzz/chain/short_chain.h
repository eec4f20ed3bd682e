// A chain of a few blocks on both sides: what readers of databases and answerers of requests stand on.
#pragma once

#include <vector>

#include "node/kernel/consensus/genesis.h"
#include "node/services/chain.h"
#include "reference/fork_choice/store.h"

namespace touchstone::fuzz {

constexpr std::uint64_t kShortChainAccounts = 3;

inline const reference::Parameters& short_chain_config() { return reference::MINIMAL; }

/// Made once. Blocks are signed by development keys, and each has a transfer; slot 3 is empty.
struct ShortChain {
    ShortChain();

    reference::Genesis genesis;
    reference::ConsensusState genesis_state;
    std::vector<reference::SignedBlock> blocks;
    std::vector<reference::Attestation> votes;
    node::Environment environment;
    std::unique_ptr<node::State> node_genesis_state;

    std::uint64_t start_of_slot(std::uint64_t slot) const;
};
const ShortChain& short_chain();

/// The reference's store after all blocks, each at the start of its slot.
reference::Store short_chain_store();

/// Ports of a node that has only this chain: a clock that is set by hand, and nobody who listens.
class StillClock final : public node::Clock {
  public:
    std::uint64_t now_ms() const override { return time_ms; }
    std::uint64_t time_ms = 0;
};
class NoEvents final : public node::Events {
  public:
    void on_block(const node::BlockEvent&) override {}
    void on_head(const node::HeadEvent&) override {}
    void on_finalized(const node::FinalizedEvent&) override {}
    void on_status(const node::StatusEvent&) override {}
    void on_fatal(const std::string&) override {}
};
class NoLog final : public node::Log {
  public:
    void write(node::LogLevel, std::string_view, std::span<const node::LogField>) override {}
};

struct Quiet {
    StillClock clock;
    NoEvents events;
    NoLog log;
};
inline node::ChainPorts ports_of(Quiet& quiet, node::Store& store) {
    return {short_chain().environment, quiet.clock, store, quiet.events, quiet.log};
}

/// Writes the chain into the store as a node that lived through it.
void live_through(Quiet& quiet, node::Store& store);
/// The same, and the node's chain stays open.
std::unique_ptr<node::Chain> lived_chain(Quiet& quiet, node::Store& store);

}  // namespace touchstone::fuzz
