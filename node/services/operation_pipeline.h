// The way of slashings and exits: from gossip, from this node's own slasher, into pool, fork choice and blocks.
// [NET-48] to [NET-53] [DUT-24]
#pragma once

#include <functional>
#include <optional>

#include "node/kernel/duties/operation_pool.h"
#include "node/kernel/gossip/conditions.h"
#include "node/services/chain.h"
#include "node/services/gossip_context.h"

namespace touchstone::node {

class OperationPipeline {
  public:
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
    using Origin = std::optional<GossipId>;  // nothing: this node

    template <class Message>
    void receive(const GossipMessage& message);
    void check(Origin origin, const ProposerSlashing& slashing);
    void check(Origin origin, const AttesterSlashing& slashing);
    void check(Origin origin, const SignedVoluntaryExit& exit);
    template <class Content>
    void verify(Origin origin, GossipResult<GossipChecked<Content>> checked);
    void accepted(const GossipProposerSlashing& content, bool own);
    void accepted(const GossipAttesterSlashing& content, bool own);
    void accepted(const GossipVoluntaryExit& content, bool own);
    void report(Origin origin, Verdict verdict);

    Chain& chain_;
    GossipContext context_;
    OperationPool& pool_;
};

}  // namespace touchstone::node
