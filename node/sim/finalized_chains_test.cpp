#include "node/sim/finalized_chains.h"

#include <gtest/gtest.h>

namespace touchstone::node::sim {
namespace {

Root root_of(std::uint8_t number) {
    Root root;
    root.bytes[0] = number;
    return root;
}

const std::map<Slot, Root> kLong{{Slot(1), root_of(1)}, {Slot(2), root_of(2)}, {Slot(4), root_of(4)}};

TEST(FinalizedChains, OneThatIsTheBeginningOfAnotherAgreesWithIt) {
    FinalizedChains chains(2);
    EXPECT_EQ(chains.compare(0, {{Slot(1), root_of(1)}}), std::nullopt);
    EXPECT_EQ(chains.compare(1, kLong), std::nullopt);
    EXPECT_EQ(chains.compare(0, kLong), std::nullopt);
}

TEST(FinalizedChains, TwoThatDivergeAreSeenWhicheverIsLonger) {
    for (const bool long_first : {false, true}) {
        FinalizedChains chains(2);
        const std::map<Slot, Root> other{{Slot(1), root_of(1)}, {Slot(3), root_of(3)}};
        EXPECT_EQ(chains.compare(0, long_first ? kLong : other), std::nullopt);
        const auto problem = chains.compare(1, long_first ? other : kLong);
        ASSERT_TRUE(problem);
        EXPECT_NE(problem->find("has the final block"), std::string::npos) << *problem;
    }
}

TEST(FinalizedChains, ABlockThatOneOfThemLeavesOutIsSeen) {
    FinalizedChains chains(2);
    EXPECT_EQ(chains.compare(0, kLong), std::nullopt);
    EXPECT_TRUE(chains.compare(1, {{Slot(1), root_of(1)}, {Slot(4), root_of(4)}}));
}

TEST(FinalizedChains, OneThatBeginsLaterAgreesFromItsFirstBlockOn) {
    FinalizedChains chains(3);
    EXPECT_EQ(chains.compare(0, kLong), std::nullopt);
    EXPECT_EQ(chains.compare(1, {{Slot(2), root_of(2)}}), std::nullopt);
    EXPECT_EQ(chains.compare(1, kLong), std::nullopt) << "what came before it was fetched later";
    EXPECT_TRUE(chains.compare(2, {{Slot(3), root_of(3)}}));
}

TEST(FinalizedChains, WhatWasFinalMayGoOnlyWithThePower) {
    FinalizedChains chains(1);
    EXPECT_EQ(chains.compare(0, kLong), std::nullopt);
    EXPECT_TRUE(chains.compare(0, {{Slot(1), root_of(1)}}));
    chains.forget_after(0, Slot(1));
    EXPECT_EQ(chains.compare(0, {{Slot(1), root_of(1)}}), std::nullopt);
    EXPECT_TRUE(chains.compare(0, {{Slot(1), root_of(1)}, {Slot(2), root_of(9)}})) << "another one takes its place";
}

}  // namespace
}  // namespace touchstone::node::sim
