#include "node/services/health.h"

#include <gtest/gtest.h>

namespace touchstone::node {
namespace {

StatusEvent following() {
    StatusEvent status;
    status.slot = Slot(100);
    status.head_slot = Slot(99);
    status.peers = 1;
    return status;
}

TEST(Health, ANodeThatFollowsTheChainIsReady) { EXPECT_EQ(objections_to_ready(following(), 8, 1), Objections{}); }

TEST(Health, ANodeWithoutPeersIsNotReady) {
    StatusEvent status = following();
    status.peers = 0;
    EXPECT_EQ(objections_to_ready(status, 8, 1), Objections{"no peers"});
}

TEST(Health, ANodeThatIsBehindIsNotReady) {
    StatusEvent status = following();
    status.syncing = true;
    status.sync_distance = 12;
    EXPECT_EQ(objections_to_ready(status, 8, 1), Objections{"catching up: 12 slots behind a peer"});
    status = following();
    status.head_slot = Slot(92);
    EXPECT_EQ(objections_to_ready(status, 8, 1), Objections{});
    status.head_slot = Slot(91);
    EXPECT_EQ(objections_to_ready(status, 8, 1), Objections{"the head is 9 slots behind the clock"});
}

TEST(Health, AClockThatIsBehindTheHeadIsNoObjection) {
    StatusEvent status = following();
    status.head_slot = Slot(101);
    EXPECT_EQ(objections_to_ready(status, 8, 1), Objections{});
}

TEST(Health, ABusyNodeIsNotReadyAndAStuckOneDoesNotLive) {
    EXPECT_EQ(objections_to_ready(following(), 8, 15), Objections{});
    EXPECT_EQ(objections_to_ready(following(), 8, 16).size(), 1U);
    EXPECT_EQ(objections_to_live(60), Objections{});
    EXPECT_EQ(objections_to_live(61).size(), 1U);
}

}  // namespace
}  // namespace touchstone::node
