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
    const auto received = receive<Attestation>(message.payload, chain_.parameters());
    if (!received.ok()) return context_.network.report(message.id, verdict_of(received.refusal()));
    check_attestation(received.value().message(), message, false);
}

void VotePipeline::on_gossip_aggregate(GossipMessage message) {
    const auto received = receive<SignedAggregateAndProof>(message.payload, chain_.parameters());
    if (!received.ok()) return context_.network.report(message.id, verdict_of(received.refusal()));
    check_aggregate(received.value().message(), message, false);
}

void VotePipeline::check_attestation(const Attestation& attestation, const GossipMessage& message, bool answered) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    auto checked = conditions.check_attestation(attestation, message.topic.subnet);
    if (!checked.ok()) {
        if (checked.refusal().reason.clause == Clause::NET_35) verify_equivocation(attestation, message.sender);
        return refused(message, checked.refusal(), answered);
    }
    enqueue(message, std::move(checked).value(), answered);
}

void VotePipeline::check_aggregate(const SignedAggregateAndProof& aggregate, const GossipMessage& message,
                                   bool answered) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    auto checked = conditions.check_aggregate(aggregate);
    if (!checked.ok()) return refused(message, checked.refusal(), answered);
    enqueue(message, std::move(checked).value(), answered);
}

void VotePipeline::refused(const GossipMessage& message, const GossipRefusal& refusal, bool answered) {
    if (!answered) context_.network.report(message.id, verdict_of(refusal));
    if (!refusal.missing_block || answered) return;
    waiting_.keep(*refusal.missing_block, message);
    if (hooks_.on_missing_block) hooks_.on_missing_block(*refusal.missing_block, message.sender);
}

void VotePipeline::on_block(const Root& root) {
    for (const GossipMessage& message : waiting_.take(root)) {
        if (message.topic.kind == TopicKind::Attestation) {
            const auto received = receive<Attestation>(message.payload, chain_.parameters());
            if (received.ok()) check_attestation(received.value().message(), message, true);
        } else {
            const auto received = receive<SignedAggregateAndProof>(message.payload, chain_.parameters());
            if (received.ok()) check_aggregate(received.value().message(), message, true);
        }
    }
}

// --------------------------------------------------------------------------------------------------------- signatures

void VotePipeline::enqueue(const GossipMessage& message, Checked checked, bool answered) {
    const SignatureUse use = answered ? SignatureUse::Kept : SignatureUse::Judged;
    const auto id = answered ? std::nullopt : std::optional(message.id);
    if (!context_.signatures.take(message.sender, use, sets_of(checked).size(), context_.clock.now_ms())) {
        return report(id, Verdict::Ignore);
    }
    if (unverified_.size() >= kMaxUnverified) {
        report(unverified_.front().id, Verdict::Ignore);
        unverified_.pop_front();
    }
    unverified_.push_back({id, std::move(checked)});
    if (unverified_.size() >= kBatch) return flush();
    if (flush_scheduled_) return;
    flush_scheduled_ = true;
    context_.timers.call_at(context_.clock.now_ms() + kBatchWindowMs, [this] {
        flush_scheduled_ = false;
        flush();
    });
}

void VotePipeline::flush() {
    while (!unverified_.empty() && under_way_ < kMaxUnderWay)
        verify_batch();
}

void VotePipeline::verify_batch() {
    auto batch = std::make_shared<std::vector<Unverified>>();
    SignatureSets sets;
    for (; !unverified_.empty() && batch->size() < kBatch; unverified_.pop_front()) {
        const auto each = sets_of(unverified_.front().message);
        sets.insert(sets.end(), each.begin(), each.end());
        batch->push_back(std::move(unverified_.front()));
    }
    under_way_ += sets.size();
    context_.verifier.verify(std::move(sets), VerifyPriority::Attestation,
                             [this, batch](const auto& valid) { verified(std::move(*batch), valid); });
}

void VotePipeline::verified(std::vector<Unverified> batch, const std::vector<bool>& valid) {
    under_way_ -= valid.size();
    auto next = valid.begin();
    for (Unverified& entry : batch) {
        const auto end = next + static_cast<std::ptrdiff_t>(sets_of(entry.message).size());
        settle_entry(std::move(entry), std::vector<bool>(next, end));
        next = end;
    }
    if (!flush_scheduled_) flush();  // what had to wait its turn
    apply_until(chain_.current_slot());
    // After a failure the node stops by itself.
    static_cast<void>(chain_.commit());
}

void VotePipeline::settle_entry(Unverified entry, const std::vector<bool>& valid) {
    if (auto* single = std::get_if<GossipChecked<GossipAttestation>>(&entry.message)) {
        accept(entry.id, settle(context_.seen, std::move(*single), valid));
    } else if (auto* aggregate = std::get_if<GossipChecked<GossipAggregate>>(&entry.message)) {
        accept(entry.id, settle(context_.seen, std::move(*aggregate), valid));
    }
}

namespace {

const Attestation& attestation_of(const GossipAttestation& content) { return content.attestation; }
const Attestation& attestation_of(const GossipAggregate& content) { return content.message.message.aggregate; }

}  // namespace

template <class Content>
void VotePipeline::accept(const std::optional<GossipId>& id, const Settled<Content>& settled) {
    report(id, verdict_of(settled.refusal));
    if (!settled.verified) return;
    const Content& content = settled.verified->content();
    const Attestation& attestation = attestation_of(content);
    if (hooks_.on_verified) hooks_.on_verified({content.indices, attestation.data, attestation.signature});
    if (settled.refusal) return;
    pool_.add(attestation);
    keep_until_over(attestation);
}

// ----------------------------------------------------------------------------------------------------- validator
// clients

template <class Content>
Result<void> VotePipeline::accept_now(GossipChecked<Content> checked) {
    const std::vector<bool> valid = verify_each(checked.sets());
    const auto settled = settle(context_.seen, std::move(checked), valid);
    accept(std::nullopt, settled);
    if (settled.refusal) return settled.refusal->reason;
    return {};
}

/// Of a vote of this epoch or the one before.
Result<std::uint64_t> VotePipeline::subnet_of(const AttestationData& data) {
    const Slot now = chain_.current_slot();
    const Epoch epoch = epoch_of(data.slot, chain_.parameters());
    if (data.target.epoch != epoch) return reject(Clause::NET_24, "the target is of another epoch than the slot");
    if (data.slot > now + 1 || epoch + 1 < epoch_of(now, chain_.parameters())) {
        return reject(Clause::NET_25, "the present slot is " + std::to_string(now.value()));
    }
    const StatePointer state = chain_.fork_choice().checkpoint_state(data.target.root, epoch);
    const auto shuffling = state ? get_shuffling(*state, epoch, chain_.environment()) : nullptr;
    if (!shuffling) return reject(Clause::NET_28, "the target's block is not known here");
    return compute_subnet_for_attestation(shuffling->committees_per_slot(), data.slot, data.index, chain_.parameters());
}

Result<void> VotePipeline::submit(const Attestation& attestation) {
    NODE_TRY_ASSIGN(subnet, subnet_of(attestation.data));
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    auto checked = conditions.check_attestation(attestation, subnet);
    if (!checked.ok()) return checked.refusal().reason;
    NODE_TRY(accept_now(std::move(checked).value()));
    context_.network.publish({TopicKind::Attestation, subnet}, encode(attestation));
    return {};
}

Result<void> VotePipeline::submit(const SignedAggregateAndProof& aggregate) {
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    auto checked = conditions.check_aggregate(aggregate);
    if (!checked.ok()) return checked.refusal().reason;
    NODE_TRY(accept_now(std::move(checked).value()));
    context_.network.publish({TopicKind::AggregateAndProof}, encode(aggregate));
    return {};
}

/// Another vote of a validator for the same target epoch: evidence, if it was signed. A copy is none: the slasher
/// compares the data. [NET-35] [DUT-23]
void VotePipeline::verify_equivocation(const Attestation& attestation, const PeerId& peer) {
    const AttestationData& data = attestation.data;
    const StatePointer state = chain_.fork_choice().checkpoint_state(data.target.root, data.target.epoch);
    if (!state) return;
    const auto shuffling = get_shuffling(*state, data.target.epoch, chain_.environment());
    if (!shuffling) return;
    auto indices = get_attesting_indices(shuffling->committee(data.slot, data.index), attestation.aggregation_bits);
    if (!indices) return;
    // Evidence of this or an older offence has been accepted: nobody would take more. [NET-50]
    const auto is_convicted = [&](ValidatorIndex index) {
        return context_.seen.attester_slashing(index, data.target.epoch);
    };
    if (std::ranges::all_of(indices.value(), is_convicted)) return;
    if (!context_.signatures.take(peer, SignatureUse::Evidence, 1, context_.clock.now_ms())) return;
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

void VotePipeline::prune() { pool_.prune(chain_.current_slot()); }

}  // namespace touchstone::node
