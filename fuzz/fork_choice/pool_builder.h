// Grows the tree of a pool slot by slot: branches that get blocks, lose them, end and begin; validators that vote for
// one of them or for all.
#pragma once

#include "fuzz/fork_choice/pool.h"

namespace touchstone::fuzz {

class PoolBuilder {
  public:
    explicit PoolBuilder(Pool& pool);
    void build();

  private:
    /// A place on which blocks are put.
    struct Tip {
        reference::Root root;
        StatePointer state;
    };
    struct Branch {
        Tip tip;
        std::vector<std::size_t> waiting;  // positions of votes that no block of the branch has included yet
    };

    void grow(reference::Slot slot);
    void begin_branch();
    void add_block(Branch& branch, reference::Slot slot);
    reference::BlockBody make_body(Branch& branch, reference::Slot slot);
    void vote(reference::Slot slot);
    void vote_for(std::size_t branch, reference::Slot slot);
    void add_vote(Vote vote);
    void add_slashings();
    reference::AttesterSlashing make_slashing(std::uint64_t kind);
    bool votes_for(reference::ValidatorIndex validator, std::size_t branch, reference::Slot slot) const;
    void add_invalid_blocks();
    Tip add(Built built);

    Pool& pool_;
    const PoolShape& shape_;
    Random random_;
    std::vector<Tip> tips_;  // of all blocks
    std::vector<Branch> branches_;
};

}  // namespace touchstone::fuzz
