// A part of the validators in the hands of somebody who breaks the rules. It has their keys, sees what the nodes see,
// makes blocks and votes as a validator would, keeps them to itself, and shows them to whom and when it likes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "node/kernel/duties/operation_pool.h"
#include "node/kernel/duties/schedule.h"
#include "node/sim/simulation.h"
#include "node/types/containers.h"

namespace touchstone::node::sim {

/// Who gets a message, and how many milliseconds after it is sent. What the adversary sends is not lost and passes
/// partitions: its wires are its own.
using Audience = std::map<std::size_t, std::uint64_t>;

class Adversary final : public NetworkHandler {
  public:
    /// Of what a fast wire takes.
    static constexpr std::uint64_t kWireMs = 5;

    struct Vote {
        AttesterDuty duty;
        Attestation attestation;
    };

    /// Joins the network under a number that no node has, and lives no longer than the simulation. The validators are
    /// of genesis. It does nothing by itself but listen and answer.
    Adversary(Simulation& simulation, std::size_t number, std::set<ValidatorIndex> validators);

    const std::set<ValidatorIndex>& validators() const { return validators_; }
    bool owns(ValidatorIndex validator) const { return validators_.contains(validator); }
    Audience everybody(std::uint64_t delay_ms = kWireMs) const;

    // ---------------------------------------------------------------------------------------------------- what it sees
    // Blocks are its own ones, genesis, and those that a node knows that is up.

    const Root& genesis_root() const { return genesis_root_; }
    /// Null for a block that nobody has.
    StatePointer state_of(const Root& block) const;
    /// The block's state taken to a slot that is not before the block's. Throws std::logic_error for a block that
    /// nobody has.
    StatePointer state_at(const Root& block, Slot slot);
    std::optional<ValidatorIndex> proposer_of(const Root& parent, Slot slot);
    /// Its seats in the committees of the slot, in their order.
    std::vector<AttesterDuty> duties_at(const Root& block, Slot slot);
    /// Of the votes that were gossiped where it listens, those that a block of the slot may include.
    std::vector<Attestation> heard_votes(Slot block_slot) { return pool_.candidates(block_slot); }

    // --------------------------------------------------------------------------------------------------- what it makes
    // Everything is signed with its validators' keys; nothing holds it back from contradicting itself.

    /// Blocks of one slot and parent differ by their variant. Throws std::logic_error if the proposer is not its own.
    Root make_block(const Root& parent, Slot slot, std::span<const Attestation> votes = {}, std::uint8_t variant = 0);
    /// With the source that the head's chain justifies, or another.
    Vote make_vote(const AttesterDuty& duty, const Root& head, const std::optional<Checkpoint>& source = std::nullopt);
    /// Of all its seats in the slot.
    std::vector<Vote> make_votes(const Root& head, Slot slot);
    SignedAggregateAndProof make_aggregate(const AttesterDuty& aggregator, std::span<const Vote> votes);
    bool made(const Root& root) const { return made_.contains(root); }
    /// Precondition: made here.
    const SignedBlock& block(const Root& root) const { return made_.at(root).block; }

    // -------------------------------------------------------------------------------------------------- what it shows

    void show_block(const Root& root, const Audience& audience);
    void show_vote(const Vote& vote, const Audience& audience);
    void show_votes(std::span<const Vote> votes, const Audience& audience);
    void show_aggregate(const SignedAggregateAndProof& aggregate, const Audience& audience);
    void show(const Topic& topic, const ByteVector& payload, const Audience& audience);
    /// From now on it answers as if the head of its own making were that of the chain, and hands out the blocks up to
    /// it that it made. Otherwise it claims what the nodes have, and hands out what it has shown, by root.
    void claim(const Root& head, const Checkpoint& finalized);

    // ----------------------------------------------------------------------------------------------- from the network

    void on_peer_connected(const PeerId& peer, const PeerConnection& connection) override;
    void on_peer_disconnected(const PeerId&) override {}
    void on_gossip(GossipMessage message) override;
    void on_request(InboundRequest request) override;

  private:
    struct Made {
        SignedBlock block;
        StatePointer post_state;
        bool shown = false;
    };

    const Environment& environment() const { return simulation_.environment(); }
    const Parameters& parameters() const { return simulation_.parameters(); }
    BlsSignature sign(ValidatorIndex validator, const Root& signing_root) const;
    Checkpoint target_of(const Root& head, Slot slot);
    Status status() const;
    std::vector<ByteVector> blocks_in(const BlocksByRangeRequest& range) const;
    std::vector<ByteVector> blocks_of(const BlocksByRootRequest& roots) const;

    Simulation& simulation_;
    std::set<ValidatorIndex> validators_;
    StatePointer genesis_;
    Root genesis_root_;  // of the block
    ForkDigest digest_;
    AttestationPool pool_;
    std::map<Root, Made> made_;
    std::map<std::pair<Root, Slot>, StatePointer> advanced_;
    std::optional<Status> claimed_;
    std::unique_ptr<SimulatedEndpoint> endpoint_;
};

}  // namespace touchstone::node::sim
