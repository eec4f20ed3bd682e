#include "node/services/duties.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

BlsSignature sign(const crypto::bls::SecretKey& secret, const Root& signing_root) {
    return BlsSignature(crypto::bls::sign(secret, signing_root.view()).to_bytes());
}

}  // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): the keys are taken over, so that no other copy stays in memory
Duties::Duties(Parts parts, std::vector<crypto::bls::SecretKey> keys, DutyOptions options)
    : parts_(std::move(parts)), guard_(parts_.protection), options_(options) {
    for (const auto& secret : keys)
        keys_.emplace(BlsPublicKey(crypto::bls::public_key(secret).to_bytes()), secret);
    const StatePointer state = parts_.chain.head_state();
    for (const auto& [public_key, secret] : keys_) {
        if (find_validator(*state, public_key)) continue;
        parts_.log.warning("key_without_validator", {{"public_key", to_hex(public_key)}});
    }
}

std::map<ValidatorIndex, Duties::Keys::const_iterator> Duties::validators_in(const State& state) const {
    std::map<ValidatorIndex, Keys::const_iterator> validators;
    for (auto key = keys_.begin(); key != keys_.end(); ++key) {
        if (const auto index = find_validator(state, key->first)) validators.emplace(*index, key);
    }
    return validators;
}

// ----------------------------------------------------------------------------------------------------------- proposing

void Duties::on_slot_start(Slot slot) {
    if (keys_.empty() || slot == Slot(GENESIS_SLOT) || !parts_.may_sign()) return;
    propose(slot);
}

void Duties::propose(Slot slot) {
    ForkChoice& fork_choice = parts_.chain.fork_choice();
    const Root head = parts_.chain.head();
    if (fork_choice.block_slot(head).value_or(slot) >= slot) return;
    const Root parent = options_.always_build_on_head ? head : fork_choice.get_proposer_head(head, slot);
    const auto taken = fork_choice.state_at(parent, slot);
    if (!taken) return;
    const std::shared_ptr<State>& state = *taken;
    const auto proposer = get_proposer(state->consensus(), slot, parts_.chain.parameters());
    if (!proposer) return;
    const auto key = keys_.find(state->consensus().validators[proposer->value()].pubkey);
    if (key == keys_.end()) return;
    if (state->consensus().validators[proposer->value()].slashed) return;  // [DUT-06]
    parts_.chain.order(slot, parent);
    if (!parts_.chain.commit()) return;
    propose_on(parent, *state, *proposer, key);
}

void Duties::propose_on(const Root& parent, const State& state, ValidatorIndex proposer, Keys::const_iterator key) {
    const Environment& environment = parts_.chain.environment();
    const Slot slot = state.slot();
    if (!guard_.permit_block(key->first, slot)) {  // [DUT-18] [DUT-19]
        parts_.log.warning("proposal_refused_by_watermark", {{"validator", proposer.value()}, {"slot", slot.value()}});
        return;
    }
    const Epoch epoch = epoch_of(slot, parts_.chain.parameters());
    const BlsSignature reveal = sign(key->second, randao_signing_root(environment, state, epoch));
    auto produced = build(parent, state, reveal, options_.graffiti);
    if (!produced) {
        parts_.log.error("proposal_failed", {{"slot", slot.value()},
                                             {"parent", to_hex(parent)},
                                             {"clause", std::string(to_string(produced.rejection().clause))}});
        return;
    }
    const BlsSignature signature = sign(key->second, produced.value().signing_root);
    publish({std::move(produced.value().block), signature});
}

/// On the parent whose state it is, taken to the slot; of what the pools have.
Result<ProducedBlock> Duties::build(const Root& parent, const State& state, const BlsSignature& randao_reveal,
                                    const Graffiti& graffiti) const {
    const Parameters& parameters = parts_.chain.parameters();
    const Environment& environment = parts_.chain.environment();
    const std::vector<Attestation> attestations =
        parts_.attestations.candidates(state.slot(), [&](const Attestation& votes) {
            return is_of_branch(parts_.chain.fork_choice(), parent, votes) &&
                   brings_something(environment, state, votes);
        });
    const std::vector<SignedTransaction> transactions =
        parts_.transactions.select(state.consensus().base_fee, parameters.BLOCK_GAS_LIMIT, parameters.MAX_BLOCK_BYTES);
    const StatePointer finalized = parts_.chain.fork_choice().block_state(parts_.chain.fork_choice().finalized().root);
    if (!finalized) return reject(Clause::DUT_05, "the finalized state is not at hand");
    const BranchOperations operations = operations_of_branch(environment, *finalized, state, parts_.operations);
    const BlockCandidates candidates{.proposer_slashings = operations.proposer_slashings,
                                     .attester_slashings = operations.attester_slashings,
                                     .attestations = attestations,
                                     .voluntary_exits = operations.voluntary_exits,
                                     .transactions = transactions};
    return produce_block(environment, state, randao_reveal, graffiti, candidates);
}

Result<ProducedBlock> Duties::produce(Slot slot, const BlsSignature& randao_reveal, const Graffiti& graffiti) {
    if (!parts_.may_sign()) return reject(Clause::DUT_01, "the node knows itself behind");
    if (slot != parts_.chain.current_slot()) {
        return reject(Clause::DUT_05, "the present slot is " + std::to_string(parts_.chain.current_slot().value()));
    }
    ForkChoice& fork_choice = parts_.chain.fork_choice();
    const Root head = parts_.chain.head();
    if (fork_choice.block_slot(head).value_or(slot) >= slot) return reject(Clause::DUT_05, "the slot has a block");
    const Root parent = options_.always_build_on_head ? head : fork_choice.get_proposer_head(head, slot);
    NODE_TRY_ASSIGN(state, fork_choice.state_at(parent, slot));
    parts_.chain.order(slot, parent);
    if (!parts_.chain.commit()) return reject(Clause::DUT_05, "the node cannot write its database and stops");
    return build(parent, *state, randao_reveal, graffiti);
}

void Duties::publish(const SignedBlock& block) {
    parts_.blocks.import_block(block, PeerId{}, [this, block](ImportOutcome outcome) {
        const std::uint64_t slot = block.message.slot.value();
        if (outcome != ImportOutcome::Imported) {
            return parts_.log.error("own_block_refused",
                                    {{"slot", slot}, {"outcome", static_cast<std::uint64_t>(outcome)}});
        }
        parts_.network.publish({TopicKind::Block}, encode(block));
        parts_.log.info("proposed", {{"slot", slot},
                                     {"validator", block.message.proposer_index.value()},
                                     {"attestations", std::uint64_t{block.message.body.attestations.size()}},
                                     {"transactions", std::uint64_t{block.message.body.transactions.size()}}});
    });
}

// ----------------------------------------------------------------------------------------------------------- attesting

void Duties::on_block(Slot slot) {
    if (slot == parts_.chain.slot_at(parts_.clock.now_ms())) attest(slot);  // [DUT-11]
}

void Duties::on_attestation_due(Slot slot) { attest(slot); }

std::vector<Duties::OwnDuty> Duties::duties_of(Slot slot) {
    const Epoch epoch = epoch_of(slot, parts_.chain.parameters());
    const Root dependent =
        parts_.chain.fork_choice().get_shuffling_dependent_root(parts_.chain.head(), epoch).value_or(Root());
    if (!schedule_ || schedule_->epoch != epoch || schedule_->dependent_root != dependent) {
        const auto state = parts_.chain.fork_choice().state_at(parts_.chain.head(), slot);
        if (!state) return {};
        const auto validators = validators_in(**state);
        std::vector<ValidatorIndex> indices;
        std::ranges::copy(std::views::keys(validators), std::back_inserter(indices));
        const auto all = attester_duties(parts_.chain.environment(), **state, epoch, indices);
        if (!all) return {};
        schedule_ = Schedule{epoch, dependent, {}};
        for (const AttesterDuty& duty : *all)
            schedule_->duties.push_back({duty, validators.at(duty.validator)});
    }
    std::vector<OwnDuty> duties;
    std::ranges::copy_if(schedule_->duties, std::back_inserter(duties),
                         [&](const OwnDuty& own) { return own.duty.slot == slot; });
    return duties;
}

void Duties::attest(Slot slot) {
    if (keys_.empty() || (attested_ && *attested_ >= slot) || !parts_.may_sign()) return;
    if (parts_.chain.slot_at(parts_.clock.now_ms()) != slot || parts_.chain.current_slot() != slot) return;
    attested_ = slot;
    votes_.clear();
    const std::vector<OwnDuty> duties = duties_of(slot);
    if (duties.empty()) return;
    const auto data = produce_attestation_data(parts_.chain.fork_choice(), slot);
    const auto state = parts_.chain.fork_choice().state_at(parts_.chain.head(), slot);
    if (!data || !state) return;
    sign_votes(duties, *data, **state);
}

void Duties::sign_votes(const std::vector<OwnDuty>& duties, const AttestationData& data, const State& state) {
    std::vector<BlsPublicKey> public_keys;
    for (const OwnDuty& own : duties)
        public_keys.push_back(own.key->first);
    const auto permitted = guard_.permit_attestation(public_keys, data.source.epoch, data.target.epoch);
    for (std::size_t i = 0; i < duties.size(); ++i) {
        const AttesterDuty& duty = duties[i].duty;
        if (!permitted[i]) {
            parts_.log.warning("vote_refused_by_watermark",
                               {{"validator", duty.validator.value()}, {"slot", duty.slot.value()}});
            continue;
        }
        AttestationData own = data;
        own.index = duty.committee;
        const BlsSignature signature =
            sign(duties[i].key->second, attestation_signing_root(parts_.chain.environment(), state, own));
        const Attestation attestation =
            make_attestation(own, duty.committee, duty.position, duty.committee_size, signature);
        votes_.push_back({duties[i], own});
        parts_.votes.add_own(attestation, duty.validator);
        const std::uint64_t subnet = compute_subnet_for_attestation(duty.committees_per_slot, duty.slot, duty.committee,
                                                                    parts_.chain.parameters());
        parts_.network.publish({TopicKind::Attestation, subnet}, encode(attestation));
    }
}

// --------------------------------------------------------------------------------------------------------- aggregating

void Duties::on_aggregate_due(Slot slot) {
    if (!attested_ || *attested_ != slot || votes_.empty() || !parts_.may_sign()) return;
    const auto state = parts_.chain.fork_choice().state_at(parts_.chain.head(), slot);
    if (!state) return;
    for (const Vote& vote : votes_)
        aggregate(vote, **state);
}

/// [DUT-14] [DUT-15] [DUT-16]
void Duties::aggregate(const Vote& vote, const State& state) {
    const Environment& environment = parts_.chain.environment();
    const auto& [duty, key] = vote.own;
    const BlsSignature proof = sign(key->second, selection_signing_root(environment, state, duty.slot));
    if (!is_aggregator(duty.committee_size, proof, parts_.chain.parameters())) return;
    const auto joined = parts_.attestations.aggregate_of(vote.data);
    if (!joined) return;
    SignedAggregateAndProof message;
    message.message = {.aggregator_index = duty.validator, .aggregate = *joined, .selection_proof = proof};
    message.signature = sign(key->second, aggregate_signing_root(environment, state, message.message));
    parts_.votes.add_own(message);
    parts_.network.publish({TopicKind::AggregateAndProof}, encode(message));
}

}  // namespace touchstone::node
