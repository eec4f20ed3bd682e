// Finality that jumps over many epochs, and what is recorded of them meanwhile.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "node/sim/simulation.h"

namespace touchstone::node {
namespace {

using sim::SimulatedChain;
using sim::Simulation;

constexpr std::size_t kValidators = 16;
constexpr std::uint64_t kFirstOff = 3;
constexpr std::uint64_t kFirstOnAgain = 13;
constexpr std::uint64_t kEnd = 20;
constexpr std::size_t kWatched = 2;
constexpr std::size_t kKilled = 3;

/// Nodes 0 and 1 have half of the validators each; node 1 is off for ten epochs, of which none becomes final before it
/// is back. Nodes 2 and 3 have none, so that the chain is the same whatever happens to them.
class PerformanceJumpTest : public ::testing::Test {
  protected:
    PerformanceJumpTest()
        : simulation_(config(), SimulatedChain::make(kValidators), std::make_shared<sim::VerdictCache>()) {
        simulation_.scheduler().set_after_task([this] { look(); });
        simulation_.start_all();
    }
    static sim::SimulationConfig config() {
        sim::SimulationConfig config;
        config.nodes = 4;
        config.validators = kValidators;
        config.go_on_outside_weak_subjectivity = true;
        for (std::size_t i = 0; i < kValidators; ++i)
            config.owners.push_back(i % 2);
        return config;
    }
    void run() {
        simulation_.run_until_epoch(kFirstOff);
        simulation_.stop(1);
        simulation_.run_until_epoch(kFirstOnAgain);
        simulation_.start(1);
        simulation_.run_until_epoch(kEnd);
    }
    /// Epochs that are final and not recorded. The node is up.
    std::uint64_t behind(std::size_t node) {
        const auto& recorded = simulation_.disk(node).performance;
        const Epoch next = recorded.empty() ? Epoch() : recorded.rbegin()->first + 1;
        return simulation_.node(node).chain().fork_choice().finalized().epoch - next;
    }

    std::uint64_t kills_left_ = 0;
    std::uint64_t kills_ = 0;
    std::uint64_t most_behind_ = 0;
    std::uint64_t most_in_a_commit_ = 0;
    std::map<Epoch, std::uint64_t> times_written_;  // of the killed one
    Simulation simulation_;

  private:
    void look() {
        if (simulation_.is_up(kWatched)) most_behind_ = std::max(most_behind_, behind(kWatched));
        look_at_commits();
        if (kills_left_ == 0 || !simulation_.is_up(kKilled) || behind(kKilled) < 2) return;
        const std::uint64_t before = simulation_.crashes();
        simulation_.crash(kKilled, 50);
        kills_ += simulation_.crashes() - before;
        kills_left_ -= simulation_.crashes() - before;
    }
    void look_at_commits() {
        const sim::Disk& disk = simulation_.disk(kKilled);
        if (disk.transactions == transactions_) return;
        std::uint64_t written = 0;
        for (const auto& [epoch, content] : disk.performance) {
            const auto known = contents_.find(epoch);
            if (known != contents_.end() && known->second == content) continue;
            ++written;
            ++times_written_[epoch];
            contents_.insert_or_assign(epoch, content);
        }
        const std::uint64_t commits = disk.transactions - transactions_;
        most_in_a_commit_ = std::max(most_in_a_commit_, (written + commits - 1) / commits);
        transactions_ = disk.transactions;
    }

    std::uint64_t transactions_ = 0;
    std::map<Epoch, ByteVector> contents_;
};

TEST_F(PerformanceJumpTest, IsRecordedEpochByEpochInCommitsOfABoundedSize) {
    run();
    EXPECT_GE(most_behind_, 8U) << "finality did not jump";
    EXPECT_EQ(behind(kWatched), 0U);
    EXPECT_LE(most_in_a_commit_, 2 * PerformanceRecords::kEpochsPerCommit) << "one that is begun, one that is complete";
    const Chain& chain = simulation_.node(kWatched).chain();
    const Epoch finalized = chain.fork_choice().finalized().epoch;
    ASSERT_GE(finalized, Epoch(kFirstOnAgain + 2));
    for (Epoch epoch; epoch + 2 <= finalized; ++epoch)
        EXPECT_TRUE(chain.performance().find(epoch)) << epoch.value();
    EXPECT_EQ(chain.fork_choice().anchor_root(), chain.fork_choice().finalized().root)
        << "once all is recorded, what is not final is forgotten";
}

TEST_F(PerformanceJumpTest, GoesOnWhereItWasAfterAKillBetweenTwoCommits) {
    kills_left_ = 5;
    run();
    EXPECT_EQ(kills_, 5U);
    EXPECT_TRUE(simulation_.faults().empty()) << simulation_.faults().front();
    EXPECT_EQ(behind(kKilled), 0U);
    ASSERT_EQ(simulation_.disk(kKilled).finalized, simulation_.disk(kWatched).finalized);
    EXPECT_GE(simulation_.disk(kKilled).performance.size(), kFirstOnAgain);
    EXPECT_EQ(simulation_.disk(kKilled).performance, simulation_.disk(kWatched).performance);
    for (const auto& [epoch, times] : times_written_)
        EXPECT_LE(times, 2U) << "epoch " << epoch.value() << ", begun and complete";
}

}  // namespace
}  // namespace touchstone::node
