// Peers that break the rules of the network: they lie in answers about blocks and states, hold back, stall, and send
// junk. They have no validator; what they know of the chain they read from a node of the simulation.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "node/sim/simulation.h"

namespace touchstone::node::sim {

enum class PeerBehaviour : std::uint8_t {
    Stall,     // promises a chain and never answers a request
    Dawdle,    // answers in the last moment before the other gives up
    Withhold,  // leaves blocks out of ranges, or answers with none; says that a state has no entries
    Forge,     // answers with blocks and pieces of a state that are changed, or were not asked for
    Garble,    // answers with bytes that mean nothing
    Boast,     // claims a head, a finality and states that nobody has
    Spam       // gossips junk and floods with requests
};

struct NamedBehaviour {
    std::string_view name;
    PeerBehaviour behaviour;
};
inline constexpr std::array<NamedBehaviour, 7> kPeerBehaviours{{{"stall", PeerBehaviour::Stall},
                                                                {"dawdle", PeerBehaviour::Dawdle},
                                                                {"withhold", PeerBehaviour::Withhold},
                                                                {"forge", PeerBehaviour::Forge},
                                                                {"garble", PeerBehaviour::Garble},
                                                                {"boast", PeerBehaviour::Boast},
                                                                {"spam", PeerBehaviour::Spam}}};

class ByzantinePeer final : public NetworkHandler {
  public:
    /// Comes up at once, as number `number`, which no node has; goes with the object.
    ByzantinePeer(Simulation& simulation, std::size_t number, PeerBehaviour behaviour);
    ~ByzantinePeer() override;
    ByzantinePeer(const ByzantinePeer&) = delete;
    ByzantinePeer& operator=(const ByzantinePeer&) = delete;

    void on_peer_connected(const PeerId& peer, const PeerConnection& connection) override;
    void on_peer_disconnected(const PeerId& /*peer*/) override {}
    /// Passes nothing on.
    void on_gossip(GossipMessage message) override;
    void on_request(InboundRequest request) override;

    std::uint64_t requests() const { return requests_; }

  private:
    const Chain* chain() const;
    Status status();
    Root any_root();
    ByteVector any_bytes(std::uint64_t at_most);
    void answer(const InboundRequest& request, ByteVector payload);
    void answer_blocks(const InboundRequest& request, std::vector<ByteVector> honest);
    void refuse(const InboundRequest& request);
    void answer_list(const InboundRequest& request);
    void answer_piece(const InboundRequest& request);
    void answer_late(const InboundRequest& request, std::optional<ByteVector> payload);
    /// Of a state; nothing unless it is of a block that the fork choice still has.
    std::optional<ByteVector> honest_piece(const InboundRequest& request) const;
    std::vector<ByteVector> honest_answer(const InboundRequest& request) const;
    ByteVector forged(const ByteVector& signed_block);
    void spam();
    void gossip_junk();
    void flood();
    std::optional<SignedBlock> head_block() const;

    Simulation& simulation_;
    PeerBehaviour behaviour_;
    SeededRandom random_;
    std::unique_ptr<SimulatedEndpoint> endpoint_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::uint64_t requests_ = 0;
};

}  // namespace touchstone::node::sim
