// Encoding, decoding and roots of every container. [TYP-03]
#pragma once

#include <vector>

#include "node/base/bytes.h"
#include "node/base/parallel.h"
#include "node/base/result.h"
#include "node/generated/parameters.h"
#include "node/types/consensus_state.h"
#include "node/types/containers.h"

namespace touchstone::node {

// Defined for Fork, ForkData, SigningData, Checkpoint, Validator, AttestationData, Attestation, IndexedAttestation,
// BlockHeader, SignedBlockHeader, ProposerSlashing, AttesterSlashing, VoluntaryExit, SignedVoluntaryExit, BlockBody,
// Block, SignedBlock, HistoricalSummary, ConsensusState, AggregateAndProof, SignedAggregateAndProof,
// ProofOfPossessionMessage, GenesisValidator, Genesis, Status, MetaData, BlocksByRangeRequest, BlocksByRootRequest,
// BlocksResponse, ProposalOrder, KvInterval, KvLeaf, KvEntry, KvEntries, KvProof, GenesisAccount, Account, Payload and
// its options, Transaction, SignedTransaction, TransactionBatch, Event, Receipt, Receipts, QueuedBond, QueuedUnbond,
// Cohort, Queue, StakeEvent, StateList, StatePartRequest, StatePart, StateEntriesRequest, StateEntries.

/// The value, or the clause of the encoding that the bytes break. Lengths are checked before anything is allocated.
template <class T>
Result<T> decode(Bytes bytes, const Parameters& parameters);

template <class T>
ByteVector encode(const T& value);

/// The root computed in full (for ConsensusState prefer update_root).
template <class T>
Root hash_tree_root(const T& value, const Parameters& parameters);

/// Root of a uint64, for example of an epoch or a slot that is signed.
Root hash_tree_root_of_number(std::uint64_t number);

/// The roots of a block that more than one check needs, to be computed once.
struct BlockRoots {
    Root root;
    Root body_root;
    std::vector<Root> transaction_ids;  // [TXN-02]
};
BlockRoots compute_block_roots(const Block& block, const Parameters& parameters, const ParallelFor& parallel_for);

/// The header of a block: the same root.
BlockHeader header_of(const Block& block, const Parameters& parameters);

}  // namespace touchstone::node
