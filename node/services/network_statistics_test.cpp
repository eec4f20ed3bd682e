#include "node/services/network_statistics.h"

#include <gtest/gtest.h>

#include <limits>

#include "node/kernel/test_chain.h"

namespace touchstone::node {
namespace {

Address address(std::uint8_t number) {
    Address address;
    address.bytes.fill(number);
    return address;
}

std::vector<OperatorStake> stakes(const std::vector<std::uint64_t>& amounts) {
    std::vector<OperatorStake> all;
    for (std::size_t i = 0; i < amounts.size(); ++i)
        all.push_back({address(static_cast<std::uint8_t>(i)), amounts[i]});
    return all;
}

TEST(StakeDistribution, CountsTheFewestWhoStopOrControlFinality) {
    const StakeDistribution even = distribution_of(stakes({10, 10, 10}));
    EXPECT_EQ(even.stake, 30U);
    EXPECT_EQ(even.operators, 3U);
    EXPECT_EQ(even.largest_operator, 10U);
    EXPECT_EQ(even.to_stop_finality, 2U) << "a third itself stops nothing";
    EXPECT_EQ(even.to_control_finality, 2U) << "two thirds are enough";
    EXPECT_EQ(distribution_of(stakes({10, 10, 11})).to_stop_finality, 1U);
    EXPECT_EQ(distribution_of(stakes({1, 1, 7, 1})).to_control_finality, 1U);
    EXPECT_EQ(distribution_of(stakes({34, 33, 33})).to_control_finality, 2U);
    EXPECT_EQ(distribution_of(stakes({1})).to_stop_finality, 1U);
}

TEST(StakeDistribution, AnOperatorCountsOnceWithAllItsValidators) {
    std::vector<OperatorStake> all = stakes({5, 5, 5, 5, 5});
    all.push_back({address(3), 5});
    const StakeDistribution distribution = distribution_of(all);
    EXPECT_EQ(distribution.operators, 5U);
    EXPECT_EQ(distribution.largest_operator, 10U);
    EXPECT_EQ(distribution.to_stop_finality, 2U);
}

TEST(StakeDistribution, WithoutStakeThereIsNobody) {
    EXPECT_EQ(distribution_of({}), StakeDistribution());
    const StakeDistribution worthless = distribution_of(stakes({0, 0}));
    EXPECT_EQ(worthless.operators, 2U);
    EXPECT_EQ(worthless.to_stop_finality, 0U);
}

TEST(StakeDistribution, IsRightNearTheGreatestNumbers) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    const StakeDistribution distribution = distribution_of(stakes({kMost / 2, kMost / 2}));
    EXPECT_EQ(distribution.to_stop_finality, 1U);
    EXPECT_EQ(distribution.to_control_finality, 2U);
}

class NetworkStatisticsTest : public testing::Test {
  protected:
    const State& state() const { return chain_.genesis_state(); }
    TestChain chain_{MINIMAL, 16};
    NetworkStatistics statistics_;
    ObservedNetwork observed_;
};

TEST_F(NetworkStatisticsTest, AnEpochIsRecordedOnceWithWhatHappenedInIt) {
    observed_.participation = 0.5;
    observed_.peers.inbound = 2;
    observed_.peers.outbound = 1;
    observed_.peers.clients = {{"touchstone-node", 3}};
    observed_.arrival.add(300);
    statistics_.record(Epoch(4), state(), observed_);
    statistics_.record(Epoch(4), state(), {});
    statistics_.record(Epoch(3), state(), {});
    ASSERT_EQ(statistics_.epochs().size(), 1U);
    observed_.arrival.add(700);
    observed_.arrival.add(700);
    statistics_.record(Epoch(6), state(), observed_);
    ASSERT_EQ(statistics_.epochs().size(), 2U);
    const EpochStatistics& first = statistics_.epochs().front();
    EXPECT_EQ(first.epoch, Epoch(4));
    EXPECT_EQ(first.participation, 0.5);
    EXPECT_EQ(first.peers, 3U);
    EXPECT_EQ(first.clients.at("touchstone-node"), 3U);
    EXPECT_EQ(first.arrival.count, 1U);
    EXPECT_EQ(first.validators, (ValidatorCounts{.active = 16}));
    EXPECT_EQ(first.stake.stake, 16 * 32'000'000'000U);
    const EpochStatistics& second = statistics_.epochs().back();
    EXPECT_EQ(second.epoch, Epoch(6));
    EXPECT_EQ(second.arrival.count, 2U);
    EXPECT_EQ(second.arrival.sum_ms, 1400U);
}

TEST_F(NetworkStatisticsTest, OnlyTheLastEpochsAreKept) {
    for (std::uint64_t epoch = 0; epoch < NetworkStatistics::kMostEpochs + 10; ++epoch)
        statistics_.record(Epoch(epoch), state(), {});
    EXPECT_EQ(statistics_.epochs().size(), NetworkStatistics::kMostEpochs);
    EXPECT_EQ(statistics_.epochs().front().epoch, Epoch(10));
    EXPECT_TRUE(statistics_.has(Epoch(NetworkStatistics::kMostEpochs + 9)));
    EXPECT_FALSE(statistics_.has(Epoch(NetworkStatistics::kMostEpochs + 10)));
}

}  // namespace
}  // namespace touchstone::node
