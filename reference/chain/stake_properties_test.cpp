// Page 17 over random histories of stake: operations, slots, epochs with and without votes, and offences.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "reference/chain/test_history.h"
#include "reference/chain/test_ledger.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/stake/cohorts.h"
#include "reference/stake/pools.h"
#include "reference/stake/queues.h"
#include "reference/validators/committees.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {
namespace {

using test::saver;
using test::Stage;

/// A random history on a line, without branches.
class History {
  public:
    explicit History(std::uint64_t seed) : draws_(seed) {}

    Stage stage;

    std::uint64_t below(std::uint64_t bound) { return draws_.below(bound); }
    /// An operation of anybody that may succeed or not.
    void operate();
    /// Somebody is slashed for an offence of late, if he is slashable.
    void offend();

  private:
    test::StakeDraws draws_;
};

/// No pool that had and has shares is worth less for each of them.
bool no_price_fell(const ConsensusState& before, const ConsensusState& after) {
    for (std::size_t i = 0; i < before.validators.size(); ++i) {
        if (before.shares[i] == 0 || after.shares[i] == 0) continue;
        if (after.balances[i] * Wide{before.shares[i]} < before.balances[i] * Wide{after.shares[i]}) return false;
    }
    return true;
}

void History::operate() {
    const test::StakeOperation operation = draws_.any_operation(stage);
    const ConsensusState before = stage.state();
    const Wide wealth = stage.wealth(operation.sender);
    Wide commission = 0;
    if (const auto* claim = std::get_if<ClaimCommission>(&operation.payload))
        commission = before.commissions[claim->validator_index.value].value;
    const StakeOutcome outcome = stage.operate(operation.sender, operation.payload);
    if (outcome.status != SUCCESS) {
        RC_ASSERT(stage.state() == before);
        return;
    }
    RC_ASSERT(no_price_fell(before, stage.state()));
    RC_ASSERT(stage.wealth(operation.sender) <= wealth + commission);
    if (std::holds_alternative<Withdraw>(operation.payload))
        RC_ASSERT(stage.status_of(operation.sender, operation.payload) == NOTHING_THERE);
}

void History::offend() {
    const test::Offence offence = draws_.any_offence(stage);
    if (!stage.may_slash(offence.validator, offence.epoch)) return;
    stage.slash(offence.validator, offence.epoch, offence.reporter);
    const Epoch older{offence.epoch.value - std::min(offence.epoch.value, 1 + below(3))};
    if (older < offence.epoch && below(2) == 0) stage.slash(offence.validator, older, below(Stage::VALIDATORS));
}

std::uint64_t count_cohorts(const ConsensusState& state) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(state.entries.map(), [](const auto& entry) { return entry.first[0] == 0x06; }));
}

/// What the queues do on their own: no price falls, and no more leaves or comes than the budget.
void try_queues(const Stage& stage) {
    ConsensusState state = stage.state();
    state.slot = Slot{state.slot.value | 7U};
    const Wide churn = get_churn(state).value().value;
    const ConsensusState before = state;
    RC_ASSERT(static_cast<bool>(process_unbond_queue(state)));
    Wide left = state.unbonding - before.unbonding;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        if (state.validators[i].exit_epoch != before.validators[i].exit_epoch)
            left += state.validators[i].effective_stake.value;
    }
    RC_ASSERT(left + state.unbond_queue.budget <= before.unbond_queue.budget + churn);
    const std::uint64_t most = state.config.MAX_QUEUE_ITEMS;  // [STK-26]
    RC_ASSERT(state.unbond_queue.head - before.unbond_queue.head <= most);
    RC_ASSERT(count_cohorts(state) - count_cohorts(before) <= most);
    RC_ASSERT(no_price_fell(before, state));
    const ConsensusState between = state;
    RC_ASSERT(static_cast<bool>(process_bond_queue(state)));
    Wide came = 0;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const bool was_activated = between.validators[i].activation_epoch == FAR_FUTURE_EPOCH;
        if (state.validators[i].activation_epoch == FAR_FUTURE_EPOCH) continue;
        came += was_activated ? state.validators[i].effective_stake.value : state.balances[i] - between.balances[i];
    }
    RC_ASSERT(came + state.bond_queue.budget <= between.bond_queue.budget + churn);
    RC_ASSERT(state.bond_queue.head - between.bond_queue.head <= most);  // [STK-26]
    RC_ASSERT(no_price_fell(between, state));
    RC_ASSERT(test::broken_ledger(state).empty());
}

void check_ledger(const ConsensusState& state, Wide at_genesis) {
    RC_ASSERT(test::broken_conservation(state, at_genesis) == "");
    for (std::uint64_t index = 0; index < state.validators.size(); ++index) {  // [STK-26]
        const auto cohorts = get_cohorts_in_scope(state, ValidatorIndex{index}, Epoch{0});
        RC_ASSERT(cohorts && cohorts.value().size() <= state.config.UNBONDING_EPOCHS);
    }
}

RC_GTEST_PROP(Stake, EveryGrainAndShareIsAccountedFor, (std::uint64_t seed)) {
    History history(seed);
    Stage& stage = history.stage;
    const Wide at_genesis = test::supply(stage.state());
    for (int block = 0; block < 150; ++block) {
        for (std::uint64_t i = history.below(6); i > 0; --i)
            history.operate();
        if (history.below(16) == 0) history.offend();
        check_ledger(stage.state(), at_genesis);
        if (history.below(3) == 0) continue;
        try_queues(stage);
        update_tree_root(stage.state());
        stage.end_epoch(history.below(12) > 0);
        check_ledger(stage.state(), at_genesis);
        RC_ASSERT(stage.state().tree_root == kv_root(stage.state().entries.map()));
    }
}

// Nobody votes, so nobody is rewarded: whatever the order in which stake comes and goes, nobody has more in the end
// than he had, but for what roundings leave to those who stay, less than a share's two grains each time.
RC_GTEST_PROP(Stake, WithoutRewardsNobodyTakesOutMoreThanHePutIn, (std::uint64_t seed)) {
    History history(seed);
    Stage& stage = history.stage;
    stage.end_epochs(4);
    stage.state().finalized_checkpoint.epoch = Epoch{1'000'000};  // so that the queues are served
    std::vector<Wide> had;
    for (std::uint64_t number = 0; number < Stage::SAVERS; ++number)
        had.push_back(stage.wealth(saver(number)));
    std::uint64_t roundings = 0;
    for (int epoch = 0; epoch < 60; ++epoch) {
        const std::uint64_t operations = history.below(8);
        for (std::uint64_t i = 0; i < operations; ++i)
            history.operate();
        roundings += operations + 2 * stage.state().config.MAX_QUEUE_ITEMS;
        std::ranges::fill(stage.state().previous_epoch_participation, ParticipationFlags{0});
        stage.end_epoch(false);
        for (std::uint64_t number = 0; number < Stage::SAVERS; ++number)
            RC_ASSERT(stage.wealth(saver(number)) <= had[number] + Wide{2} * roundings);
    }
}

}  // namespace
}  // namespace touchstone::reference
