// The containers of the protocol, as values. [TYP-02] [TYP-03]
#pragma once

#include <cstdint>
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
    Amount effective_stake;
    bool slashed = false;
    Epoch activation_epoch;
    Epoch exit_request_epoch;
    Epoch exit_epoch;
    Epoch hold_epoch;
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

using Transaction = ByteVector;

struct BlockBody {
    BlsSignature randao_reveal;
    Graffiti graffiti;
    std::vector<ProposerSlashing> proposer_slashings;
    std::vector<AttesterSlashing> attester_slashings;
    std::vector<Attestation> attestations;
    std::vector<SignedVoluntaryExit> voluntary_exits;
    std::vector<Transaction> transactions;
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
    BlsSignature proof_of_possession;
    friend bool operator==(const GenesisValidator&, const GenesisValidator&) = default;
};

struct Genesis {
    std::uint64_t genesis_time_ms = 0;
    Hash seed;
    std::vector<GenesisValidator> validators;
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

/// The part of the tree that a query needs. [KVT-07]
struct KvProof {
    ByteVector shape;
    std::vector<Hash> hashes;
    std::vector<KvLeaf> leaves;
    friend bool operator==(const KvProof&, const KvProof&) = default;
};

}  // namespace touchstone::node
