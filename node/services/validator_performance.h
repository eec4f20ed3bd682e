// How each validator did in each epoch: its proposals, its votes, what it gained and lost. For people; nothing follows
// from it.
//
// An epoch is recorded when it is final, so no re-organization changes what was recorded: its proposals with the end of
// the epoch itself, its votes with the end of the next, which counts and pays them. What is recorded is committed with
// the finality that it is of.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "node/kernel/fork_choice/fork_choice.h"
#include "node/ports/store.h"

namespace touchstone::node {

/// Of one validator in one epoch.
struct ValidatorPerformance {
    bool active = false;
    std::uint8_t proposals_made = 0;
    std::uint8_t proposals_missed = 0;
    // Whether its vote was timely and right, as the end of the next epoch counts it.
    bool source = false;
    bool target = false;
    bool head = false;
    /// Slots from the vote's to that of the first block that has it, 255 for more; nothing: no block of the epoch or
    /// the next has it.
    std::optional<std::uint8_t> inclusion_distance;
    // Grains, before the commission is divided off; a penalty is what was due, though the pool may have had less.
    // [REW-03] [REW-04]
    std::int64_t source_delta = 0;
    std::int64_t target_delta = 0;
    std::int64_t head_delta = 0;
    std::int64_t inactivity_delta = 0;

    friend bool operator==(const ValidatorPerformance&, const ValidatorPerformance&) = default;
};

struct EpochPerformance {
    Epoch epoch;
    Root root;  // the last block of the epoch's chain that counts its votes; before `complete`, its proposals
    bool complete = false;
    std::vector<ValidatorPerformance> validators;  // by index

    friend bool operator==(const EpochPerformance&, const EpochPerformance&) = default;
};

/// Columns, compressed: most validators are like many others.
ByteVector encode_performance(const EpochPerformance& performance);
/// Nothing for bytes that `encode_performance` does not make.
std::optional<EpochPerformance> decode_performance(Epoch epoch, Bytes bytes);

class PerformanceRecords {
  public:
    /// A day of mainnet.
    static constexpr std::uint64_t kDefaultEpochs = 225;

    /// With 0 epochs nothing is recorded.
    PerformanceRecords(Store& store, std::uint64_t kept_epochs);

    /// A block that was imported: who voted in it.
    void note(const Root& root, const Block& block);
    /// What the step of finality from `before` to the fork choice's finalized checkpoint completes; before blocks are
    /// forgotten. What was collected and is not committed yet counts as kept.
    void collect(ForkChoice& fork_choice, Epoch before, StoreTransaction& transaction);
    /// After blocks were forgotten.
    void prune(const ForkChoice& fork_choice);
    /// The chain begins anew.
    void clear();

    /// Nothing if the epoch is not kept, or not complete.
    std::optional<EpochPerformance> find(Epoch epoch) const;
    /// The first and the last epoch that may be found; between them some may be missing that were not followed.
    std::optional<std::pair<Epoch, Epoch>> epochs() const;

  private:
    /// An aggregate of a block.
    struct Votes {
        Slot slot;
        CommitteeIndex committee;
        Bits bits;
    };
    using BlockVotes = std::vector<Votes>;

    static BlockVotes votes_of(const Block& block);
    BlockVotes votes_in(const Root& root, const Parameters& parameters) const;
    void end_epoch(ForkChoice& fork_choice, Epoch ended, StoreTransaction& transaction);
    void add_votes(const Root& root, Slot slot, const State& state, const Environment& environment,
                   EpochPerformance& current);

    Store& store_;
    std::uint64_t kept_epochs_;
    std::map<Root, BlockVotes> votes_;      // of blocks that are not final
    std::optional<EpochPerformance> open_;  // its proposals are recorded, its votes are not
};

}  // namespace touchstone::node
