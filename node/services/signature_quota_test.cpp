#include "node/services/signature_quota.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <tuple>
#include <utility>
#include <vector>

#include "node/services/under_way.h"

namespace touchstone::node {
namespace {

const PeerId kPeer{"peer"};
const PeerId kOther{"other"};
constexpr std::uint64_t kSlotMs = MINIMAL.SLOT_DURATION_MS;

/// How many single signatures are verified, if the peer has as many as it likes.
std::size_t drain(SignatureQuota& quota, const PeerId& peer, SignatureUse use, std::uint64_t now) {
    std::size_t taken = 0;
    while (quota.take(peer, use, 1, now))
        ++taken;
    return taken;
}

/// [NET-113]
TEST(SignatureQuota, IsTwiceTheHonestTrafficOfASlot) {
    Parameters parameters = MAINNET;
    SignatureQuota quota(parameters);
    quota.set_validators(1'000'001, 64);
    const std::uint64_t of_slot =
        1'000'001 / parameters.SLOTS_PER_EPOCH + 1 + 3 * parameters.TARGET_AGGREGATORS_PER_COMMITTEE * 64 + 64;
    EXPECT_EQ(quota.of_slot(), of_slot);
    EXPECT_EQ(drain(quota, kPeer, SignatureUse::Judged, 0), 2 * of_slot);
    EXPECT_EQ(drain(quota, kPeer, SignatureUse::Judged, parameters.SLOT_DURATION_MS / 2), of_slot);
}

/// [NET-113]
TEST(SignatureQuota, HasAFloorOnSmallNetworks) {
    SignatureQuota quota(MINIMAL);
    quota.set_validators(4, 1);
    EXPECT_EQ(quota.of_slot(), 1024U);
    EXPECT_EQ(drain(quota, kPeer, SignatureUse::Judged, 0), 2048U);
    EXPECT_EQ(drain(quota, kPeer, SignatureUse::Evidence, 0), 64U);
    EXPECT_EQ(drain(quota, kPeer, SignatureUse::Transaction, 0), 4096U);
    EXPECT_EQ(drain(quota, kPeer, SignatureUse::Transaction, 250), 1024U);
}

/// All the honest traffic of a slot may come through one peer, in any slot again. [NET-113]
TEST(SignatureQuota, LetsAWholeSlotThroughOnePeer) {
    constexpr std::uint64_t kValidators = 100'000;
    constexpr std::uint64_t kCommittees = 64;
    SignatureQuota quota(MAINNET);
    quota.set_validators(kValidators, kCommittees);
    for (std::uint64_t slot = 0; slot < 100; ++slot) {
        const std::uint64_t now = slot * MAINNET.SLOT_DURATION_MS;
        EXPECT_TRUE(quota.take(kPeer, SignatureUse::Judged, 1, now));  // the block
        for (std::uint64_t vote = 0; vote < kValidators / MAINNET.SLOTS_PER_EPOCH; ++vote)
            ASSERT_TRUE(quota.take(kPeer, SignatureUse::Judged, 1, now + 4'000));
        for (std::uint64_t aggregate = 0; aggregate < MAINNET.TARGET_AGGREGATORS_PER_COMMITTEE * kCommittees;
             ++aggregate)
            ASSERT_TRUE(quota.take(kPeer, SignatureUse::Judged, 3, now + 8'000));
    }
}

/// What costs a peer nothing leaves half of its bucket, and evidence is not of that bucket at all. [NET-113]
TEST(SignatureQuota, LeavesForVerdictsWhatIsSpentForNothing) {
    SignatureQuota quota(MINIMAL);
    EXPECT_EQ(drain(quota, kPeer, SignatureUse::Kept, 0), 1024U);
    EXPECT_EQ(drain(quota, kPeer, SignatureUse::Evidence, 0), 64U);
    EXPECT_EQ(drain(quota, kPeer, SignatureUse::Judged, 0), 1024U);
    EXPECT_FALSE(quota.take(kPeer, SignatureUse::Kept, 1, kSlotMs / 2));
    EXPECT_TRUE(quota.take(kPeer, SignatureUse::Kept, 1, kSlotMs / 2 + 2));
}

TEST(SignatureQuota, WhatNeedsNoSignatureIsFree) {
    SignatureQuota quota(MINIMAL);
    drain(quota, kPeer, SignatureUse::Transaction, 0);
    EXPECT_TRUE(quota.take(kPeer, SignatureUse::Transaction, 0, 0)) << "of transactions that are all known";
}

TEST(SignatureQuota, RemembersNoMorePeersThanItMay) {
    SignatureQuota quota(MINIMAL);
    for (std::size_t i = 0; i < 3 * SignatureQuota::kMaxPeers; ++i) {
        EXPECT_TRUE(quota.take(PeerId{std::to_string(i)}, SignatureUse::Judged, 1000, 0));
        ASSERT_LE(quota.peers(), SignatureQuota::kMaxPeers);
    }
    EXPECT_EQ(quota.peers(), SignatureQuota::kMaxPeers);
    EXPECT_TRUE(quota.take(kPeer, SignatureUse::Evidence, 64, kSlotMs));
    EXPECT_EQ(quota.peers(), 1U) << "the others owe nothing any more";
    quota.forget_idle(2 * kSlotMs);
    EXPECT_EQ(quota.peers(), 0U);
}

/// Whatever a peer sends and whenever: what it can have verified in any span is bounded, by use and in all, and another
/// peer has all of its own. [NET-113]
RC_GTEST_PROP(SignatureQuotaOfAPeer, IsKeptInEverySpan,
              (const std::vector<std::tuple<std::uint8_t, std::uint8_t, std::uint16_t>>& wishes)) {
    constexpr std::array kUses{SignatureUse::Judged, SignatureUse::Kept, SignatureUse::Evidence};
    SignatureQuota quota(MINIMAL);
    const std::uint64_t validators = *rc::gen::inRange<std::uint64_t>(0, 40'000);
    quota.set_validators(validators, *rc::gen::inRange<std::uint64_t>(1, 5));
    std::vector<std::pair<std::uint64_t, std::uint64_t>> messages;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> evidence;
    const auto within = [](const auto& taken, std::uint64_t now, std::uint64_t capacity) {
        std::uint64_t in_span = 0;
        for (auto each = taken.rbegin(); each != taken.rend(); ++each) {
            in_span += each->second;
            RC_ASSERT(in_span * kSlotMs <= capacity * (kSlotMs + now - each->first));
        }
    };
    std::uint64_t now = 0;
    for (const auto& [use, many, wait] : wishes) {
        now += wait % 200;
        const SignatureUse chosen = kUses.at(use % kUses.size());
        const std::size_t signatures = std::size_t{many} * 10;
        if (!quota.take(kPeer, chosen, signatures, now)) continue;
        (chosen == SignatureUse::Evidence ? evidence : messages).emplace_back(now, signatures);
        within(messages, now, 2 * quota.of_slot());
        within(evidence, now, SignatureQuota::kEvidence);
    }
    RC_ASSERT(quota.take(kOther, SignatureUse::Judged, 2 * quota.of_slot(), now));
}

/// [NET-114]
TEST(UnderWay, IsBoundedForEachPeerAndForAll) {
    UnderWay work(5, 2);
    work.begin(kPeer);
    work.begin(kPeer);
    EXPECT_FALSE(work.has_room(kPeer));
    EXPECT_TRUE(work.has_room(kOther));
    work.begin(kOther, 3);
    EXPECT_EQ(work.count(), 5U);
    EXPECT_FALSE(work.has_room(PeerId{"third"}));
    work.end(kOther, 3);
    work.end(kPeer);
    EXPECT_TRUE(work.has_room(kPeer) && work.has_room(kOther));
    work.end(PeerId{"nobody"});
    EXPECT_EQ(work.count(), 1U);
    work.begin(kOther, 0);
    EXPECT_EQ(work.count_of(kOther), 0U);
}

}  // namespace
}  // namespace touchstone::node
