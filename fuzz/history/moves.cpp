// Histories: blocks with votes, evidence, transfers and stake operations, on the head or on a branch, empty slots and
// epochs, blocks that are off by a field. Both sides live through them with states of their own.
#include "fuzz/history/moves.h"

#include <algorithm>
#include <optional>

#include "fuzz/agreement.h"
#include "fuzz/history/history.h"
#include "fuzz/history/script.h"
#include "fuzz/history/transactions.h"
#include "fuzz/targets.h"
#include "fuzz/transition/changes.h"
#include "fuzz/transition/operations.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/committees.h"

namespace touchstone::fuzz {
namespace {

using reference::BlockBody;
using reference::ConsensusState;
using reference::Slot;
using reference::ValidatorIndex;

constexpr std::uint64_t kMostBlocks = 40;
constexpr std::uint64_t kMostSlots = 160;

bool is_slashed(const ConsensusState& state) {
    return state.validators[reference::get_beacon_proposer_index(state).value].slashed;
}

/// Nearly always all do; else three of four, half, or nobody.
bool votes(ValidatorIndex validator, std::uint64_t turnout) {
    if (turnout == 15) return false;
    if (turnout >= 13) return validator.value % 2 == turnout % 2;
    return turnout < 11 || validator.value % 4 != turnout % 4;
}

class Player {
  public:
    explicit Player(Bytes bytes) : input_(bytes) {}

    Happenings play() {
        while (!input_.empty() && blocks_ < kMostBlocks && history_.state().slot.value < kMostSlots)
            move();
        return history_.happenings();
    }

  private:
    std::uint64_t slots_per_epoch() const { return history_.state().config.SLOTS_PER_EPOCH; }

    void move() {
        const std::uint64_t slot = history_.state().slot.value;
        switch (input_.below(16)) {
            case 8:
            case 9:
                return quiet_epochs(1 + input_.below(4));
            case 10:
                return history_.skip_to(Slot{slot + input_.below(slots_per_epoch())});
            case 11:
                return history_.skip_to(Slot{slot + slots_per_epoch()});
            case 12:
            case 13:
                if (history_.kept() != 0) history_.go_back_to(history_.kept() - 1 - input_.below(history_.kept()));
                return;
            case 14:
                return off_by_a_field();
            default:
                return full_block();
        }
    }

    /// Empty slots, and one block at the end of each epoch with all votes since the last one: it finalizes.
    void quiet_epochs(std::uint64_t count) {
        for (; count > 0 && blocks_ < kMostBlocks; --count) {
            const std::uint64_t next = history_.state().slot.value + 1;
            const auto state = proposable(Slot{next + slots_per_epoch() - 1 - next % slots_per_epoch()});
            if (!state) return;
            BlockBody body;
            add_votes(*state, 0, input_, body);
            give(history_.make_block(*state, std::move(body)), *state);
        }
    }

    void full_block() {
        const auto state = state_of_block();
        if (!state) return;
        BlockBody body = any_body(*state);
        give(history_.make_block(*state, std::move(body)), *state);
    }

    /// A block of which one or two fields are others is refused, and leaves nothing behind that the right one minds.
    void off_by_a_field() {
        const auto state = state_of_block();
        if (!state) return;
        const History::Made made = history_.make_block(*state, any_body(*state));
        History::Made changed = made;
        for (std::uint64_t changes = 1 + input_.below(2); changes > 0; --changes)
            change_field(changed.block, input_);
        if (changed.block.message.proposer_index.value < state->validators.size() && input_.flag())
            sign_again(*state, changed.block);
        const bool taken = give(changed, *state);
        if (made.valid && changed.block != made.block)
            expect(!taken, "a block that was changed after it was made is refused");
        if (!taken && input_.flag()) give(made, *state);
    }

    bool give(const History::Made& made, const ConsensusState& state) {
        ++blocks_;
        return history_.take(made, state);
    }

    /// The head in this slot; nothing if the chain comes to an end before, which both sides have to say. [COM-08]
    std::optional<ConsensusState> head_in(Slot slot) {
        ConsensusState state = history_.state();
        if (state.slot >= slot || reference::process_slots(state, slot)) return state;
        history_.skip_to(slot);
        return std::nullopt;
    }
    /// In this slot, or in the next one whose proposer may propose.
    std::optional<ConsensusState> proposable(Slot slot) {
        auto state = head_in(slot);
        for (std::uint64_t tries = 0; state && is_slashed(*state) && tries < slots_per_epoch(); ++tries)
            state = head_in(Slot{state->slot.value + 1});
        return state;
    }
    /// Mostly the next slot; also the one of the head itself, and, seldom, of a proposer who may not propose.
    std::optional<ConsensusState> state_of_block() {
        const std::uint64_t slot = history_.state().slot.value;
        const std::uint64_t gap = input_.below(16);
        if (gap == 15) return head_in(Slot{slot});
        if (gap == 14) return head_in(Slot{slot + 1});
        return proposable(Slot{slot + (gap < 10 ? 1 : gap - 8)});
    }

    /// The votes of all slots since the last block, of those who vote.
    static void add_votes(const ConsensusState& state, std::uint64_t turnout, Input& input, BlockBody& body) {
        const std::uint64_t last = state.latest_block_header.slot.value;
        const std::uint64_t earliest = state.slot.value - std::min(state.slot.value, state.config.SLOTS_PER_EPOCH);
        const OperationMaker maker(state, input);
        for (std::uint64_t slot = std::max(last, earliest); slot < state.slot.value; ++slot) {
            auto vote = maker.vote(Slot{slot}, reference::CommitteeIndex{0});
            if (!vote) continue;
            std::vector<ValidatorIndex> signers;
            for (std::size_t i = 0; i < vote->signers.size(); ++i) {
                vote->attestation.aggregation_bits[i] = votes(vote->signers[i], turnout);
                if (votes(vote->signers[i], turnout)) signers.push_back(vote->signers[i]);
            }
            vote->signers = std::move(signers);
            if (vote->signers.empty()) continue;
            sign_again(state, *vote);
            body.attestations.push_back(std::move(vote->attestation));
        }
    }

    BlockBody any_body(const ConsensusState& state) {
        BlockBody body;
        add_votes(state, input_.below(16), input_, body);
        for (std::uint64_t operations = input_.below(6); operations > 0; --operations)
            add_operation(state, body);
        return body;
    }
    void add_operation(const ConsensusState& state, BlockBody& body) {
        OperationMaker maker(state, input_);
        switch (input_.below(16)) {
            case 12:
                body.attestations.push_back(maker.any_attestation());
                break;
            case 13:
                body.proposer_slashings.push_back(maker.any_proposer_slashing());
                break;
            case 14:
                if (body.attester_slashings.size() < state.config.MAX_ATTESTER_SLASHINGS)
                    body.attester_slashings.push_back(maker.any_attester_slashing());
                break;
            case 15:
                body.voluntary_exits.push_back(maker.any_exit());
                break;
            default:
                body.transactions.push_back(TransactionMaker(state, input_).any_transaction(body));
                break;
        }
    }

    Input input_;
    History history_;
    std::uint64_t blocks_ = 0;
};

}  // namespace

Happenings play_history(Bytes bytes) { return Player(bytes).play(); }

void fuzz_chain(Bytes bytes) { play_history(bytes); }

}  // namespace touchstone::fuzz
