#include "node/services/vote_pipeline.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "node/kernel/duties/schedule.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

std::span<const SignatureSet> sets_of(
    const std::variant<GossipChecked<GossipAttestation>, GossipChecked<GossipAggregate>>& message) {
    return std::visit([](const auto& each) { return each.sets(); }, message);
}

}  // namespace

void VotePipeline::report(const std::optional<GossipId>& id, Verdict verdict) {
    if (id) context_.network.report(*id, verdict);
}

// -------------------------------------------------------------------------------------------------------------- checks

void VotePipeline::on_gossip_attestation(GossipMessage message) {
    const auto received = Received<Attestation>::decode(message.payload, chain_.parameters());
    if (!received) return context_.network.report(message.id, Verdict::Reject);  // [NET-12]
    check_attestation(received.value().message(), message, false);
}

void VotePipeline::on_gossip_aggregate(GossipMessage message) {
    const auto received = Received<SignedAggregateAndProof>::decode(message.payload, chain_.parameters());
    if (!received) return context_.network.report(message.id, Verdict::Reject);  // [NET-12]
    check_aggregate(received.value().message(), message, false);
}

void VotePipeline::check_attestation(const Attestation& attestation, const GossipMessage& message, bool answered) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    auto checked = conditions.check_attestation(attestation, message.topic.subnet);
    if (!checked.ok()) {
        if (checked.refusal().reason.clause == Clause::NET_35) verify_equivocation(attestation);
        return refused(message, checked.refusal(), answered);
    }
    enqueue({answered ? std::nullopt : std::optional(message.id), std::move(checked).value()});
}

void VotePipeline::check_aggregate(const SignedAggregateAndProof& aggregate, const GossipMessage& message,
                                   bool answered) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    auto checked = conditions.check_aggregate(aggregate);
    if (!checked.ok()) return refused(message, checked.refusal(), answered);
    enqueue({answered ? std::nullopt : std::optional(message.id), std::move(checked).value()});
}

void VotePipeline::refused(const GossipMessage& message, const GossipRefusal& refusal, bool answered) {
    if (!answered) context_.network.report(message.id, verdict_of(refusal));
    if (!refusal.missing_block || answered) return;
    if (waiting_order_.size() >= kMaxWaiting) {
        auto& oldest = waiting_[waiting_order_.front()];
        if (!oldest.empty()) oldest.erase(oldest.begin());
        if (oldest.empty()) waiting_.erase(waiting_order_.front());
        waiting_order_.pop_front();
    }
    waiting_[*refusal.missing_block].push_back(message);
    waiting_order_.push_back(*refusal.missing_block);
    if (hooks_.on_missing_block) hooks_.on_missing_block(*refusal.missing_block, message.sender);
}

void VotePipeline::on_block(const Root& root) {
    const auto found = waiting_.find(root);
    if (found == waiting_.end()) return;
    const std::vector<GossipMessage> messages = std::move(found->second);
    waiting_.erase(found);
    std::erase(waiting_order_, root);
    for (const GossipMessage& message : messages) {
        if (message.topic.kind == TopicKind::Attestation) {
            const auto received = Received<Attestation>::decode(message.payload, chain_.parameters());
            if (received) check_attestation(received.value().message(), message, true);
        } else {
            const auto received = Received<SignedAggregateAndProof>::decode(message.payload, chain_.parameters());
            if (received) check_aggregate(received.value().message(), message, true);
        }
    }
}

// --------------------------------------------------------------------------------------------------------- signatures

void VotePipeline::enqueue(Unverified entry) {
    if (unverified_.size() >= kMaxUnverified) {
        report(unverified_.front().id, Verdict::Ignore);
        unverified_.pop_front();
    }
    unverified_.push_back(std::move(entry));
    if (unverified_.size() >= kBatch) return flush();
    if (flush_scheduled_) return;
    flush_scheduled_ = true;
    context_.timers.call_at(context_.clock.now_ms() + kBatchWindowMs, [this] {
        flush_scheduled_ = false;
        flush();
    });
}

void VotePipeline::flush() {
    if (unverified_.empty()) return;
    SignatureSets sets;
    for (const Unverified& entry : unverified_) {
        const auto each = sets_of(entry.message);
        sets.insert(sets.end(), each.begin(), each.end());
    }
    auto batch = std::make_shared<std::vector<Unverified>>(std::make_move_iterator(unverified_.begin()),
                                                           std::make_move_iterator(unverified_.end()));
    unverified_.clear();
    context_.verifier.verify(std::move(sets), VerifyPriority::Attestation,
                             [this, batch](const auto& valid) { verified(std::move(*batch), valid); });
}

void VotePipeline::verified(std::vector<Unverified> batch, const std::vector<bool>& valid) {
    auto next = valid.begin();
    for (Unverified& entry : batch) {
        const auto end = next + static_cast<std::ptrdiff_t>(sets_of(entry.message).size());
        settle(std::move(entry), std::vector<bool>(next, end));
        next = end;
    }
    apply_until(chain_.current_slot());
    // After a failure the node stops by itself.
    static_cast<void>(chain_.commit());
}

void VotePipeline::settle(Unverified entry, const std::vector<bool>& valid) {
    if (auto* single = std::get_if<GossipChecked<GossipAttestation>>(&entry.message)) {
        const auto result = std::move(*single).with_signatures(valid);
        if (!result) return report(entry.id, Verdict::Reject);
        const GossipAttestation& content = result.value().content();
        accept(entry.id, result.value(), content.attestation, content.indices);
    } else if (auto* aggregate = std::get_if<GossipChecked<GossipAggregate>>(&entry.message)) {
        const auto result = std::move(*aggregate).with_signatures(valid);
        if (!result) return report(entry.id, Verdict::Reject);
        const GossipAggregate& content = result.value().content();
        accept(entry.id, result.value(), content.message.message.aggregate, content.indices);
    }
}

template <class Content>
void VotePipeline::accept(const std::optional<GossipId>& id, const SignatureChecked<Content>& message,
                          const Attestation& attestation, const std::vector<ValidatorIndex>& indices) {
    const bool first = mark_seen(context_.seen, message);
    report(id, first ? Verdict::Accept : Verdict::Ignore);
    if (hooks_.on_verified) hooks_.on_verified({indices, attestation.data, attestation.signature});
    if (!first) return;
    pool_.add(attestation);
    keep_until_over(attestation);
}

/// Another vote of a validator for the same target epoch: evidence, if it was signed. A copy is none: the slasher
/// compares the data. [NET-35] [DUT-23]
void VotePipeline::verify_equivocation(const Attestation& attestation) {
    const AttestationData& data = attestation.data;
    const StatePointer state = chain_.fork_choice().checkpoint_state(data.target.root, data.target.epoch);
    if (!state) return;
    const auto shuffling = get_shuffling(*state, data.target.epoch, chain_.environment());
    if (!shuffling) return;
    auto indices = get_attesting_indices(shuffling->committee(data.slot, data.index), attestation.aggregation_bits);
    if (!indices) return;
    SignatureSets sets{aggregate_signature_set(Clause::ATT_12, *state, indices.value(),
                                               attestation_signing_root(chain_.environment(), *state, data),
                                               attestation.signature)};
    const IndexedAttestation vote{std::move(indices).value(), data, attestation.signature};
    context_.verifier.verify(std::move(sets), VerifyPriority::Attestation, [this, vote](const auto& valid) {
        if (valid.front() && hooks_.on_verified) hooks_.on_verified(vote);
    });
}

// --------------------------------------------------------------------------------------------------------- fork choice

void VotePipeline::add_own(const Attestation& attestation, ValidatorIndex validator) {
    context_.seen.add_attestation(attestation.data.target.epoch, validator);
    pool_.add(attestation);
    keep_until_over(attestation);
}

void VotePipeline::add_own(const SignedAggregateAndProof& aggregate) {
    const AttestationData& data = aggregate.message.aggregate.data;
    context_.seen.add_aggregator(data.target.epoch, aggregate.message.aggregator_index);
    context_.seen.add_aggregate(data.target.epoch, hash_tree_root(data, chain_.parameters()),
                                aggregate.message.aggregate.aggregation_bits);
}

void VotePipeline::keep_until_over(const Attestation& attestation) {
    if (accepted_.size() >= kMaxAccepted) accepted_.erase(accepted_.begin());
    accepted_.emplace(attestation.data.slot, attestation);
}

/// [NET-10]
void VotePipeline::apply_until(Slot slot) {
    const auto end = accepted_.lower_bound(slot);
    std::vector<Attestation> due;
    for (auto entry = accepted_.begin(); entry != end; ++entry)
        due.push_back(std::move(entry->second));
    accepted_.erase(accepted_.begin(), end);
    for (const Attestation& attestation : due)
        apply(attestation);
}

void VotePipeline::apply(const Attestation& attestation) {
    auto checked = chain_.fork_choice().check_attestation(attestation, false);
    if (!checked) return;  // finality has moved past it while it waited
    // The same committee and the same signature were verified before it came here.
    const auto vote = std::move(checked).value().with_signatures(trust_all);
    if (vote) static_cast<void>(chain_.apply(attestation, vote.value()).ok());
}

void VotePipeline::prune() {
    pool_.prune(chain_.current_slot());
    std::erase_if(waiting_order_, [&](const Root& root) { return !waiting_.contains(root); });
}

}  // namespace touchstone::node
