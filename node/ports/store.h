// The chain's database: blocks, the journal of fork-choice inputs, and points from which a node can go on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/quantity.h"

namespace touchstone::node {

/// What the chain began from; written once, into an empty database.
struct GenesisRecord {
    Root genesis_root;  // of the genesis state, which every domain holds
    Root genesis_block_root;
    std::vector<std::uint64_t> parameters;  // every parameter, in the order of the data files
    ByteVector genesis;                     // encoded Genesis
};

struct StoredBlock {
    Root root;
    Root parent_root;
    Root state_root;
    Slot slot;
    ByteVector signed_block;  // encoded SignedBlock
};

enum class JournalKind : std::uint8_t { Tick, Block, Attestation, AttesterSlashing };

/// An input of fork choice that was applied, and what followed from it. Rows are numbered from 1 without gaps.
struct JournalRow {
    std::uint64_t sequence = 0;
    JournalKind kind = JournalKind::Tick;
    std::uint64_t time_ms = 0;  // the store's time after the input
    Root block_root;            // Block: which one; else zero
    ByteVector payload;         // Attestation, AttesterSlashing: encoded as page 14 of the prose says; else empty
    bool from_block = false;    // Attestation, AttesterSlashing: carried by the block of the row before
    Root head;
    Epoch justified_epoch;
    Root justified_root;
    Epoch finalized_epoch;
    Root finalized_root;
};

/// All that is needed, with the blocks and the journal after `sequence`, to have exactly the fork choice again that the
/// node had after the journal's row `sequence`.
struct RecoveryPoint {
    std::uint64_t sequence = 0;
    Root anchor_root;  // block from whose post-state the others are computed again
    Slot anchor_slot;
    ByteVector anchor_state;  // encoded ConsensusState after that block
    ByteVector fork_choice;   // encoded by the services; opaque to the store
};

/// What one imported message changes. Committed whole or not at all.
struct StoreTransaction {
    std::optional<GenesisRecord> genesis;
    std::vector<StoredBlock> blocks;
    std::vector<JournalRow> journal;
    std::optional<RecoveryPoint> recovery_point;  // replaces the one before
    std::vector<Root> finalized;                  // blocks that became final, in ascending order of slot

    bool empty() const { return !genesis && blocks.empty() && journal.empty() && !recovery_point && finalized.empty(); }
};

/// Called on the writer thread. Blocks are never deleted through this port; a block that is stored again is left as it
/// is.
class Store {
  public:
    virtual ~Store() = default;

    /// Durable against the end of the process (not of the machine) on return of true. After false nothing was written,
    /// and the node stops: it never goes on from a state that the database does not have.
    [[nodiscard]] virtual bool commit(const StoreTransaction& transaction) = 0;

    virtual std::optional<GenesisRecord> genesis() = 0;
    virtual std::optional<RecoveryPoint> recovery_point() = 0;
    virtual std::optional<StoredBlock> block(const Root& root) = 0;
    /// Rows with a greater sequence number, ascending, at most `limit`.
    virtual std::vector<JournalRow> journal_after(std::uint64_t sequence, std::size_t limit) = 0;
    /// Final blocks with first <= slot < first + count, ascending. The genesis block is not among them.
    virtual std::vector<StoredBlock> finalized_blocks(Slot first, std::uint64_t count) = 0;
};

}  // namespace touchstone::node
