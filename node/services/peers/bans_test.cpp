#include "node/services/peers/bans.h"

#include <gtest/gtest.h>

namespace touchstone::node {
namespace {

constexpr std::uint64_t kHourMs = 3'600'000;
constexpr std::uint64_t kDayMs = 24 * kHourMs;
constexpr std::uint64_t kNow = 1'800'000'000'000;

const PeerId kPeer{"peer"};

class BansTest : public testing::Test {
  protected:
    /// As another node with the same memory has them.
    Bans restored(std::uint64_t now_ms) {
        Bans again;
        again.restore(bans_.lasting(now_ms), now_ms);
        return again;
    }
    PeerRecordChanges changes() {
        PeerRecordChanges changes;
        bans_.take_changes(changes);
        return changes;
    }

    Bans bans_;
};

TEST_F(BansTest, ABanForAnOffenceIsAnHourAndThenTwiceAsLong) {
    EXPECT_EQ(bans_.ban(kPeer, std::nullopt, "invalid_block", kNow), kNow + kHourMs);
    EXPECT_EQ(bans_.ban(kPeer, std::nullopt, "broken_protocol", kNow + 2 * kHourMs), kNow + 4 * kHourMs);
    const auto lasting = bans_.lasting(kNow + 3 * kHourMs);
    ASSERT_EQ(lasting.size(), 1U);
    EXPECT_EQ(lasting.front(), (RememberedBan{kPeer, "", kNow + 4 * kHourMs, 2 * kHourMs, "broken_protocol"}));
}

TEST_F(BansTest, ABanSaidByAnOperatorLastsAsLongAsItIsSaidUpToADay) {
    EXPECT_EQ(bans_.ban_for(kPeer, parse_ip("192.0.2.1"), "operator", 5'000, kNow), kNow + 5'000);
    EXPECT_TRUE(bans_.is_banned(kPeer, kNow + 4'999));
    EXPECT_FALSE(bans_.is_banned(kPeer, kNow + 5'000));
    EXPECT_EQ(bans_.ban_for(kPeer, std::nullopt, "operator", 100 * kDayMs, kNow), kNow + kDayMs);
    EXPECT_TRUE(bans_.is_banned(kPeer, kNow));
    EXPECT_EQ(bans_.lasting(kNow).front().ip, "192.0.2.1") << "the address that it had is still known";
    EXPECT_EQ(bans_.ban_for(kPeer, std::nullopt, "operator", 1'000, kNow), kNow + 1'000) << "it replaces any other";
    EXPECT_TRUE(restored(kNow).is_banned(kPeer, kNow + 999));
    EXPECT_FALSE(restored(kNow).is_banned(kPeer, kNow + 1'000));
}

TEST_F(BansTest, AnOffenceAfterAnOperatorsBanIsTheSecondOne) {
    bans_.ban_for(kPeer, std::nullopt, "operator", 1'000, kNow);
    EXPECT_EQ(bans_.ban(kPeer, std::nullopt, "invalid_block", kNow + 1'000), kNow + 1'000 + 2 * kHourMs);
}

TEST_F(BansTest, ABanThatIsLiftedIsAsIfItHadNeverBeen) {
    bans_.ban(kPeer, std::nullopt, "invalid_block", kNow);
    EXPECT_EQ(changes().kept.bans.size(), 1U);
    EXPECT_TRUE(bans_.lift(kPeer, kNow));
    EXPECT_FALSE(bans_.lift(kPeer, kNow));
    EXPECT_FALSE(bans_.is_banned(kPeer, kNow));
    EXPECT_EQ(changes().forgotten_bans, std::vector{kPeer});
    EXPECT_TRUE(bans_.lasting(kNow).empty());
    EXPECT_EQ(bans_.ban(kPeer, std::nullopt, "invalid_block", kNow), kNow + kHourMs);
    EXPECT_FALSE(bans_.lift(kPeer, kNow + kHourMs)) << "it has ended by itself";
}

}  // namespace
}  // namespace touchstone::node
