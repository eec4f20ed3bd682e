// The containers of the protocol, in the order of the prose [TYP-03].
#pragma once

#include "reference/base/basic_types.h"
#include "reference/ssz/container.h"
#include "reference/tree/shared_entries.h"
#include "reference/types/stake.h"
#include "reference/types/transactions.h"

namespace touchstone::reference {

using ssz::List;
using ssz::Vector;

struct Fork {
    Version version;
    Epoch epoch;
    static void describe(auto& self, auto& field) {
        field("version", self.version);
        field("epoch", self.epoch);
    }
    bool operator==(const Fork&) const = default;
};

struct ForkData {
    Version current_version;
    Root genesis_root;
    static void describe(auto& self, auto& field) {
        field("current_version", self.current_version);
        field("genesis_root", self.genesis_root);
    }
    bool operator==(const ForkData&) const = default;
};

struct SigningData {
    Root object_root;
    Domain domain;
    static void describe(auto& self, auto& field) {
        field("object_root", self.object_root);
        field("domain", self.domain);
    }
    bool operator==(const SigningData&) const = default;
};

struct Checkpoint {
    Epoch epoch;
    Root root;
    static void describe(auto& self, auto& field) {
        field("epoch", self.epoch);
        field("root", self.root);
    }
    auto operator<=>(const Checkpoint&) const = default;
};

struct Validator {
    BLSPubkey pubkey;
    Address operator_address;
    std::uint64_t commission = 0;
    std::uint64_t next_commission = 0;
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
    static void describe(auto& self, auto& field) {
        field("pubkey", self.pubkey);
        field("operator", self.operator_address);
        field("commission", self.commission);
        field("next_commission", self.next_commission);
        field("next_commission_epoch", self.next_commission_epoch);
        field("effective_stake", self.effective_stake);
        field("slashed", self.slashed);
        field("slashed_from", self.slashed_from);
        field("eligibility_epoch", self.eligibility_epoch);
        field("activation_epoch", self.activation_epoch);
        field("exit_request_epoch", self.exit_request_epoch);
        field("exit_epoch", self.exit_epoch);
        field("hold_epoch", self.hold_epoch);
        field("last_cohort", self.last_cohort);
    }
    bool operator==(const Validator&) const = default;
};

struct AttestationData {
    Slot slot;
    CommitteeIndex index;
    Root beacon_block_root;
    Checkpoint source;
    Checkpoint target;
    static void describe(auto& self, auto& field) {
        field("slot", self.slot);
        field("index", self.index);
        field("beacon_block_root", self.beacon_block_root);
        field("source", self.source);
        field("target", self.target);
    }
    auto operator<=>(const AttestationData&) const = default;
};

struct Attestation {
    Bits aggregation_bits;
    AttestationData data;
    BLSSignature signature;
    static void describe(auto& self, auto& field) {
        field("aggregation_bits", self.aggregation_bits, List{field.config.MAX_VALIDATORS_PER_COMMITTEE});
        field("data", self.data);
        field("signature", self.signature);
    }
    bool operator==(const Attestation&) const = default;
};

struct IndexedAttestation {
    std::vector<ValidatorIndex> attesting_indices;
    AttestationData data;
    BLSSignature signature;
    static void describe(auto& self, auto& field) {
        field("attesting_indices", self.attesting_indices, List{field.config.MAX_VALIDATORS_PER_COMMITTEE});
        field("data", self.data);
        field("signature", self.signature);
    }
    bool operator==(const IndexedAttestation&) const = default;
};

struct BlockHeader {
    Slot slot;
    ValidatorIndex proposer_index;
    Root parent_root;
    Root state_root;
    Root body_root;
    static void describe(auto& self, auto& field) {
        field("slot", self.slot);
        field("proposer_index", self.proposer_index);
        field("parent_root", self.parent_root);
        field("state_root", self.state_root);
        field("body_root", self.body_root);
    }
    bool operator==(const BlockHeader&) const = default;
};

struct SignedBlockHeader {
    BlockHeader message;
    BLSSignature signature;
    static void describe(auto& self, auto& field) {
        field("message", self.message);
        field("signature", self.signature);
    }
    bool operator==(const SignedBlockHeader&) const = default;
};

struct ProposerSlashing {
    SignedBlockHeader signed_header_1;
    SignedBlockHeader signed_header_2;
    static void describe(auto& self, auto& field) {
        field("signed_header_1", self.signed_header_1);
        field("signed_header_2", self.signed_header_2);
    }
    bool operator==(const ProposerSlashing&) const = default;
};

struct AttesterSlashing {
    IndexedAttestation attestation_1;
    IndexedAttestation attestation_2;
    static void describe(auto& self, auto& field) {
        field("attestation_1", self.attestation_1);
        field("attestation_2", self.attestation_2);
    }
    bool operator==(const AttesterSlashing&) const = default;
};

struct VoluntaryExit {
    Epoch epoch;
    ValidatorIndex validator_index;
    static void describe(auto& self, auto& field) {
        field("epoch", self.epoch);
        field("validator_index", self.validator_index);
    }
    bool operator==(const VoluntaryExit&) const = default;
};

struct SignedVoluntaryExit {
    VoluntaryExit message;
    BLSSignature signature;
    static void describe(auto& self, auto& field) {
        field("message", self.message);
        field("signature", self.signature);
    }
    bool operator==(const SignedVoluntaryExit&) const = default;
};

struct BlockBody {
    BLSSignature randao_reveal;
    Bytes32 graffiti;
    std::vector<ProposerSlashing> proposer_slashings;
    std::vector<AttesterSlashing> attester_slashings;
    std::vector<Attestation> attestations;
    std::vector<SignedVoluntaryExit> voluntary_exits;
    std::vector<SignedTransaction> transactions;
    Root receipts_root;
    static void describe(auto& self, auto& field) {
        field("randao_reveal", self.randao_reveal);
        field("graffiti", self.graffiti);
        field("proposer_slashings", self.proposer_slashings, List{field.config.MAX_PROPOSER_SLASHINGS});
        field("attester_slashings", self.attester_slashings, List{field.config.MAX_ATTESTER_SLASHINGS});
        field("attestations", self.attestations, List{field.config.MAX_ATTESTATIONS});
        field("voluntary_exits", self.voluntary_exits, List{field.config.MAX_VOLUNTARY_EXITS});
        field("transactions", self.transactions, List{field.config.MAX_TRANSACTIONS});
        field("receipts_root", self.receipts_root);
    }
    bool operator==(const BlockBody&) const = default;
};

struct Block {
    Slot slot;
    ValidatorIndex proposer_index;
    Root parent_root;
    Root state_root;
    BlockBody body;
    static void describe(auto& self, auto& field) {
        field("slot", self.slot);
        field("proposer_index", self.proposer_index);
        field("parent_root", self.parent_root);
        field("state_root", self.state_root);
        field("body", self.body);
    }
    bool operator==(const Block&) const = default;
};

struct SignedBlock {
    Block message;
    BLSSignature signature;
    static void describe(auto& self, auto& field) {
        field("message", self.message);
        field("signature", self.signature);
    }
    bool operator==(const SignedBlock&) const = default;
};

struct HistoricalSummary {
    Root block_summary_root;
    Root state_summary_root;
    static void describe(auto& self, auto& field) {
        field("block_summary_root", self.block_summary_root);
        field("state_summary_root", self.state_summary_root);
    }
    bool operator==(const HistoricalSummary&) const = default;
};

struct HistoricalBatchRoots {
    static constexpr bool IS_SERIES = true;
    std::vector<Root> roots;
    static void describe(auto& self, auto& field) {
        field("roots", self.roots, Vector{field.config.SLOTS_PER_HISTORICAL_ROOT});
    }
    bool operator==(const HistoricalBatchRoots&) const = default;
};

struct ConsensusState {
    /// The parameters of the chain: what `config_root` is the root of. Not a field of the container.
    Parameters config{};
    /// [TYP-07] The entries of the key-value tree, whose root is `tree_root`. No field of the container either: so this
    /// struct is the state of the prose.
    SharedEntries entries;

    std::uint64_t genesis_time_ms = 0;
    Root genesis_root;
    Root config_root;
    Slot slot;
    std::vector<Fork> fork_schedule;
    BlockHeader latest_block_header;
    std::vector<Root> block_roots;
    std::vector<Root> state_roots;
    std::vector<HistoricalSummary> historical_summaries;
    std::vector<Validator> validators;
    std::vector<Amount> balances;
    std::vector<Hash> randao_mixes;
    std::vector<Amount> slashings;
    std::vector<ParticipationFlags> previous_epoch_participation;
    std::vector<ParticipationFlags> current_epoch_participation;
    Bits justification_bits;
    Checkpoint previous_justified_checkpoint;
    Checkpoint current_justified_checkpoint;
    Checkpoint finalized_checkpoint;
    std::vector<std::uint64_t> inactivity_scores;
    std::vector<ValidatorIndex> proposer_lookahead;
    std::vector<std::uint64_t> shares;
    std::vector<Amount> commissions;
    Queue bond_queue;
    Queue unbond_queue;
    Amount bonding;
    Amount unbonding;
    Amount minted;
    Amount burnt;
    Root tree_root;
    std::uint64_t base_fee = 0;
    std::uint64_t gas_used = 0;
    static void describe(auto& self, auto& field) {
        const Parameters& config = field.config;
        field("genesis_time_ms", self.genesis_time_ms);
        field("genesis_root", self.genesis_root);
        field("config_root", self.config_root);
        field("slot", self.slot);
        field("fork_schedule", self.fork_schedule, List{config.MAX_FORKS});
        field("latest_block_header", self.latest_block_header);
        field("block_roots", self.block_roots, Vector{config.SLOTS_PER_HISTORICAL_ROOT});
        field("state_roots", self.state_roots, Vector{config.SLOTS_PER_HISTORICAL_ROOT});
        field("historical_summaries", self.historical_summaries, List{config.HISTORICAL_ROOTS_LIMIT});
        field("validators", self.validators, List{config.VALIDATOR_REGISTRY_LIMIT});
        field("balances", self.balances, List{config.VALIDATOR_REGISTRY_LIMIT});
        field("randao_mixes", self.randao_mixes, Vector{config.EPOCHS_PER_HISTORICAL_VECTOR});
        field("slashings", self.slashings, Vector{config.EPOCHS_PER_SLASHINGS_VECTOR});
        field("previous_epoch_participation", self.previous_epoch_participation, List{config.VALIDATOR_REGISTRY_LIMIT});
        field("current_epoch_participation", self.current_epoch_participation, List{config.VALIDATOR_REGISTRY_LIMIT});
        field("justification_bits", self.justification_bits, Vector{JUSTIFICATION_BITS_LENGTH});
        field("previous_justified_checkpoint", self.previous_justified_checkpoint);
        field("current_justified_checkpoint", self.current_justified_checkpoint);
        field("finalized_checkpoint", self.finalized_checkpoint);
        field("inactivity_scores", self.inactivity_scores, List{config.VALIDATOR_REGISTRY_LIMIT});
        field("proposer_lookahead", self.proposer_lookahead, Vector{2 * config.SLOTS_PER_EPOCH});
        field("shares", self.shares, List{config.VALIDATOR_REGISTRY_LIMIT});
        field("commissions", self.commissions, List{config.VALIDATOR_REGISTRY_LIMIT});
        field("bond_queue", self.bond_queue);
        field("unbond_queue", self.unbond_queue);
        field("bonding", self.bonding);
        field("unbonding", self.unbonding);
        field("minted", self.minted);
        field("burnt", self.burnt);
        field("tree_root", self.tree_root);
        field("base_fee", self.base_fee);
        field("gas_used", self.gas_used);
    }
    bool operator==(const ConsensusState&) const = default;
};

struct AggregateAndProof {
    ValidatorIndex aggregator_index;
    Attestation aggregate;
    BLSSignature selection_proof;
    static void describe(auto& self, auto& field) {
        field("aggregator_index", self.aggregator_index);
        field("aggregate", self.aggregate);
        field("selection_proof", self.selection_proof);
    }
    bool operator==(const AggregateAndProof&) const = default;
};

struct SignedAggregateAndProof {
    AggregateAndProof message;
    BLSSignature signature;
    static void describe(auto& self, auto& field) {
        field("message", self.message);
        field("signature", self.signature);
    }
    bool operator==(const SignedAggregateAndProof&) const = default;
};

struct ProofOfPossessionMessage {
    BLSPubkey pubkey;
    Address operator_address;
    static void describe(auto& self, auto& field) {
        field("pubkey", self.pubkey);
        field("operator", self.operator_address);
    }
    bool operator==(const ProofOfPossessionMessage&) const = default;
};

struct Status {
    ForkDigest fork_digest;
    Checkpoint finalized_checkpoint;
    Root head_root;
    Slot head_slot;
    Slot earliest_slot;
    static void describe(auto& self, auto& field) {
        field("fork_digest", self.fork_digest);
        field("finalized_checkpoint", self.finalized_checkpoint);
        field("head_root", self.head_root);
        field("head_slot", self.head_slot);
        field("earliest_slot", self.earliest_slot);
    }
    bool operator==(const Status&) const = default;
};

struct MetaData {
    std::uint64_t seq_number = 0;
    Bits attnets;
    static void describe(auto& self, auto& field) {
        field("seq_number", self.seq_number);
        field("attnets", self.attnets, Vector{field.config.ATTESTATION_SUBNET_COUNT});
    }
    bool operator==(const MetaData&) const = default;
};

struct BlocksByRangeRequest {
    Slot start_slot;
    std::uint64_t count = 0;
    static void describe(auto& self, auto& field) {
        field("start_slot", self.start_slot);
        field("count", self.count);
    }
    bool operator==(const BlocksByRangeRequest&) const = default;
};

struct BlocksByRootRequest {
    static constexpr bool IS_SERIES = true;
    std::vector<Root> roots;
    static void describe(auto& self, auto& field) { field("roots", self.roots, List{field.config.MAX_REQUEST_BLOCKS}); }
    bool operator==(const BlocksByRootRequest&) const = default;
};

/// The encoding of a SignedBlock, in a response.
struct EncodedBlock {
    static constexpr bool IS_SERIES = true;
    Bytes content;
    static void describe(auto& self, auto& field) {
        field("content", self.content, List{field.config.MAX_BLOCK_BYTES});
    }
    bool operator==(const EncodedBlock&) const = default;
};

struct BlocksResponse {
    static constexpr bool IS_SERIES = true;
    std::vector<EncodedBlock> blocks;
    static void describe(auto& self, auto& field) {
        field("blocks", self.blocks, List{field.config.MAX_REQUEST_BLOCKS});
    }
    bool operator==(const BlocksResponse&) const = default;
};

struct ProposalOrder {
    Slot slot;
    Root parent_root;
    static void describe(auto& self, auto& field) {
        field("slot", self.slot);
        field("parent_root", self.parent_root);
    }
    bool operator==(const ProposalOrder&) const = default;
};

// Of the page on genesis.

struct GenesisValidator {
    BLSPubkey pubkey;
    Address operator_address;
    Amount stake;
    std::uint64_t commission = 0;
    BLSSignature proof_of_possession;
    static void describe(auto& self, auto& field) {
        field("pubkey", self.pubkey);
        field("operator", self.operator_address);
        field("stake", self.stake);
        field("commission", self.commission);
        field("proof_of_possession", self.proof_of_possession);
    }
    bool operator==(const GenesisValidator&) const = default;
};

struct GenesisAccount {
    Address address;
    Amount balance;
    static void describe(auto& self, auto& field) {
        field("address", self.address);
        field("balance", self.balance);
    }
    bool operator==(const GenesisAccount&) const = default;
};

struct Genesis {
    std::uint64_t genesis_time_ms = 0;
    Hash seed;
    std::vector<GenesisValidator> validators;
    std::vector<GenesisAccount> accounts;
    static void describe(auto& self, auto& field) {
        field("genesis_time_ms", self.genesis_time_ms);
        field("seed", self.seed);
        field("validators", self.validators, List{field.config.VALIDATOR_REGISTRY_LIMIT});
        field("accounts", self.accounts, List{MAX_KV_ENTRIES});
    }
    bool operator==(const Genesis&) const = default;
};

}  // namespace touchstone::reference
