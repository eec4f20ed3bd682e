// The containers of the protocol, as values. [TYP-02] [TYP-03]
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/codec/bits.h"

namespace touchstone::node {

using ParticipationFlags = std::uint8_t;

struct Fork {
    Version version;
    Epoch epoch;
    friend bool operator==(const Fork&, const Fork&) = default;
};

struct ForkData {
    Version current_version;
    Root genesis_root;
};

struct SigningData {
    Root object_root;
    Domain domain;
};

struct Checkpoint {
    Epoch epoch;
    Root root;
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
    friend auto operator<=>(const Checkpoint&, const Checkpoint&) = default;
};

struct Validator {
    BlsPublicKey pubkey;
    Address operator_address;
    std::uint64_t commission = 0;       // basis points
    std::uint64_t next_commission = 0;  // basis points
    Epoch next_commission_epoch;
    Amount effective_stake;
    bool slashed = false;
    Epoch slashed_from;
    Epoch eligibility_epoch;
    Epoch activation_epoch;
    Epoch exit_request_epoch;
    Epoch exit_epoch;
    Epoch hold_epoch;
    Epoch last_cohort;
    friend bool operator==(const Validator&, const Validator&) = default;
};

struct AttestationData {
    Slot slot;
    CommitteeIndex index;
    Root beacon_block_root;
    Checkpoint source;
    Checkpoint target;
    friend bool operator==(const AttestationData&, const AttestationData&) = default;
};

struct Attestation {
    Bits aggregation_bits;
    AttestationData data;
    BlsSignature signature;
    friend bool operator==(const Attestation&, const Attestation&) = default;
};

struct IndexedAttestation {
    std::vector<ValidatorIndex> attesting_indices;
    AttestationData data;
    BlsSignature signature;
    friend bool operator==(const IndexedAttestation&, const IndexedAttestation&) = default;
};

struct BlockHeader {
    Slot slot;
    ValidatorIndex proposer_index;
    Root parent_root;
    Root state_root;
    Root body_root;
    friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

struct SignedBlockHeader {
    BlockHeader message;
    BlsSignature signature;
    friend bool operator==(const SignedBlockHeader&, const SignedBlockHeader&) = default;
};

struct ProposerSlashing {
    SignedBlockHeader signed_header_1;
    SignedBlockHeader signed_header_2;
    friend bool operator==(const ProposerSlashing&, const ProposerSlashing&) = default;
};

struct AttesterSlashing {
    IndexedAttestation attestation_1;
    IndexedAttestation attestation_2;
    friend bool operator==(const AttesterSlashing&, const AttesterSlashing&) = default;
};

struct VoluntaryExit {
    Epoch epoch;
    ValidatorIndex validator_index;
    friend bool operator==(const VoluntaryExit&, const VoluntaryExit&) = default;
};

struct SignedVoluntaryExit {
    VoluntaryExit message;
    BlsSignature signature;
    friend bool operator==(const SignedVoluntaryExit&, const SignedVoluntaryExit&) = default;
};

/// What the key-value tree has of an address. [ACC-01]
struct Account {
    std::uint64_t nonce = 0;
    Amount balance;
    friend bool operator==(const Account&, const Account&) = default;
};

/// Stake on its way into a pool; without an amount, the validator's activation. [STK-03] [STK-17]
struct QueuedBond {
    ValidatorIndex validator_index;
    Address delegator;
    Amount amount;
    Slot slot;
    friend bool operator==(const QueuedBond&, const QueuedBond&) = default;
};

/// Shares that are to leave a pool; without shares, the validator's exit. [STK-03] [STK-17]
struct QueuedUnbond {
    ValidatorIndex validator_index;
    Address delegator;
    std::uint64_t shares = 0;
    friend bool operator==(const QueuedUnbond&, const QueuedUnbond&) = default;
};

/// Stake that left a pool at one boundary. [STK-03]
struct Cohort {
    Amount tokens;
    std::uint64_t shares = 0;
    Epoch hold_epoch;
    Epoch previous;
    friend bool operator==(const Cohort&, const Cohort&) = default;
};

/// The numbers of a queue's items, from head to before tail, and what its head has saved up.
struct Queue {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    Amount budget;
    friend bool operator==(const Queue&, const Queue&) = default;
};

/// What a stake operation did. [STK-08]
struct StakeEvent {
    ValidatorIndex index;
    Amount amount;
    std::uint64_t number = 0;
    friend bool operator==(const StakeEvent&, const StakeEvent&) = default;
};

struct Transfer {
    Address recipient;
    Amount amount;
    friend bool operator==(const Transfer&, const Transfer&) = default;
};

struct RegisterValidator {
    BlsPublicKey pubkey;
    BlsSignature proof_of_possession;
    std::uint64_t commission = 0;  // basis points
    Amount stake;
    friend bool operator==(const RegisterValidator&, const RegisterValidator&) = default;
};

struct EditValidator {
    ValidatorIndex validator_index;
    std::uint64_t commission = 0;  // basis points
    friend bool operator==(const EditValidator&, const EditValidator&) = default;
};

struct ExitValidator {
    ValidatorIndex validator_index;
    friend bool operator==(const ExitValidator&, const ExitValidator&) = default;
};

struct Delegate {
    ValidatorIndex validator_index;
    Amount amount;
    friend bool operator==(const Delegate&, const Delegate&) = default;
};

struct Undelegate {
    ValidatorIndex validator_index;
    std::uint64_t shares = 0;
    friend bool operator==(const Undelegate&, const Undelegate&) = default;
};

struct Withdraw {
    ValidatorIndex validator_index;
    Epoch exit_epoch;
    friend bool operator==(const Withdraw&, const Withdraw&) = default;
};

struct ClaimCommission {
    ValidatorIndex validator_index;
    friend bool operator==(const ClaimCommission&, const ClaimCommission&) = default;
};

/// A selector that a later version gives a meaning.
using Reserved = ByteVector;

using Payload = std::variant<Transfer, RegisterValidator, EditValidator, ExitValidator, Delegate, Undelegate, Withdraw,
                             ClaimCommission, Reserved, Reserved, Reserved, Reserved>;

struct Transaction {
    Ed25519PublicKey sender;
    std::uint64_t nonce = 0;
    std::uint64_t gas_limit = 0;
    std::uint64_t max_fee = 0;  // grains per gas, tip included
    std::uint64_t tip = 0;      // grains per gas
    Payload payload;
    friend bool operator==(const Transaction&, const Transaction&) = default;
};

struct SignedTransaction {
    Transaction message;
    Ed25519Signature signature;
    friend bool operator==(const SignedTransaction&, const SignedTransaction&) = default;
};

struct Event {
    Address emitter;
    EventTopic topic;
    ByteVector data;
    friend bool operator==(const Event&, const Event&) = default;
};

struct Receipt {
    std::uint8_t status = 0;  // [TXN-13]
    std::uint64_t gas_used = 0;
    std::vector<Event> events;
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// What is gossiped of transactions.
struct TransactionBatch {
    std::vector<SignedTransaction> transactions;
    friend bool operator==(const TransactionBatch&, const TransactionBatch&) = default;
};

/// The receipts of a block, in the order of its transactions. [BLK-11]
struct Receipts {
    std::vector<Receipt> receipts;
    friend bool operator==(const Receipts&, const Receipts&) = default;
};

struct BlockBody {
    BlsSignature randao_reveal;
    Graffiti graffiti;
    std::vector<ProposerSlashing> proposer_slashings;
    std::vector<AttesterSlashing> attester_slashings;
    std::vector<Attestation> attestations;
    std::vector<SignedVoluntaryExit> voluntary_exits;
    std::vector<SignedTransaction> transactions;
    Root receipts_root;
    friend bool operator==(const BlockBody&, const BlockBody&) = default;
};

struct Block {
    Slot slot;
    ValidatorIndex proposer_index;
    Root parent_root;
    Root state_root;
    BlockBody body;
    friend bool operator==(const Block&, const Block&) = default;
};

struct SignedBlock {
    Block message;
    BlsSignature signature;
    friend bool operator==(const SignedBlock&, const SignedBlock&) = default;
};

struct HistoricalSummary {
    Root block_summary_root;
    Root state_summary_root;
    friend bool operator==(const HistoricalSummary&, const HistoricalSummary&) = default;
};

struct AggregateAndProof {
    ValidatorIndex aggregator_index;
    Attestation aggregate;
    BlsSignature selection_proof;
    friend bool operator==(const AggregateAndProof&, const AggregateAndProof&) = default;
};

struct SignedAggregateAndProof {
    AggregateAndProof message;
    BlsSignature signature;
    friend bool operator==(const SignedAggregateAndProof&, const SignedAggregateAndProof&) = default;
};

struct ProofOfPossessionMessage {
    BlsPublicKey pubkey;
    Address operator_address;
};

struct GenesisValidator {
    BlsPublicKey pubkey;
    Address operator_address;
    Amount stake;
    std::uint64_t commission = 0;  // basis points
    BlsSignature proof_of_possession;
    friend bool operator==(const GenesisValidator&, const GenesisValidator&) = default;
};

struct GenesisAccount {
    Address address;
    Amount balance;
    friend bool operator==(const GenesisAccount&, const GenesisAccount&) = default;
};

struct Genesis {
    std::uint64_t genesis_time_ms = 0;
    Hash seed;
    std::vector<GenesisValidator> validators;
    std::vector<GenesisAccount> accounts;
    friend bool operator==(const Genesis&, const Genesis&) = default;
};

/// What a node says of itself to a peer. [NET-62]
struct Status {
    ForkDigest fork_digest;
    Checkpoint finalized_checkpoint;
    Root head_root;
    Slot head_slot;
    Slot earliest_slot;
    friend bool operator==(const Status&, const Status&) = default;
};

struct MetaData {
    std::uint64_t seq_number = 0;
    Bits attnets;
    friend bool operator==(const MetaData&, const MetaData&) = default;
};

struct BlocksByRangeRequest {
    Slot start_slot;
    std::uint64_t count = 0;
    friend bool operator==(const BlocksByRangeRequest&, const BlocksByRangeRequest&) = default;
};

struct BlocksByRootRequest {
    std::vector<Root> roots;
    friend bool operator==(const BlocksByRootRequest&, const BlocksByRootRequest&) = default;
};

struct BlocksResponse {
    /// Each the encoding of a SignedBlock.
    std::vector<ByteVector> blocks;
    friend bool operator==(const BlocksResponse&, const BlocksResponse&) = default;
};

struct ProposalOrder {
    Slot slot;
    Root parent_root;
    friend bool operator==(const ProposalOrder&, const ProposalOrder&) = default;
};

/// Paths of the key-value tree, both ends included. [KVT-05]
struct KvInterval {
    Path first;
    Path last;
    friend bool operator==(const KvInterval&, const KvInterval&) = default;
};

struct KvLeaf {
    Path path;
    Hash value_hash;
    friend bool operator==(const KvLeaf&, const KvLeaf&) = default;
};

struct KvEntry {
    ByteVector key;
    ByteVector value;
    friend bool operator==(const KvEntry&, const KvEntry&) = default;
};

/// All entries of a tree. [KVT-18]
struct KvEntries {
    std::vector<KvEntry> entries;
    friend bool operator==(const KvEntries&, const KvEntries&) = default;
};

/// The part of the tree that a query needs. [KVT-07]
struct KvProof {
    ByteVector shape;
    std::vector<Hash> hashes;
    std::vector<KvLeaf> leaves;
    friend bool operator==(const KvProof&, const KvProof&) = default;
};

/// The checkpoints whose states a node serves, in descending order of epoch. [SYN-05]
struct StateList {
    std::vector<Checkpoint> checkpoints;
    friend bool operator==(const StateList&, const StateList&) = default;
};

/// Leaves of a field of the block's post-state. [SYN-09]
struct StatePartRequest {
    Root block_root;
    std::uint64_t field = 0;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    friend bool operator==(const StatePartRequest&, const StatePartRequest&) = default;
};

struct StatePart {
    std::uint64_t length = 0;
    ByteVector data;
    std::vector<Hash> proof;
    friend bool operator==(const StatePart&, const StatePart&) = default;
};

/// Entries of the block's post-state by their paths, both ends included. [SYN-17]
struct StateEntriesRequest {
    Root block_root;
    Path first;
    Path last;
    friend bool operator==(const StateEntriesRequest&, const StateEntriesRequest&) = default;
};

struct StateEntries {
    /// Up to where these are all.
    Path last;
    std::vector<KvEntry> entries;
    KvProof proof;
    friend bool operator==(const StateEntries&, const StateEntries&) = default;
};

}  // namespace touchstone::node
