// A chain that both sides live through. Each begins with its own genesis state and carries its own state from then on;
// they share nothing but the bytes of the blocks, and are compared after every step.
#pragma once

#include <memory>
#include <vector>

#include "fuzz/chain/development_chain.h"
#include "fuzz/history/happenings.h"
#include "fuzz/input.h"
#include "node/kernel/consensus/state.h"

namespace touchstone::fuzz {

constexpr std::uint64_t kHistoryValidators = 12;
/// Development accounts of 1000 TST; each operates the validator with its index.
constexpr std::uint64_t kHistoryAccounts = 6;

/// What takes thousands of epochs happens within a few, and queues are short: see the definition.
const reference::Parameters& history_config();

class History {
  public:
    History();

    /// The head, as the reference has it: after a block, or in an empty slot after it.
    const reference::ConsensusState& state() const { return *head_.reference; }
    const Happenings& happenings() const { return happenings_; }

    /// Goes on through empty slots.
    void skip_to(reference::Slot slot);

    /// A block on the head, `at_slot` being the head taken to the block's slot.
    struct Made {
        reference::SignedBlock block;
        bool valid = false;
        std::vector<std::uint8_t> statuses;  // of its transactions, where it is valid
    };
    Made make_block(const reference::ConsensusState& at_slot, reference::BlockBody body) const;

    /// Gives both the same bytes; whether they took the block, which then is the head.
    bool take(const Made& made, const reference::ConsensusState& at_slot);

    /// Older states that a block can be put on.
    std::size_t kept() const { return kept_.size(); }
    /// Makes one of them the head; the head is kept in its place.
    void go_back_to(std::size_t which);

  private:
    struct Place {
        StatePointer reference;
        std::shared_ptr<const node::State> node;
    };
    static const Place& genesis();

    void conclude(Made& made) const;
    std::string here(const std::string& what) const;
    void move_to(Place place);
    void compare_entries(const Place& before, const Place& after) const;
    void compare_proof(const Place& before, const Place& after) const;

    Place head_;
    std::vector<Place> kept_;
    bool on_branch_ = false;
    Happenings happenings_;
};

}  // namespace touchstone::fuzz
