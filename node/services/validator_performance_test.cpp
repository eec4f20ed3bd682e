#include "node/services/validator_performance.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "node/sim/simulation.h"

namespace touchstone::node {
namespace {

using sim::SimulatedChain;
using sim::Simulation;

constexpr std::size_t kValidators = 16;
constexpr std::size_t kOffline = 12;  // from here on they are of node 1
constexpr Epoch kFirstOff{3};
constexpr Epoch kLastOff{4};

/// Node 1, which has a quarter of the validators, is off in epochs 3 and 4.
class PerformanceTest : public ::testing::Test {
  protected:
    PerformanceTest() : simulation_(config(), chain(), std::make_shared<sim::VerdictCache>()) {
        simulation_.start_all();
    }
    static sim::SimulationConfig config() {
        sim::SimulationConfig config;
        config.nodes = 2;
        config.validators = kValidators;
        for (std::size_t i = 0; i < kValidators; ++i)
            config.owners.push_back(i < kOffline ? 0 : 1);
        return config;
    }
    static std::shared_ptr<const SimulatedChain> chain() {
        static const auto made = SimulatedChain::make(kValidators);
        return made;
    }
    const Chain& node() { return simulation_.node(0).chain(); }
    Slot start_of(Epoch epoch) const { return Slot(epoch.value() * simulation_.parameters().SLOTS_PER_EPOCH); }
    Slot last_of(Epoch epoch) const { return start_of(epoch + 1) - 1; }

    void run_with_an_outage(std::uint64_t until_epoch) {
        run_until(last_of(kFirstOff - 1));
        simulation_.stop(1);
        run_until(start_of(kLastOff + 1));
        simulation_.start(1);
        run_until(start_of(Epoch(until_epoch)));
    }
    /// Slot by slot, with a look at what the end of each epoch does to balances.
    void run_until(Slot slot) {
        for (Slot next = reached_ + 1; next <= slot; ++next) {
            simulation_.run_until_slot(next.value());
            reached_ = next;
            const Epoch epoch = epoch_of(next, simulation_.parameters());
            if (next == last_of(epoch)) look_at_end_of(epoch);
        }
    }
    std::uint64_t blocks_in(Epoch epoch) {
        return node().canonical_blocks(start_of(epoch), simulation_.parameters().SLOTS_PER_EPOCH).size();
    }

    Simulation simulation_;
    /// By the epoch whose votes were paid.
    std::map<Epoch, std::vector<std::int64_t>> paid_;

  private:
    void look_at_end_of(Epoch epoch) {
        if (epoch == kGenesisEpoch) return;
        ForkChoice& fork_choice = simulation_.node(0).fork_choice();
        const auto before = fork_choice.state_at(node().head(), last_of(epoch));
        const auto after = fork_choice.state_at(node().head(), start_of(epoch + 1));
        ASSERT_TRUE(before.ok() && after.ok());
        std::vector<std::int64_t>& paid = paid_[epoch - 1];
        for (std::size_t i = 0; i < kValidators; ++i) {
            paid.push_back(static_cast<std::int64_t>((*after)->consensus().balances[i].value()) -
                           static_cast<std::int64_t>((*before)->consensus().balances[i].value()));
        }
    }

    Slot reached_;
};

TEST_F(PerformanceTest, EveryFinalEpochIsRecordedAndNoOther) {
    run_until(start_of(Epoch(6)));
    const Epoch finalized = node().fork_choice().finalized().epoch;
    ASSERT_GE(finalized, Epoch(3));
    for (Epoch epoch; epoch + 2 <= finalized; ++epoch)
        EXPECT_TRUE(node().performance().find(epoch)) << epoch.value();
    EXPECT_FALSE(node().performance().find(finalized - 1)) << "its votes may still come";
    EXPECT_FALSE(node().performance().find(finalized));
}

TEST_F(PerformanceTest, EverySlotIsAProposalThatWasMadeOrMissed) {
    run_with_an_outage(9);
    const std::uint64_t slots = simulation_.parameters().SLOTS_PER_EPOCH;
    std::uint64_t missed_in_outage = 0;
    for (Epoch epoch(1); epoch <= kLastOff + 1; ++epoch) {
        const auto record = node().performance().find(epoch);
        ASSERT_TRUE(record) << epoch.value();
        std::uint64_t made = 0;
        std::uint64_t missed = 0;
        for (std::size_t i = 0; i < record->validators.size(); ++i) {
            made += record->validators[i].proposals_made;
            missed += record->validators[i].proposals_missed;
            if (i >= kOffline && epoch >= kFirstOff && epoch <= kLastOff) {
                EXPECT_EQ(record->validators[i].proposals_made, 0U);
                missed_in_outage += record->validators[i].proposals_missed;
            }
        }
        EXPECT_EQ(made, blocks_in(epoch)) << epoch.value();
        EXPECT_EQ(made + missed, slots) << epoch.value();
    }
    EXPECT_GT(missed_in_outage, 0U) << "16 slots, a quarter of the proposers";
}

TEST_F(PerformanceTest, WhoIsOffHasNoVotesAndWhoIsOnHasAll) {
    run_with_an_outage(9);
    for (Epoch epoch = kFirstOff; epoch <= kLastOff; ++epoch) {
        const auto record = node().performance().find(epoch);
        ASSERT_TRUE(record);
        for (std::size_t i = 0; i < kValidators; ++i) {
            const ValidatorPerformance& each = record->validators[i];
            EXPECT_TRUE(each.active);
            EXPECT_EQ(each.target, i < kOffline) << i;
            EXPECT_EQ(each.inclusion_distance.has_value(), i < kOffline) << i;
            if (i < kOffline) {
                EXPECT_GE(each.inclusion_distance.value_or(0), 1U);
                EXPECT_GT(each.target_delta, 0);
            } else {
                EXPECT_FALSE(each.source);
                EXPECT_LT(each.source_delta, 0);
                EXPECT_LT(each.target_delta, 0);
                EXPECT_EQ(each.head_delta, 0) << "a head that was missed costs nothing";
            }
        }
    }
}

TEST_F(PerformanceTest, WhatWasGainedAndLostIsWhatTheBalancesShow) {
    run_with_an_outage(9);
    for (Epoch epoch(1); epoch <= kLastOff + 1; ++epoch) {
        const auto record = node().performance().find(epoch);
        ASSERT_TRUE(record) << epoch.value();
        for (std::size_t i = 0; i < kValidators; ++i) {
            const ValidatorPerformance& each = record->validators[i];
            EXPECT_EQ(each.source_delta + each.target_delta + each.head_delta + each.inactivity_delta, paid_[epoch][i])
                << "validator " << i << " in epoch " << epoch.value();
        }
    }
}

/// Node 0 has no validators, so that the chain is the same whether it is there or not.
TEST_F(PerformanceTest, ARestartInTheMiddleOfARecordLeavesItAsItWouldHaveBeen) {
    sim::SimulationConfig others = config();
    others.owners.assign(kValidators, 1);
    Simulation restarted(others, chain(), std::make_shared<sim::VerdictCache>());
    restarted.start_all();
    for (std::uint64_t slot = 3; slot <= start_of(Epoch(9)).value(); slot += 3) {
        restarted.run_until_slot(slot);
        restarted.stop(0);
        restarted.start(0);
    }
    restarted.run_until_epoch(10);
    ASSERT_EQ(restarted.disk(0).finalized, restarted.disk(1).finalized);
    EXPECT_GE(restarted.disk(0).performance.size(), 7U);
    EXPECT_EQ(restarted.disk(0).performance, restarted.disk(1).performance);
}

}  // namespace
}  // namespace touchstone::node
