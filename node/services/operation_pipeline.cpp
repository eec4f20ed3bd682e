#include "node/services/operation_pipeline.h"

#include <memory>
#include <utility>

#include "node/types/encoding.h"

namespace touchstone::node {

void OperationPipeline::report(Origin origin, Verdict verdict) {
    if (origin) context_.network.report(*origin, verdict);
}

template <class Message>
void OperationPipeline::receive(const GossipMessage& message) {
    const auto received = Received<Message>::decode(message.payload, chain_.parameters());
    if (!received) return context_.network.report(message.id, Verdict::Reject);  // [NET-12]
    check(message.id, received.value().message());
}

void OperationPipeline::on_gossip(const GossipMessage& message) {
    switch (message.topic.kind) {
        case TopicKind::ProposerSlashing:
            return receive<ProposerSlashing>(message);
        case TopicKind::AttesterSlashing:
            return receive<AttesterSlashing>(message);
        case TopicKind::VoluntaryExit:
            return receive<SignedVoluntaryExit>(message);
        case TopicKind::Block:
        case TopicKind::AggregateAndProof:
        case TopicKind::Attestation:
        case TopicKind::Transactions:
            return context_.network.report(message.id, Verdict::Ignore);
    }
}

void OperationPipeline::check(Origin origin, const ProposerSlashing& slashing) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    const auto state = chain_.head_state_now();
    if (!state) return report(origin, Verdict::Ignore);  // the chain has ended: no state to judge it in [COM-08]
    verify(origin, conditions.check_proposer_slashing(slashing, *state));
}

void OperationPipeline::check(Origin origin, const AttesterSlashing& slashing) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    const auto state = chain_.head_state_now();
    if (!state) return report(origin, Verdict::Ignore);  // the chain has ended: no state to judge it in [COM-08]
    verify(origin, conditions.check_attester_slashing(slashing, *state));
}

void OperationPipeline::check(Origin origin, const SignedVoluntaryExit& exit) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    const auto state = chain_.head_state_now();
    if (!state) return report(origin, Verdict::Ignore);  // the chain has ended: no state to judge it in [COM-08]
    verify(origin, conditions.check_voluntary_exit(exit, *state));
}

template <class Content>
void OperationPipeline::verify(Origin origin, GossipResult<GossipChecked<Content>> checked) {
    if (!checked.ok()) return report(origin, verdict_of(checked.refusal()));
    auto shared = std::make_shared<GossipChecked<Content>>(std::move(checked).value());
    context_.verifier.verify(copy_of(shared->sets()), VerifyPriority::Aggregate,
                             [this, origin, shared](const auto& valid) {
                                 const auto verified = std::move(*shared).with_signatures(valid);
                                 if (!verified) return report(origin, Verdict::Reject);
                                 const bool first = mark_seen(context_.seen, verified.value());
                                 report(origin, first ? Verdict::Accept : Verdict::Ignore);
                                 if (first) accepted(verified.value().content(), !origin);
                             });
}

void OperationPipeline::accepted(const GossipProposerSlashing& content, bool own) {
    pool_.add(content.slashing);
    context_.log.warning("proposer_slashing",
                         {{"validator", content.slashing.signed_header_1.message.proposer_index.value()},
                          {"slot", content.slashing.signed_header_1.message.slot.value()},
                          {"own", own}});
    if (own) context_.network.publish({TopicKind::ProposerSlashing}, encode(content.slashing));
}

void OperationPipeline::accepted(const GossipAttesterSlashing& content, bool own) {
    pool_.add(content.slashing);
    context_.log.warning("attester_slashing", {{"validators", std::uint64_t{content.indices.size()}}, {"own", own}});
    // Verified in the head's state; the fork choice has a state of its own to verify it in. [FC-49]
    auto checked = chain_.fork_choice().check_attester_slashing(content.slashing);
    if (checked) {
        const auto verified = std::move(checked).value().with_signatures(verify_each);
        if (verified) chain_.apply(content.slashing, verified.value());
    }
    if (!chain_.commit()) return;
    if (own) context_.network.publish({TopicKind::AttesterSlashing}, encode(content.slashing));
}

void OperationPipeline::accepted(const GossipVoluntaryExit& content, bool own) {
    pool_.add(content.exit);
    if (own) context_.network.publish({TopicKind::VoluntaryExit}, encode(content.exit));
}

void OperationPipeline::prune() {
    const StatePointer state = chain_.fork_choice().block_state(chain_.fork_choice().finalized().root);
    if (state) pool_.prune(chain_.environment(), *state);
}

}  // namespace touchstone::node
