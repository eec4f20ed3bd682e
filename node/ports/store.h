// The chain's database: blocks and what their transactions came to, the journal of fork-choice inputs, and points from
// which a node can go on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/kernel/tree/entries.h"
#include "node/ports/network.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// What the chain began from ([STO-05]); written once, into an empty database, and only for a genesis whose proofs of
/// possession were verified: whoever finds it there need not do that again. [GEN-06]
struct GenesisRecord {
    std::vector<std::uint64_t> parameters;  // every parameter, in the order of the data files
    ByteVector state;                       // encoded genesis ConsensusState
    ByteVector entries;                     // encoded KvEntries of its tree
    Root genesis_root;                      // that the state holds; names the chain

    friend bool operator==(const GenesisRecord&, const GenesisRecord&) = default;
};

struct StoredBlock {
    Root root;
    Root parent_root;
    Root state_root;
    Slot slot;
    ByteVector signed_block;  // encoded SignedBlock
};

/// An account that a transaction of a block concerns: it sent it, or is paid by it.
struct ConcernedAccount {
    Address account;
    std::uint64_t index = 0;  // of the transaction, in the block
    bool sent = false;

    friend bool operator==(const ConcernedAccount&, const ConcernedAccount&) = default;
};

/// What the transactions of a block came to; kept with it. For blocks with transactions only.
struct StoredReceipts {
    Root block_root;
    ByteVector receipts;                          // encoded Receipts
    std::vector<Root> transactions;               // their ids, in the order of the block
    std::vector<ConcernedAccount> accounts = {};  // each at most once for a transaction
};

/// Where a transaction stands. It may stand in blocks of several branches, at most once in each block. [TXN-02]
struct TransactionPlace {
    Root block_root;
    Slot slot;
    std::uint64_t index = 0;  // in the block

    friend bool operator==(const TransactionPlace&, const TransactionPlace&) = default;
};

/// Where a transaction stands in a chain: in the order of time.
struct ChainPosition {
    Slot slot;
    std::uint64_t index = 0;  // in the block

    friend auto operator<=>(const ChainPosition&, const ChainPosition&) = default;
};

/// A transaction that concerns an account.
struct AccountTransaction {
    Root id;
    TransactionPlace place;
    bool sent = false;  // by the account

    friend bool operator==(const AccountTransaction&, const AccountTransaction&) = default;
};

/// [STO-09]
enum class JournalKind : std::uint8_t { Tick, Block, Attestation, AttesterSlashing, Order, Anchor };

/// An input of fork choice that was accepted, and what followed from it. Rows are numbered from 1 without gaps.
/// [STO-08]
struct JournalRow {
    std::uint64_t sequence = 0;
    JournalKind kind = JournalKind::Tick;
    std::uint64_t time_ms = 0;      // the fork choice's time after the input
    ByteVector payload;             // as [STO-09] says for the kind
    std::optional<Root> head_root;  // nothing where the head was not computed
    Epoch justified_epoch;
    Root justified_root;
    Epoch finalized_epoch;
    Root finalized_root;

    friend bool operator==(const JournalRow&, const JournalRow&) = default;
};

/// All that is needed, with the entries, the blocks and the journal after `sequence`, to have exactly the fork choice
/// again that the node had after the journal's row `sequence`.
struct RecoveryPoint {
    std::uint64_t sequence = 0;
    Root anchor_root;  // block from whose post-state the others are computed again
    Slot anchor_slot;
    ByteVector anchor_state;  // encoded ConsensusState after that block
    ByteVector fork_choice;   // encoded by the services; opaque to the store
};

/// From whose post-state the chain was begun, where that is not genesis. [SYN-26]
struct AnchorRecord {
    Checkpoint checkpoint;
    Slot slot;  // of its block

    friend bool operator==(const AnchorRecord&, const AnchorRecord&) = default;
};

/// The state of a final checkpoint, kept to be served. [SYN-05]
struct KeptState {
    Checkpoint checkpoint;
    ByteVector state;  // encoded ConsensusState
    /// Lead from its entries to those of the latest state that was kept before it; none for the first. At most one of
    /// each key.
    std::vector<tree::EntryChange> undo;
};

/// What a node that begins from a checkpoint has received and proved: a later one to the same request replaces it.
/// [SYN-04]
struct SyncAnswer {
    Method method = Method::StatePart;
    ByteVector request;
    ByteVector answer;

    friend bool operator==(const SyncAnswer&, const SyncAnswer&) = default;
};

/// How large the database is. Zeros where it is no file.
struct StoreSize {
    std::uint64_t schema_version = 0;
    std::uint64_t page_bytes = 0;
    std::uint64_t pages = 0;
    std::uint64_t free_pages = 0;  // among them: what comes next is written there
};

/// How the validators did in an epoch that is final; encoded by the services, opaque to the store.
struct StoredPerformance {
    Epoch epoch;
    ByteVector content;

    friend bool operator==(const StoredPerformance&, const StoredPerformance&) = default;
};

/// A transaction that a user gave this node, and that waits in its pool.
struct OwnTransaction {
    Root id;
    std::uint64_t received_ms = 0;
    ByteVector signed_transaction;  // encoded SignedTransaction

    friend bool operator==(const OwnTransaction&, const OwnTransaction&) = default;
};

/// What one imported message changes. Committed whole or not at all.
struct StoreTransaction {
    std::optional<GenesisRecord> genesis;
    std::vector<StoredBlock> blocks;
    std::vector<StoredReceipts> receipts;  // of blocks that are there, or in `blocks`
    std::vector<JournalRow> journal;
    std::optional<RecoveryPoint> recovery_point;  // replaces the one before
    /// Lead from the entries of the anchor before, none at the beginning, to those of the recovery point's anchor. At
    /// most one of each key.
    std::vector<tree::EntryChange> entries;
    std::vector<Root> finalized;  // blocks that became final, in ascending order of slot
    std::optional<AnchorRecord> anchor;
    /// In ascending order of epoch, later than all that are kept. The entries of the last are those of its block's
    /// state, which those of the recovery point's anchor and the blocks after it lead to.
    std::vector<KeptState> kept_states;
    std::vector<Epoch> dropped_states;               // kept no more; never the last
    std::vector<StoredPerformance> performance;      // each replaces that of its epoch
    std::optional<Epoch> forget_performance_before;  // those of earlier epochs
    bool forget_sync_answers = false;                // before those that follow are added
    std::vector<SyncAnswer> sync_answers;
    std::vector<Root> dropped_own_transactions;  // before those that follow are added
    std::vector<OwnTransaction> own_transactions;

    bool empty() const {
        return !genesis && blocks.empty() && receipts.empty() && journal.empty() && !recovery_point &&
               entries.empty() && finalized.empty() && !anchor && kept_states.empty() && dropped_states.empty() &&
               performance.empty() && !forget_performance_before && !forget_sync_answers && sync_answers.empty() &&
               dropped_own_transactions.empty() && own_transactions.empty();
    }
};

/// Called on the writer thread. Blocks are never deleted through this port; a block that is stored again is left as it
/// is, and its receipts too.
class Store {
  public:
    virtual ~Store() = default;

    /// Durable against the end of the process (not of the machine) on return of true. After false nothing was written,
    /// and the node stops: it never goes on from a state that the database does not have.
    [[nodiscard]] virtual bool commit(const StoreTransaction& transaction) = 0;

    virtual std::optional<GenesisRecord> genesis() = 0;
    virtual std::optional<RecoveryPoint> recovery_point() = 0;
    /// Of the recovery point's anchor, in ascending order of key. [KVT-18]
    virtual KvEntries entries() = 0;
    virtual std::optional<StoredBlock> block(const Root& root) = 0;
    /// Encoded; nothing for a block that is not known or has no transactions.
    virtual std::optional<ByteVector> receipts(const Root& block_root) = 0;
    /// In blocks of any branch, in the order in which they came; which of them are canonical the caller knows.
    virtual std::vector<TransactionPlace> transaction(const Root& id) = 0;
    /// In blocks of any branch, the latest first, from before a position on if one is given; at most `limit`.
    virtual std::vector<AccountTransaction> account_transactions(const Address& account,
                                                                 const std::optional<ChainPosition>& before,
                                                                 std::size_t limit) = 0;
    /// From which slot on transactions are kept by their accounts: 0, or later in a database that was made before they
    /// were.
    virtual Slot accounts_kept_from() = 0;
    /// Rows with a greater sequence number, ascending, at most `limit`.
    virtual std::vector<JournalRow> journal_after(std::uint64_t sequence, std::size_t limit) = 0;
    /// Final blocks with first <= slot < first + count, ascending. The genesis block is not among them.
    virtual std::vector<StoredBlock> finalized_blocks(Slot first, std::uint64_t count) = 0;
    /// The final block with the greatest slot <= `slot`; nothing if there is none (then it is the genesis block).
    virtual std::optional<Root> finalized_root_at(Slot slot) = 0;
    /// The final block with the least slot.
    virtual std::optional<StoredBlock> earliest_finalized_block() = 0;

    /// Nothing if the chain was begun from genesis.
    virtual std::optional<AnchorRecord> anchor() = 0;
    /// Of the kept states, in ascending order of epoch.
    virtual std::vector<Checkpoint> kept_checkpoints() = 0;
    /// Encoded; nothing if it is not kept.
    virtual std::optional<ByteVector> kept_state(Epoch epoch) = 0;
    /// Lead from the entries of that kept state to those of the one before it; none for the first.
    virtual std::vector<tree::EntryChange> undo_of(Epoch epoch) = 0;

    /// Encoded; nothing for an epoch that is not kept.
    virtual std::optional<ByteVector> performance(Epoch epoch) = 0;
    /// The first and the last epoch of which it is kept.
    virtual std::optional<std::pair<Epoch, Epoch>> performance_epochs() = 0;

    virtual StoreSize size() = 0;

    /// The answer that is kept to this request.
    virtual std::optional<ByteVector> sync_answer(Method method, const ByteVector& request) = 0;
    /// The one with the least number above `after`, and its number; numbers begin with 1.
    virtual std::optional<std::pair<std::uint64_t, SyncAnswer>> next_sync_answer(std::uint64_t after) = 0;

    /// In the order in which they were added.
    virtual std::vector<OwnTransaction> own_transactions() = 0;
};

}  // namespace touchstone::node
