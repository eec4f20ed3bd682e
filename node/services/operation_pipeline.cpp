#include "node/services/operation_pipeline.h"

#include <memory>
#include <utility>

#include "node/types/encoding.h"

namespace touchstone::node {

void OperationPipeline::report(const Origin& origin, Verdict verdict) {
    if (origin) context_.network.report(origin->message, verdict);
}

template <class Message>
void OperationPipeline::receive_as(const GossipMessage& message) {
    const auto received = receive<Message>(message.payload, chain_.parameters());
    if (!received.ok()) return context_.network.report(message.id, verdict_of(received.refusal()));
    check(Sender{message.id, message.sender}, received.value().message());
}

void OperationPipeline::on_gossip(const GossipMessage& message) {
    switch (message.topic.kind) {
        case TopicKind::ProposerSlashing:
            return receive_as<ProposerSlashing>(message);
        case TopicKind::AttesterSlashing:
            return receive_as<AttesterSlashing>(message);
        case TopicKind::VoluntaryExit:
            return receive_as<SignedVoluntaryExit>(message);
        case TopicKind::Block:
        case TopicKind::AggregateAndProof:
        case TopicKind::Attestation:
        case TopicKind::Transactions:
            return context_.network.report(message.id, Verdict::Ignore);
    }
}

void OperationPipeline::check(const Origin& origin, const ProposerSlashing& slashing) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    const auto state = chain_.head_state_now();
    if (!state) return report(origin, Verdict::Ignore);  // the chain has ended: no state to judge it in [COM-08]
    verify(origin, conditions.check_proposer_slashing(slashing, *state));
}

void OperationPipeline::check(const Origin& origin, const AttesterSlashing& slashing) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    const auto state = chain_.head_state_now();
    if (!state) return report(origin, Verdict::Ignore);  // the chain has ended: no state to judge it in [COM-08]
    verify(origin, conditions.check_attester_slashing(slashing, *state));
}

void OperationPipeline::check(const Origin& origin, const SignedVoluntaryExit& exit) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    const auto state = chain_.head_state_now();
    if (!state) return report(origin, Verdict::Ignore);  // the chain has ended: no state to judge it in [COM-08]
    verify(origin, conditions.check_voluntary_exit(exit, *state));
}

bool OperationPipeline::may_verify(const Origin& origin, std::size_t signatures) {
    if (!origin) return true;
    return being_verified_.has_room(origin->peer) &&
           context_.signatures.take(origin->peer, SignatureUse::Judged, signatures, context_.clock.now_ms());
}

template <class Content>
void OperationPipeline::verify(const Origin& origin, GossipResult<GossipChecked<Content>> checked) {
    if (!checked.ok()) return report(origin, verdict_of(checked.refusal()));
    auto shared = std::make_shared<GossipChecked<Content>>(std::move(checked).value());
    if (!may_verify(origin, shared->sets().size())) return report(origin, Verdict::Ignore);
    if (origin) being_verified_.begin(origin->peer);
    context_.verifier.verify(copy_of(shared->sets()), VerifyPriority::Aggregate,
                             [this, origin, shared](const auto& valid) {
                                 if (origin) being_verified_.end(origin->peer);
                                 verified(origin, settle(context_.seen, std::move(*shared), valid));
                             });
}

template <class Content>
void OperationPipeline::verified(const Origin& origin, const Settled<Content>& settled) {
    report(origin, verdict_of(settled.refusal));
    if (!settled.refusal) accepted(settled.verified->content(), !origin);
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
