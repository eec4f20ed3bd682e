// The kinds of all containers, field by field in the order of the prose. Included by the few files that encode or hash.
#pragma once

#include "node/codec/kinds.h"
#include "node/types/consensus_state.h"
#include "node/types/containers.h"

namespace touchstone::node::schemas {

using codec::BitlistKind;
using codec::Boolean;
using codec::container;
using codec::field;
using codec::Limit;
using codec::list_of;
using codec::Plain;

template <class T>
inline constexpr Plain<T> plain{};

/// A ChunkedList as List or Vector.
template <class Element, bool IsList>
struct Chunked {
    using T = typename Element::Value;
    using Value = ChunkedList<T>;
    static constexpr bool kVariable = IsList;
    static constexpr bool kBasic = false;
    Element element;
    Limit limit;

    std::size_t fixed_size(const Parameters& parameters) const {
        return saturating_multiply(limit.value(parameters), element.fixed_size(parameters));
    }
    unsigned depth(const Parameters& parameters) const {
        return tree_depth(divide_up(limit.value(parameters), Value::kPerLeaf));
    }
    Result<void> decode(Bytes bytes, const Parameters& parameters, Value& list) const {
        const std::size_t size = element.fixed_size(parameters);
        if constexpr (IsList) {
            if (bytes.size() % size != 0) return reject(Clause::ENC_11, "part of an element");
            if (bytes.size() / size > limit.value(parameters)) return reject(Clause::ENC_11, "too many elements");
        } else {
            if (bytes.size() != fixed_size(parameters)) return codec::wrong_length(bytes, fixed_size(parameters));
        }
        std::vector<T> elements(bytes.size() / size);
        NODE_TRY(codec::decode_fixed_parts(element, bytes, parameters, elements));
        list.assign(std::span<const T>(elements));
        return {};
    }
    void encode(const Value& list, ByteVector& out) const {
        for (std::size_t c = 0; c < list.chunk_count(); ++c)
            codec::encode_parts(element, list.chunk(c), out);
    }
    codec::Digest mix(const codec::Digest& root, const Value& list) const {
        return IsList ? codec::mix_in_number(root, list.size()) : root;
    }
    codec::Digest root(const Value& list, const Parameters& parameters) const {
        return mix(list.root(depth(parameters)), list);
    }
    codec::Digest update_root(Value& list, const Parameters& parameters, const ParallelFor& parallel_for) const {
        return mix(list.update_root(depth(parameters), parallel_for), list);
    }
};

template <class Element>
constexpr Chunked<Element, true> chunked_list(Element element, Limit limit) {
    return {element, limit};
}
template <class Element>
constexpr Chunked<Element, false> chunked_vector(Element element, Limit length) {
    return {element, length};
}

/// The justification bits: a Bitvector that fits a byte.
struct JustificationBitsKind {
    using Value = JustificationBits;
    static constexpr bool kVariable = false;
    static constexpr bool kBasic = false;
    static constexpr std::size_t fixed_size(const Parameters&) { return 1; }
    Result<void> decode(Bytes bytes, const Parameters&, Value& value) const {
        if (bytes.size() != 1) return codec::wrong_length(bytes, 1);
        if ((bytes[0] >> JUSTIFICATION_BITS_LENGTH) != 0) return reject(Clause::ENC_12, "justification bits");
        value.bits = bytes[0];
        return {};
    }
    void encode(const Value& value, ByteVector& out) const { out.push_back(value.bits); }
    codec::Digest root(const Value& value, const Parameters&) const { return {value.bits}; }
};

/// A type of the prose that is no container, kept in the only member of a struct.
template <class Owner, class Kind>
struct Wrapped {
    using Value = Owner;
    static constexpr bool kVariable = Kind::kVariable;
    static constexpr bool kBasic = false;
    typename Kind::Value Owner::* member;
    Kind kind;

    Result<void> decode(Bytes bytes, const Parameters& parameters, Owner& value) const {
        return kind.decode(bytes, parameters, value.*member);
    }
    void encode(const Owner& value, ByteVector& out) const { kind.encode(value.*member, out); }
    codec::Digest root(const Owner& value, const Parameters& parameters) const {
        return kind.root(value.*member, parameters);
    }
};

template <class Owner, class Kind>
constexpr Wrapped<Owner, Kind> wrapped(typename Kind::Value Owner::* member, Kind kind) {
    return {member, kind};
}

/// Specialized for each container.
template <class T>
struct Schema;

template <class T>
inline constexpr auto schema = Schema<T>::kind;

template <>
struct Schema<Fork> {
    static constexpr auto kind =
        container<Fork>(field(&Fork::version, plain<Version>), field(&Fork::epoch, plain<Epoch>));
};

template <>
struct Schema<ForkData> {
    static constexpr auto kind = container<ForkData>(field(&ForkData::current_version, plain<Version>),
                                                     field(&ForkData::genesis_root, plain<Root>));
};

template <>
struct Schema<SigningData> {
    static constexpr auto kind = container<SigningData>(field(&SigningData::object_root, plain<Root>),
                                                        field(&SigningData::domain, plain<Domain>));
};

template <>
struct Schema<Checkpoint> {
    static constexpr auto kind =
        container<Checkpoint>(field(&Checkpoint::epoch, plain<Epoch>), field(&Checkpoint::root, plain<Root>));
};

template <>
struct Schema<Validator> {
    using V = Validator;
    static constexpr auto kind =
        container<V>(field(&V::pubkey, plain<BlsPublicKey>), field(&V::operator_address, plain<Address>),
                     field(&V::commission, plain<std::uint64_t>), field(&V::next_commission, plain<std::uint64_t>),
                     field(&V::next_commission_epoch, plain<Epoch>), field(&V::effective_stake, plain<Amount>),
                     field(&V::slashed, Boolean<bool>{}), field(&V::slashed_from, plain<Epoch>),
                     field(&V::eligibility_epoch, plain<Epoch>), field(&V::activation_epoch, plain<Epoch>),
                     field(&V::exit_request_epoch, plain<Epoch>), field(&V::exit_epoch, plain<Epoch>),
                     field(&V::hold_epoch, plain<Epoch>), field(&V::last_cohort, plain<Epoch>));
};

template <>
struct Schema<AttestationData> {
    static constexpr auto kind = container<AttestationData>(
        field(&AttestationData::slot, plain<Slot>), field(&AttestationData::index, plain<CommitteeIndex>),
        field(&AttestationData::beacon_block_root, plain<Root>), field(&AttestationData::source, schema<Checkpoint>),
        field(&AttestationData::target, schema<Checkpoint>));
};

template <>
struct Schema<Attestation> {
    static constexpr auto kind = container<Attestation>(
        field(&Attestation::aggregation_bits, BitlistKind{&Parameters::MAX_VALIDATORS_PER_COMMITTEE}),
        field(&Attestation::data, schema<AttestationData>), field(&Attestation::signature, plain<BlsSignature>));
};

template <>
struct Schema<IndexedAttestation> {
    static constexpr auto kind =
        container<IndexedAttestation>(field(&IndexedAttestation::attesting_indices,
                                            list_of(plain<ValidatorIndex>, &Parameters::MAX_VALIDATORS_PER_COMMITTEE)),
                                      field(&IndexedAttestation::data, schema<AttestationData>),
                                      field(&IndexedAttestation::signature, plain<BlsSignature>));
};

template <>
struct Schema<BlockHeader> {
    static constexpr auto kind = container<BlockHeader>(
        field(&BlockHeader::slot, plain<Slot>), field(&BlockHeader::proposer_index, plain<ValidatorIndex>),
        field(&BlockHeader::parent_root, plain<Root>), field(&BlockHeader::state_root, plain<Root>),
        field(&BlockHeader::body_root, plain<Root>));
};

template <>
struct Schema<SignedBlockHeader> {
    static constexpr auto kind =
        container<SignedBlockHeader>(field(&SignedBlockHeader::message, schema<BlockHeader>),
                                     field(&SignedBlockHeader::signature, plain<BlsSignature>));
};

template <>
struct Schema<ProposerSlashing> {
    static constexpr auto kind =
        container<ProposerSlashing>(field(&ProposerSlashing::signed_header_1, schema<SignedBlockHeader>),
                                    field(&ProposerSlashing::signed_header_2, schema<SignedBlockHeader>));
};

template <>
struct Schema<AttesterSlashing> {
    static constexpr auto kind =
        container<AttesterSlashing>(field(&AttesterSlashing::attestation_1, schema<IndexedAttestation>),
                                    field(&AttesterSlashing::attestation_2, schema<IndexedAttestation>));
};

template <>
struct Schema<VoluntaryExit> {
    static constexpr auto kind = container<VoluntaryExit>(
        field(&VoluntaryExit::epoch, plain<Epoch>), field(&VoluntaryExit::validator_index, plain<ValidatorIndex>));
};

template <>
struct Schema<SignedVoluntaryExit> {
    static constexpr auto kind =
        container<SignedVoluntaryExit>(field(&SignedVoluntaryExit::message, schema<VoluntaryExit>),
                                       field(&SignedVoluntaryExit::signature, plain<BlsSignature>));
};

template <>
struct Schema<Account> {
    static constexpr auto kind =
        container<Account>(field(&Account::nonce, plain<std::uint64_t>), field(&Account::balance, plain<Amount>));
};

template <>
struct Schema<QueuedBond> {
    static constexpr auto kind = container<QueuedBond>(
        field(&QueuedBond::validator_index, plain<ValidatorIndex>), field(&QueuedBond::delegator, plain<Address>),
        field(&QueuedBond::amount, plain<Amount>), field(&QueuedBond::slot, plain<Slot>));
};

template <>
struct Schema<QueuedUnbond> {
    static constexpr auto kind = container<QueuedUnbond>(field(&QueuedUnbond::validator_index, plain<ValidatorIndex>),
                                                         field(&QueuedUnbond::delegator, plain<Address>),
                                                         field(&QueuedUnbond::shares, plain<std::uint64_t>));
};

template <>
struct Schema<Cohort> {
    static constexpr auto kind =
        container<Cohort>(field(&Cohort::tokens, plain<Amount>), field(&Cohort::shares, plain<std::uint64_t>),
                          field(&Cohort::hold_epoch, plain<Epoch>), field(&Cohort::previous, plain<Epoch>));
};

template <>
struct Schema<Queue> {
    static constexpr auto kind =
        container<Queue>(field(&Queue::head, plain<std::uint64_t>), field(&Queue::tail, plain<std::uint64_t>),
                         field(&Queue::budget, plain<Amount>));
};

template <>
struct Schema<StakeEvent> {
    static constexpr auto kind = container<StakeEvent>(field(&StakeEvent::index, plain<ValidatorIndex>),
                                                       field(&StakeEvent::amount, plain<Amount>),
                                                       field(&StakeEvent::number, plain<std::uint64_t>));
};

template <>
struct Schema<Transfer> {
    static constexpr auto kind =
        container<Transfer>(field(&Transfer::recipient, plain<Address>), field(&Transfer::amount, plain<Amount>));
};

template <>
struct Schema<RegisterValidator> {
    static constexpr auto kind = container<RegisterValidator>(
        field(&RegisterValidator::pubkey, plain<BlsPublicKey>),
        field(&RegisterValidator::proof_of_possession, plain<BlsSignature>),
        field(&RegisterValidator::commission, plain<std::uint64_t>), field(&RegisterValidator::stake, plain<Amount>));
};

template <>
struct Schema<EditValidator> {
    static constexpr auto kind = container<EditValidator>(field(&EditValidator::validator_index, plain<ValidatorIndex>),
                                                          field(&EditValidator::commission, plain<std::uint64_t>));
};

template <>
struct Schema<ExitValidator> {
    static constexpr auto kind =
        container<ExitValidator>(field(&ExitValidator::validator_index, plain<ValidatorIndex>));
};

template <>
struct Schema<Delegate> {
    static constexpr auto kind = container<Delegate>(field(&Delegate::validator_index, plain<ValidatorIndex>),
                                                     field(&Delegate::amount, plain<Amount>));
};

template <>
struct Schema<Undelegate> {
    static constexpr auto kind = container<Undelegate>(field(&Undelegate::validator_index, plain<ValidatorIndex>),
                                                       field(&Undelegate::shares, plain<std::uint64_t>));
};

template <>
struct Schema<Withdraw> {
    static constexpr auto kind = container<Withdraw>(field(&Withdraw::validator_index, plain<ValidatorIndex>),
                                                     field(&Withdraw::exit_epoch, plain<Epoch>));
};

template <>
struct Schema<ClaimCommission> {
    static constexpr auto kind =
        container<ClaimCommission>(field(&ClaimCommission::validator_index, plain<ValidatorIndex>));
};

/// The selectors of later versions. [TXN-01]
inline constexpr auto kReserved = list_of(plain<std::uint8_t>, &Parameters::MAX_TRANSACTION_BYTES);

template <>
struct Schema<Payload> {
    static constexpr auto kind = codec::union_of(
        schema<Transfer>, schema<RegisterValidator>, schema<EditValidator>, schema<ExitValidator>, schema<Delegate>,
        schema<Undelegate>, schema<Withdraw>, schema<ClaimCommission>, kReserved, kReserved, kReserved, kReserved);
};

template <>
struct Schema<Transaction> {
    static constexpr auto kind = container<Transaction>(
        field(&Transaction::sender, plain<Ed25519PublicKey>), field(&Transaction::nonce, plain<std::uint64_t>),
        field(&Transaction::gas_limit, plain<std::uint64_t>), field(&Transaction::max_fee, plain<std::uint64_t>),
        field(&Transaction::tip, plain<std::uint64_t>), field(&Transaction::payload, schema<Payload>));
};

template <>
struct Schema<SignedTransaction> {
    static constexpr auto kind =
        container<SignedTransaction>(field(&SignedTransaction::message, schema<Transaction>),
                                     field(&SignedTransaction::signature, plain<Ed25519Signature>));
};

template <>
struct Schema<Event> {
    static constexpr auto kind =
        container<Event>(field(&Event::emitter, plain<Address>), field(&Event::topic, plain<EventTopic>),
                         field(&Event::data, list_of(plain<std::uint8_t>, MAX_EVENT_BYTES)));
};

template <>
struct Schema<Receipt> {
    static constexpr auto kind = container<Receipt>(field(&Receipt::status, plain<std::uint8_t>),
                                                    field(&Receipt::gas_used, plain<std::uint64_t>),
                                                    field(&Receipt::events, list_of(schema<Event>, MAX_EVENTS)));
};

template <>
struct Schema<Receipts> {
    static constexpr auto kind = wrapped(&Receipts::receipts, list_of(schema<Receipt>, &Parameters::MAX_TRANSACTIONS));
};

template <>
struct Schema<TransactionBatch> {
    static constexpr auto kind =
        wrapped(&TransactionBatch::transactions, list_of(schema<SignedTransaction>, MAX_GOSSIP_TRANSACTIONS));
};

template <>
struct Schema<BlockBody> {
    static constexpr auto kind = container<BlockBody>(
        field(&BlockBody::randao_reveal, plain<BlsSignature>), field(&BlockBody::graffiti, plain<Graffiti>),
        field(&BlockBody::proposer_slashings, list_of(schema<ProposerSlashing>, &Parameters::MAX_PROPOSER_SLASHINGS)),
        field(&BlockBody::attester_slashings, list_of(schema<AttesterSlashing>, &Parameters::MAX_ATTESTER_SLASHINGS)),
        field(&BlockBody::attestations, list_of(schema<Attestation>, &Parameters::MAX_ATTESTATIONS)),
        field(&BlockBody::voluntary_exits, list_of(schema<SignedVoluntaryExit>, &Parameters::MAX_VOLUNTARY_EXITS)),
        field(&BlockBody::transactions, list_of(schema<SignedTransaction>, &Parameters::MAX_TRANSACTIONS)),
        field(&BlockBody::receipts_root, plain<Root>));
};

template <>
struct Schema<Block> {
    static constexpr auto kind =
        container<Block>(field(&Block::slot, plain<Slot>), field(&Block::proposer_index, plain<ValidatorIndex>),
                         field(&Block::parent_root, plain<Root>), field(&Block::state_root, plain<Root>),
                         field(&Block::body, schema<BlockBody>));
};

template <>
struct Schema<SignedBlock> {
    static constexpr auto kind = container<SignedBlock>(field(&SignedBlock::message, schema<Block>),
                                                        field(&SignedBlock::signature, plain<BlsSignature>));
};

template <>
struct Schema<HistoricalSummary> {
    static constexpr auto kind =
        container<HistoricalSummary>(field(&HistoricalSummary::block_summary_root, plain<Root>),
                                     field(&HistoricalSummary::state_summary_root, plain<Root>));
};

template <>
struct Schema<AggregateAndProof> {
    static constexpr auto kind =
        container<AggregateAndProof>(field(&AggregateAndProof::aggregator_index, plain<ValidatorIndex>),
                                     field(&AggregateAndProof::aggregate, schema<Attestation>),
                                     field(&AggregateAndProof::selection_proof, plain<BlsSignature>));
};

template <>
struct Schema<SignedAggregateAndProof> {
    static constexpr auto kind =
        container<SignedAggregateAndProof>(field(&SignedAggregateAndProof::message, schema<AggregateAndProof>),
                                           field(&SignedAggregateAndProof::signature, plain<BlsSignature>));
};

template <>
struct Schema<ProofOfPossessionMessage> {
    static constexpr auto kind =
        container<ProofOfPossessionMessage>(field(&ProofOfPossessionMessage::pubkey, plain<BlsPublicKey>),
                                            field(&ProofOfPossessionMessage::operator_address, plain<Address>));
};

template <>
struct Schema<GenesisValidator> {
    static constexpr auto kind = container<GenesisValidator>(
        field(&GenesisValidator::pubkey, plain<BlsPublicKey>),
        field(&GenesisValidator::operator_address, plain<Address>), field(&GenesisValidator::stake, plain<Amount>),
        field(&GenesisValidator::commission, plain<std::uint64_t>),
        field(&GenesisValidator::proof_of_possession, plain<BlsSignature>));
};

template <>
struct Schema<GenesisAccount> {
    static constexpr auto kind = container<GenesisAccount>(field(&GenesisAccount::address, plain<Address>),
                                                           field(&GenesisAccount::balance, plain<Amount>));
};

template <>
struct Schema<Genesis> {
    static constexpr auto kind = container<Genesis>(
        field(&Genesis::genesis_time_ms, plain<std::uint64_t>), field(&Genesis::seed, plain<Hash>),
        field(&Genesis::validators, list_of(schema<GenesisValidator>, &Parameters::VALIDATOR_REGISTRY_LIMIT)),
        field(&Genesis::accounts, list_of(schema<GenesisAccount>, MAX_KV_ENTRIES)));
};

template <>
struct Schema<Status> {
    static constexpr auto kind = container<Status>(
        field(&Status::fork_digest, plain<ForkDigest>), field(&Status::finalized_checkpoint, schema<Checkpoint>),
        field(&Status::head_root, plain<Root>), field(&Status::head_slot, plain<Slot>),
        field(&Status::earliest_slot, plain<Slot>));
};

template <>
struct Schema<MetaData> {
    static constexpr auto kind =
        container<MetaData>(field(&MetaData::seq_number, plain<std::uint64_t>),
                            field(&MetaData::attnets, codec::BitvectorKind{&Parameters::ATTESTATION_SUBNET_COUNT}));
};

template <>
struct Schema<BlocksByRangeRequest> {
    static constexpr auto kind =
        container<BlocksByRangeRequest>(field(&BlocksByRangeRequest::start_slot, plain<Slot>),
                                        field(&BlocksByRangeRequest::count, plain<std::uint64_t>));
};

template <>
struct Schema<BlocksByRootRequest> {
    static constexpr auto kind =
        wrapped(&BlocksByRootRequest::roots, list_of(plain<Root>, &Parameters::MAX_REQUEST_BLOCKS));
};

template <>
struct Schema<BlocksResponse> {
    static constexpr auto kind =
        wrapped(&BlocksResponse::blocks,
                list_of(list_of(plain<std::uint8_t>, &Parameters::MAX_BLOCK_BYTES), &Parameters::MAX_REQUEST_BLOCKS));
};

template <>
struct Schema<ProposalOrder> {
    static constexpr auto kind = container<ProposalOrder>(field(&ProposalOrder::slot, plain<Slot>),
                                                          field(&ProposalOrder::parent_root, plain<Root>));
};

template <>
struct Schema<KvInterval> {
    static constexpr auto kind =
        container<KvInterval>(field(&KvInterval::first, plain<Path>), field(&KvInterval::last, plain<Path>));
};

template <>
struct Schema<KvLeaf> {
    static constexpr auto kind =
        container<KvLeaf>(field(&KvLeaf::path, plain<Path>), field(&KvLeaf::value_hash, plain<Hash>));
};

template <>
struct Schema<KvProof> {
    static constexpr auto kind =
        container<KvProof>(field(&KvProof::shape, list_of(plain<std::uint8_t>, MAX_PROOF_NODES)),
                           field(&KvProof::hashes, list_of(plain<Hash>, MAX_PROOF_NODES)),
                           field(&KvProof::leaves, list_of(schema<KvLeaf>, MAX_PROOF_NODES)));
};

template <>
struct Schema<KvEntry> {
    static constexpr auto kind =
        container<KvEntry>(field(&KvEntry::key, list_of(plain<std::uint8_t>, MAX_KEY_BYTES)),
                           field(&KvEntry::value, list_of(plain<std::uint8_t>, MAX_VALUE_BYTES)));
};

template <>
struct Schema<KvEntries> {
    static constexpr auto kind = wrapped(&KvEntries::entries, list_of(schema<KvEntry>, MAX_KV_ENTRIES));
};

template <>
struct Schema<StateList> {
    static constexpr auto kind = wrapped(&StateList::checkpoints, list_of(schema<Checkpoint>, MAX_SERVED_STATES));
};

template <>
struct Schema<StatePartRequest> {
    using R = StatePartRequest;
    static constexpr auto kind =
        container<R>(field(&R::block_root, plain<Root>), field(&R::field, plain<std::uint64_t>),
                     field(&R::first, plain<std::uint64_t>), field(&R::count, plain<std::uint64_t>));
};

template <>
struct Schema<StatePart> {
    static constexpr auto kind =
        container<StatePart>(field(&StatePart::length, plain<std::uint64_t>),
                             field(&StatePart::data, list_of(plain<std::uint8_t>, STATE_PART_BYTES)),
                             field(&StatePart::proof, list_of(plain<Hash>, MAX_STATE_PROOF_NODES)));
};

template <>
struct Schema<StateEntriesRequest> {
    using R = StateEntriesRequest;
    static constexpr auto kind =
        container<R>(field(&R::block_root, plain<Root>), field(&R::first, plain<Path>), field(&R::last, plain<Path>));
};

template <>
struct Schema<StateEntries> {
    static constexpr auto kind =
        container<StateEntries>(field(&StateEntries::last, plain<Path>),
                                field(&StateEntries::entries, list_of(schema<KvEntry>, MAX_KV_ENTRIES)),
                                field(&StateEntries::proof, schema<KvProof>));
};

template <>
struct Schema<ConsensusState> {
    using S = ConsensusState;
    static constexpr Limit kRegistry{&Parameters::VALIDATOR_REGISTRY_LIMIT};
    static constexpr auto kind = container<S>(
        field(&S::genesis_time_ms, plain<std::uint64_t>), field(&S::genesis_root, plain<Root>),
        field(&S::config_root, plain<Root>), field(&S::slot, plain<Slot>),
        field(&S::fork_schedule, list_of(schema<Fork>, &Parameters::MAX_FORKS)),
        field(&S::latest_block_header, schema<BlockHeader>),
        field(&S::block_roots, chunked_vector(plain<Root>, &Parameters::SLOTS_PER_HISTORICAL_ROOT)),
        field(&S::state_roots, chunked_vector(plain<Root>, &Parameters::SLOTS_PER_HISTORICAL_ROOT)),
        field(&S::historical_summaries, chunked_list(schema<HistoricalSummary>, &Parameters::HISTORICAL_ROOTS_LIMIT)),
        field(&S::validators, chunked_list(schema<Validator>, kRegistry)),
        field(&S::balances, chunked_list(plain<Amount>, kRegistry)),
        field(&S::randao_mixes, chunked_vector(plain<Hash>, &Parameters::EPOCHS_PER_HISTORICAL_VECTOR)),
        field(&S::slashings, chunked_vector(plain<Amount>, &Parameters::EPOCHS_PER_SLASHINGS_VECTOR)),
        field(&S::previous_epoch_participation, chunked_list(plain<ParticipationFlags>, kRegistry)),
        field(&S::current_epoch_participation, chunked_list(plain<ParticipationFlags>, kRegistry)),
        field(&S::justification_bits, JustificationBitsKind{}),
        field(&S::previous_justified_checkpoint, schema<Checkpoint>),
        field(&S::current_justified_checkpoint, schema<Checkpoint>),
        field(&S::finalized_checkpoint, schema<Checkpoint>),
        field(&S::inactivity_scores, chunked_list(plain<std::uint64_t>, kRegistry)),
        field(&S::proposer_lookahead, chunked_vector(plain<ValidatorIndex>, Limit(&Parameters::SLOTS_PER_EPOCH, 2))),
        field(&S::shares, chunked_list(plain<std::uint64_t>, kRegistry)),
        field(&S::commissions, chunked_list(plain<Amount>, kRegistry)), field(&S::bond_queue, schema<Queue>),
        field(&S::unbond_queue, schema<Queue>), field(&S::bonding, plain<Amount>), field(&S::unbonding, plain<Amount>),
        field(&S::minted, plain<Amount>), field(&S::burnt, plain<Amount>), field(&S::tree_root, plain<Root>),
        field(&S::base_fee, plain<std::uint64_t>), field(&S::gas_used, plain<std::uint64_t>));
    static_assert(kind.kFields == S::kFields);
};

}  // namespace touchstone::node::schemas
