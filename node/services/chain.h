// The chain as this node knows it: the fork choice, and with it the journal and the database. Every input of the fork
// choice goes through here, and nothing that follows from it is told to anybody before it is committed. [STO-08]
// [STO-13]
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "node/kernel/consensus/genesis.h"
#include "node/kernel/fork_choice/fork_choice.h"
#include "node/kernel/tree/tree.h"
#include "node/ports/clock.h"
#include "node/ports/events.h"
#include "node/ports/log.h"
#include "node/ports/measurements.h"
#include "node/ports/store.h"
#include "node/services/kept_states.h"
#include "node/services/validator_performance.h"

namespace touchstone::node {

/// What the services stand on. All of it outlives the node.
struct ChainPorts {
    const Environment& environment;
    Clock& clock;
    Store& store;
    Events& events;
    Log& log;
    Measurements* measurements = nullptr;
    std::uint64_t performance_epochs = PerformanceRecords::kDefaultEpochs;
};

/// A transaction of the head's chain, and what came of it.
struct IncludedTransaction {
    TransactionPlace place;
    bool finalized = false;
    SignedTransaction transaction;
    Receipt receipt;
};

class Chain {
  public:
    /// From the database if it has a chain, else from the genesis state, which is written there. An error is for
    /// people: a database of another chain, one that was damaged, or one that cannot be written.
    /// With `from_checkpoint` an empty database stays empty, and the chain has nothing but genesis, until it is given a
    /// state to begin from: it is *joining*.
    static std::variant<std::unique_ptr<Chain>, std::string> open(const ChainPorts& ports, const State& genesis_state,
                                                                  bool from_checkpoint = false);

    /// Who is told, before the subscribers, that the head is not that block any more. Set once, before any input.
    void set_on_head(std::function<void(const Root& old_head)> on_head) { on_head_ = std::move(on_head); }

    // ----------------------------------------------------------------------------------------------------- inputs
    // Each adds rows to the transaction that `commit` writes. The time of an input is that of the tick before it.

    /// Brings the store's time to the clock's, if that is later. [STO-10]
    void tick();
    Result<ImportedBlock> import_block(VerifiedBlock block, const VerifySignatures& verify);
    /// An accepted attestation, alone or of an aggregate. Passed over if none of its votes could count (FC-47).
    Result<void> apply(const Attestation& attestation, const VerifiedVote& vote);
    void apply(const AttesterSlashing& slashing, const VerifiedEquivocation& equivocation);
    /// The decision to propose. [STO-09]
    void order(Slot slot, const Root& parent);

    // ---------------------------------------------------------------------------------------------------- joining
    // Between `begin_from` and `end_joining` inputs are taken as ever, but nothing is written or told. [SYN-27]

    bool is_joining() const { return joining_; }
    /// The chain of an anchor's state and block, in place of the one that it had. Rejected by begin_at_anchor.
    Result<void> begin_from(const Checkpoint& anchor, State state, const SignedBlock& block);
    /// All at once. False as `commit`.
    [[nodiscard]] bool end_joining();
    /// Answers that a later start is to find again; written at once. False as `commit`.
    [[nodiscard]] bool keep_answers(std::vector<SyncAnswer> answers, bool forget_others);
    Store& store() const { return ports_.store; }

    /// What a later start is to find again of the transactions of users, and what not any more; written at once. False
    /// as `commit`.
    [[nodiscard]] bool keep_transactions(std::vector<OwnTransaction> added, std::vector<Root> dropped);

    /// Blocks before the earliest, which they end with the parent of; they were verified. False as `commit`. [SYN-24]
    [[nodiscard]] bool add_older(const std::vector<SignedBlock>& blocks);

    /// What the operator vouches for: where the chain finalizes another block, the node stops. [WS-06] [SYN-03]
    void set_trusted(const Checkpoint& trusted) { trusted_ = trusted; }
    /// The block that is vouched for is neither known nor behind what is final.
    bool awaits_trusted() const { return trusted_ && !contains(trusted_->root); }
    /// Stops the node, as when the database fails; the reason is for people.
    void fail(const std::string& reason);

    /// Writes all inputs since the last call and what follows from them, then tells the subscribers. False: the node
    /// has to stop, `failure` says why; nothing more is accepted.
    [[nodiscard]] bool commit();
    const std::optional<std::string>& failure() const { return failure_; }

    // ---------------------------------------------------------------------------------------------------- answers

    ForkChoice& fork_choice() { return *fork_choice_; }
    const ForkChoice& fork_choice() const { return *fork_choice_; }
    const Environment& environment() const { return ports_.environment; }
    const Parameters& parameters() const { return ports_.environment.parameters(); }
    const Root& genesis_root() const { return genesis_root_; }
    const Root& genesis_block_root() const { return genesis_block_root_; }
    std::uint64_t genesis_time_ms() const { return genesis_time_ms_; }
    /// [NET-02]
    ForkDigest fork_digest() const;

    /// After the last input that was committed.
    const Root& head() const { return head_; }
    Slot head_slot() const { return fork_choice_->block_slot(head_).value_or(Slot()); }
    StatePointer head_state() const { return fork_choice_->block_state(head_); }
    /// The head's state taken to the store's current slot; null where the chain cannot go on so far. [COM-08]
    StatePointer head_state_now();
    Slot current_slot() const { return fork_choice_->current_slot(); }
    bool contains(const Root& root) const { return fork_choice_->contains(root); }

    /// The slot of the clock; genesis before it.
    Slot slot_at(std::uint64_t unix_ms) const;
    std::uint64_t start_of(Slot slot) const;

    /// Encoded blocks of the head's chain with first <= slot < first + count, ascending. [NET-68]
    std::vector<StoredBlock> canonical_blocks(Slot first, std::uint64_t count) const;
    std::optional<StoredBlock> stored_block(const Root& root) const { return ports_.store.block(root); }
    /// Encoded Receipts; nothing for a block that is not known or has no transactions.
    std::optional<ByteVector> receipts_of(const Root& root) const { return ports_.store.receipts(root); }
    StoreSize database_size() const { return ports_.store.size(); }
    /// Of the last finalized block.
    Slot finalized_slot() const;
    /// What peers are told is final: the anchor's own checkpoint until a later one is. [NET-62]
    Checkpoint finalized_to_tell() const;
    /// From which slot on all blocks of the chain are here. [NET-62] [SYN-25]
    Slot earliest_slot() const;
    /// The root of the block before the earliest that is here; nothing if that is the genesis block.
    std::optional<Root> missing_parent() const;
    /// Whence the chain began, unless that was genesis.
    const std::optional<AnchorRecord>& anchor() const { return anchor_; }
    KeptStates& kept_states() { return kept_states_; }
    const KeptStates& kept_states() const { return kept_states_; }
    const PerformanceRecords& performance() const { return performance_; }
    /// Whether the block is of the head's chain. The slot is its own.
    bool is_canonical(const Root& block_root, Slot slot) const;
    /// The block of the head's chain at the slot, or the last before it. Of slots after the head's, the head.
    Root canonical_root_at(Slot slot) const;
    /// Nothing for a transaction that stands in no block of the head's chain.
    std::optional<IncludedTransaction> transaction(const Root& id) const;
    /// The checkpoint's block of an epoch that is final here; nothing for a later epoch. [NET-65]
    std::optional<Root> finalized_block_of(Epoch epoch) const;

    /// Rows that a restart has to repeat at most, unless the chain does not finalize for so long.
    static constexpr std::uint64_t kRowsPerRecoveryPoint = 1U << 16U;

  private:
    Chain(const ChainPorts& ports, ForkChoice fork_choice);
    void replace(ForkChoice fork_choice);

    static std::variant<std::unique_ptr<Chain>, std::string> begin(const ChainPorts& ports, const State& genesis_state,
                                                                   bool from_checkpoint);
    static std::variant<std::unique_ptr<Chain>, std::string> recover(const ChainPorts& ports,
                                                                     const State& genesis_state,
                                                                     const RecoveryPoint& point);
    std::optional<std::string> replay_rows();
    Result<void> replay(const JournalRow& row);
    void set_genesis(const State& genesis_state);
    JournalRow& add_row(JournalKind kind, ByteVector payload);
    void fill_checkpoints(JournalRow& row) const;
    void collect_finalized();
    std::optional<std::string> check_trusted();
    void add_recovery_point();
    void finalize();
    void forget_what_is_not_final();
    bool write();
    void note_earliest(const std::optional<StoredBlock>& earliest);
    void announce(const Root& old_head, const Checkpoint& old_finalized);

    ChainPorts ports_;
    std::optional<ForkChoice> fork_choice_;
    Root genesis_root_;
    Root genesis_block_root_;
    std::uint64_t genesis_time_ms_ = 0;
    Root head_;
    Checkpoint committed_finalized_;
    bool remembers_ = false;  // the fork choice, blocks before the finalized one
    /// The last answer of head_state_now.
    struct StateNow {
        Root head;
        Slot slot;
        StatePointer state;
    } state_now_;
    std::uint64_t sequence_ = 0;
    std::uint64_t recovery_sequence_ = 0;
    /// Of the last recovery point's anchor: what the database's table has, and will have after the next commit.
    tree::TreeVersion stored_entries_;
    tree::TreeVersion next_entries_;
    StoreTransaction pending_;
    std::vector<BlockEvent> imported_;
    std::function<void(const Root& old_head)> on_head_;
    std::optional<std::string> failure_;
    KeptStates kept_states_;
    PerformanceRecords performance_;
    bool joining_ = false;
    std::optional<GenesisRecord> genesis_record_;  // to be written when joining ends
    std::optional<AnchorRecord> anchor_;
    struct Earliest {
        Slot slot;
        Root parent;
    };
    std::optional<Earliest> earliest_;  // nothing: all are here
    std::optional<Checkpoint> trusted_;
};

}  // namespace touchstone::node
