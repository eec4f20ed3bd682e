// How each validator did in each final epoch. For people; nothing follows from it.
//
// An epoch is recorded when it is final, so no re-organization changes what was recorded: its proposals with the end of
// the epoch itself, its votes with the end of the next, which counts and pays them. What is recorded is committed with
// the finality that it is of, or with what comes next: of a jump of finality over many epochs kEpochsPerCommit with
// each commit. Until the last of them the fork choice keeps their blocks, from which a restart in between goes on as
// well.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "node/kernel/fork_choice/fork_choice.h"
#include "node/ports/store.h"
#include "node/services/epoch_performance.h"

namespace touchstone::node {

class PerformanceRecords {
  public:
    /// A day of mainnet.
    static constexpr std::uint64_t kDefaultEpochs = 225;
    /// What an epoch costs is about an epoch's transition, which a block may cost as well.
    static constexpr std::uint64_t kEpochsPerCommit = 1;

    /// With 0 epochs nothing is recorded.
    PerformanceRecords(Store& store, std::uint64_t kept_epochs);

    /// The fork choice is as it was begun or restored: what is recorded goes on from there.
    void begin(const ForkChoice& fork_choice);
    /// A block that was imported: who voted in it.
    void note(const Root& root, const Block& block);
    /// Whether epochs before the fork choice's finalized checkpoint are still to be recorded: it must not forget
    /// blocks.
    bool is_behind(const ForkChoice& fork_choice) const;
    /// Records the next epochs, at most kEpochsPerCommit, of which none before the oldest that is kept. What was
    /// collected and is not committed yet counts as kept.
    void collect(ForkChoice& fork_choice, StoreTransaction& transaction);
    /// After blocks were forgotten.
    void prune(const ForkChoice& fork_choice);
    /// The chain begins anew.
    void clear();

    /// Nothing if the epoch is not kept, or not complete.
    std::optional<EpochPerformance> find(Epoch epoch) const;
    /// The first epoch that is not recorded; those before may be found, but for the last, whose votes are still to
    /// come.
    Epoch recorded_until() const { return next_; }
    /// The first and the last epoch that may be found; between them some may be missing that were not followed.
    std::optional<std::pair<Epoch, Epoch>> epochs() const;

  private:
    using BlockVotes = std::vector<CastVotes>;

    static BlockVotes votes_of(const Block& block);
    BlockVotes votes_in(const Root& root, const Parameters& parameters) const;
    void end_epoch(ForkChoice& fork_choice, Epoch ended, StoreTransaction& transaction);
    void add_votes(const Root& root, Slot slot, const State& state, const Environment& environment,
                   EpochPerformance& current);

    Store& store_;
    std::uint64_t kept_epochs_;
    Epoch next_;                            // the first that is not recorded
    std::map<Root, BlockVotes> votes_;      // of blocks that are not final
    std::optional<EpochPerformance> open_;  // its proposals are recorded, its votes are not
};

}  // namespace touchstone::node
