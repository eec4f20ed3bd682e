// Page 14: the replay of journals. It begins from genesis, executes every input again, and compares.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "reference/cli/database.h"
#include "reference/fork_choice/store.h"

namespace touchstone::reference::cli {

/// [STO-23] Where a database says something else than the rules do.
struct Divergence {
    std::string database;
    std::int64_t seq = 0;  // of the journal
    std::string kind;
    std::string block;   // root, where the row is about one
    std::string clause;  // that is broken: of the storage view, or of the rule that rejects the input
    std::string field;
    std::string stored;
    std::string computed;
};

/// What several journals share: each distinct block is executed once [STO-24], each signature verified once.
class SharedChecks {
  public:
    CostlyChecks checks();
    Result<StatePointer> execute(const ConsensusState& parent, const SignedBlock& signed_block);
    void add(const Database& database) { databases_.push_back(&database); }
    /// The block of this root in any of the databases.
    std::optional<BlockRow> find_block(const Root& root) const;
    std::size_t blocks_executed() const { return executed_.size(); }
    /// Lets go of the states of blocks up to this slot; no store needs them any more.
    void forget_up_to(Slot slot);

  private:
    Result<void> verify(const ConsensusState& state, const IndexedAttestation& indexed);

    std::vector<const Database*> databases_;
    std::set<Root> executed_;
    std::map<Root, StatePointer> post_states_;  // by the root of the signed block
    std::set<Hash> verified_;
};

/// The replay of one database.
class Replay {
  public:
    Replay(std::string name, const Database& database, SharedChecks& shared);

    /// Takes the rows that have come; true if there were any.
    bool advance();
    const std::optional<Divergence>& divergence() const { return divergence_; }
    const Store& store() const { return store_; }
    std::int64_t rows() const { return last_seq_; }
    /// [SYN-26] The earliest slot behind the anchor of which there is a block, where genesis cannot be reached.
    std::optional<Slot> lacks_blocks_before() const { return lacks_blocks_before_; }
    const std::string& name() const { return name_; }

  private:
    void take(const JournalRow& row);
    void apply(const JournalRow& row);
    void apply_anchor(const JournalRow& row);
    std::vector<SignedBlock> blocks_up_to(Root root) const;
    void apply_block(const JournalRow& row);
    void apply_order(const JournalRow& row);
    void compare(const JournalRow& row);
    void check_head_of_slot(const JournalRow& row);

    std::string name_;
    const Database& database_;
    SharedChecks& shared_;
    Store store_;
    std::int64_t last_seq_ = 0;
    std::optional<Slot> slot_;  // of the last row, and whether a row of it had a head
    bool slot_has_head_ = true;
    std::optional<Slot> lacks_blocks_before_;
    std::optional<Divergence> divergence_;
};

/// The subcommand. Exit codes: 0 no divergence, 1 divergence, 2 a database cannot be read or is refused.
struct ReplayOptions {
    std::vector<std::filesystem::path> databases;
    bool json = false;
    bool follow = false;
};
int run_replay(const ReplayOptions& options);

}  // namespace touchstone::reference::cli
