// Which states are kept. [SYN-05] [SYN-28]
#include "node/kernel/state_sync/list.h"

#include <gtest/gtest.h>

#include <vector>

#include "node/generated/constants.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kPeriod = 1000;

std::vector<std::uint64_t> kept(std::uint64_t finalized) {
    std::vector<std::uint64_t> epochs;
    for (std::uint64_t epoch = 0; epoch <= finalized + 1; ++epoch) {
        if (is_kept(Epoch(epoch), Epoch(finalized), kPeriod)) epochs.push_back(epoch);
    }
    return epochs;
}

TEST(KeptStates, AreThoseOfTheLastEightEpochsAndFewerOfOlderOnes) {
    EXPECT_EQ(kept(0), std::vector<std::uint64_t>{}) << "everybody has the genesis";
    EXPECT_EQ(kept(7), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(kept(21), (std::vector<std::uint64_t>{4, 6, 8, 10, 12, 14, 15, 16, 17, 18, 19, 20, 21}));
}

TEST(KeptStates, WereKeptAtEveryAgeBefore) {
    for (std::uint64_t finalized = 1; finalized < 1500; ++finalized) {
        std::size_t count = 0;
        for (std::uint64_t epoch = 1; epoch <= finalized; ++epoch) {
            if (!is_kept(Epoch(epoch), Epoch(finalized), kPeriod)) continue;
            ++count;
            EXPECT_TRUE(epoch == finalized || is_kept(Epoch(epoch), Epoch(finalized - 1), kPeriod));
        }
        EXPECT_LE(count, MAX_SERVED_STATES);
    }
}

TEST(KeptStates, EndWithTheWeakSubjectivityPeriod) {
    EXPECT_TRUE(is_kept(Epoch(1024), Epoch(2024), kPeriod));
    EXPECT_FALSE(is_kept(Epoch(1024), Epoch(2025), kPeriod));
}

TEST(StateLists, Descend) {
    const auto refused = [](const std::vector<Checkpoint>& list) {
        const auto checked = check_state_list({list});
        return !checked.ok() && checked.rejection().clause == Clause::SYN_28;
    };
    EXPECT_FALSE(refused({}));
    EXPECT_FALSE(refused({{Epoch(5), Root()}, {Epoch(3), Root()}}));
    EXPECT_TRUE(refused({{Epoch(5), Root()}, {Epoch(5), Root()}}));
    EXPECT_TRUE(refused({{Epoch(5), Root()}, {Epoch(6), Root()}}));
}

}  // namespace
}  // namespace touchstone::node
