// The way of slashings and exits: from gossip, from this node's own slasher, into pool, fork choice and blocks.
// [NET-48] to [NET-53] [DUT-24]
//
// Those whose signatures are being verified: kMaxUnderWay, of one peer kMaxUnderWayOfPeer; the newest is refused with
// IGNORE, as is one when its sender's quota of signatures is used up. [NET-113] [NET-114]
#pragma once

#include <functional>
#include <optional>

#include "node/kernel/duties/operation_pool.h"
#include "node/kernel/gossip/conditions.h"
#include "node/services/chain.h"
#include "node/services/gossip_context.h"
#include "node/services/under_way.h"

namespace touchstone::node {

class OperationPipeline {
  public:
    static constexpr std::size_t kMaxUnderWay = 256;
    static constexpr std::size_t kMaxUnderWayOfPeer = 32;

    OperationPipeline(Chain& chain, const GossipContext& context, OperationPool& pool)
        : chain_(chain), context_(context), pool_(pool) {}

    void on_gossip(const GossipMessage& message);

    /// Evidence that this node found, an exit that its operator ordered: the same checks, then it is published.
    void publish(const ProposerSlashing& slashing) { check(Origin{}, slashing); }
    void publish(const AttesterSlashing& slashing) { check(Origin{}, slashing); }
    void publish(const SignedVoluntaryExit& exit) { check(Origin{}, exit); }

    /// After finality has moved.
    void prune();

  private:
    struct Sender {
        GossipId message = 0;
        PeerId peer;
    };
    using Origin = std::optional<Sender>;  // nothing: this node

    template <class Message>
    void receive_as(const GossipMessage& message);
    void check(const Origin& origin, const ProposerSlashing& slashing);
    void check(const Origin& origin, const AttesterSlashing& slashing);
    void check(const Origin& origin, const SignedVoluntaryExit& exit);
    template <class Content>
    void verify(const Origin& origin, GossipResult<GossipChecked<Content>> checked);
    template <class Content>
    void verified(const Origin& origin, const Settled<Content>& settled);
    bool may_verify(const Origin& origin, std::size_t signatures);
    void accepted(const GossipProposerSlashing& content, bool own);
    void accepted(const GossipAttesterSlashing& content, bool own);
    void accepted(const GossipVoluntaryExit& content, bool own);
    void report(const Origin& origin, Verdict verdict);

    Chain& chain_;
    GossipContext context_;
    OperationPool& pool_;
    UnderWay being_verified_{kMaxUnderWay, kMaxUnderWayOfPeer};
};

}  // namespace touchstone::node
