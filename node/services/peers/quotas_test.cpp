// Quotas on requests, flooded.
#include <gtest/gtest.h>

#include "node/services/peers/request_quotas.h"
#include "node/services/peers/response_bytes.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kNowMs = 1'800'000'000'000;

PeerId asker(std::size_t number) { return PeerId{"peer-" + std::to_string(number)}; }

/// [NET-110]
TEST(RequestQuotas, EachMethodHasTheBucketOfItsRowInTheTable) {
    const std::uint64_t blocks = MAINNET.MAX_REQUEST_BLOCKS;
    const std::vector<std::tuple<Method, std::uint64_t, std::uint64_t>> table{
        {Method::Status, 5, 15'000},
        {Method::Goodbye, 1, 10'000},
        {Method::Ping, 4, 10'000},
        {Method::Metadata, 4, 10'000},
        {Method::BlocksByRange, 64 * blocks, 10'000},
        {Method::BlocksByRoot, 4 * blocks, 10'000}};
    for (const auto& [method, bucket, fill_ms] : table) {
        RequestQuotas quotas = RequestQuotas::of_server(MAINNET);
        EXPECT_TRUE(quotas.take(asker(1), method, bucket, kNowMs));
        EXPECT_FALSE(quotas.take(asker(1), method, 1, kNowMs));
        EXPECT_FALSE(quotas.take(asker(1), method, bucket, kNowMs + fill_ms - 1));
        EXPECT_TRUE(quotas.take(asker(1), method, bucket, kNowMs + fill_ms));
    }
}

TEST(RequestQuotas, AFloodTakesNothingFromOthersNorFromOtherMethods) {
    RequestQuotas quotas = RequestQuotas::of_server(MAINNET);
    std::uint64_t served = 0;
    for (std::uint64_t ms = 0; ms < 10'000; ++ms)
        served += quotas.take(asker(1), Method::BlocksByRange, 128, kNowMs + ms) ? 1U : 0U;
    EXPECT_LE(served, 128U);
    EXPECT_TRUE(quotas.take(asker(1), Method::Status, 1, kNowMs + 10'000));
    EXPECT_TRUE(quotas.take(asker(2), Method::BlocksByRange, 128, kNowMs + 10'000));
}

TEST(RequestQuotas, OfManyPeersThoseThatAskedLastAreKept) {
    RequestQuotas quotas = RequestQuotas::of_server(MAINNET);
    for (std::size_t i = 0; i < 5000; ++i)
        EXPECT_TRUE(quotas.take(asker(i), Method::Status, 5, kNowMs));
    EXPECT_EQ(quotas.size(), RequestQuotas::kMostPeers);
    EXPECT_FALSE(quotas.take(asker(4999), Method::Status, 1, kNowMs));
    quotas.forget_full(kNowMs + 14'999);
    EXPECT_EQ(quotas.size(), RequestQuotas::kMostPeers) << "nobody gains by being away";
    quotas.forget_full(kNowMs + 15'000);
    EXPECT_EQ(quotas.size(), 0U);
}

/// [NET-112]
TEST(RequestQuotas, WhoKeepsToHalfNeverMeetsTheQuotaEvenIfItsMessagesBunch) {
    RequestQuotas client = RequestQuotas::of_client(MAINNET);
    RequestQuotas server = RequestQuotas::of_server(MAINNET);
    std::uint64_t sent = 0;
    for (std::uint64_t ms = 0; ms < 60'000; ms += 10) {
        for (const Method method : {Method::Status, Method::Ping, Method::BlocksByRange, Method::BlocksByRoot}) {
            const std::uint64_t cost = method == Method::BlocksByRange ? 128 : 1;
            if (!client.take(asker(1), method, cost, kNowMs + ms)) continue;
            ++sent;
            // What is sent in a second arrives together, at its end.
            EXPECT_TRUE(server.take(asker(1), method, cost, kNowMs + ms / 1000 * 1000 + 1000));
        }
    }
    EXPECT_GT(sent, 100U);
}

TEST(RequestQuotas, ACostIsReadOffWithoutDecoding) {
    const auto range = [](std::uint64_t count) {
        return cost_of_request(Method::BlocksByRange, encode(BlocksByRangeRequest{Slot(3), count}), MAINNET);
    };
    const auto roots = [](std::size_t count) {
        return cost_of_request(Method::BlocksByRoot, encode(BlocksByRootRequest{std::vector<Root>(count)}), MAINNET);
    };
    EXPECT_EQ(range(0), 1U);
    EXPECT_EQ(range(77), 77U);
    EXPECT_EQ(range(UINT64_MAX), MAINNET.MAX_REQUEST_BLOCKS);
    EXPECT_EQ(roots(0), 1U);
    EXPECT_EQ(roots(1), 1U);
    EXPECT_EQ(roots(77), 77U);
    EXPECT_EQ(cost_of_request(Method::BlocksByRoot, ByteVector(1'000'000), MAINNET), MAINNET.MAX_REQUEST_BLOCKS);
    EXPECT_EQ(cost_of_request(Method::BlocksByRange, ByteVector{1, 2}, MAINNET), 1U);
    EXPECT_EQ(cost_of_request(Method::Status, ByteVector(100), MAINNET), 1U);
}

// --------------------------------------------------------------------------------------------------------------- bytes

constexpr std::uint64_t kMiB = 1ULL << 20U;

/// [NET-111]
TEST(ResponseBytes, OnePeerAloneNeverTakesMoreThanHalf) {
    ResponseBytes bytes(75);
    std::uint64_t sent = 0;
    for (std::uint64_t ms = 0; ms < 60'000; ms += 5) {
        if (!bytes.may_serve(asker(1), kNowMs + ms)) continue;
        bytes.sent(asker(1), 10 * kMiB, kNowMs + ms);
        sent += 10 * kMiB;
    }
    EXPECT_LE(sent, (32 + 60 * 8 + 10) * kMiB);
    EXPECT_GE(sent, 60 * 8 * kMiB);
    EXPECT_TRUE(bytes.may_serve(asker(2), kNowMs + 60'000));
}

TEST(ResponseBytes, WhenManyTakeAllThereIsOneShareForEach) {
    ResponseBytes bytes(75);
    std::uint64_t all = 0;
    std::uint64_t honest = 0;
    for (std::uint64_t ms = 0; ms < 300'000; ms += 10) {
        for (std::size_t i = 0; i < 74; ++i) {
            if (!bytes.may_serve(asker(i), kNowMs + ms)) continue;
            bytes.sent(asker(i), kMiB, kNowMs + ms);
            all += kMiB;
        }
        // It asks ten times in the time in which they ask a hundred times each.
        if (ms % 1000 != 0 || !bytes.may_serve(asker(1000), kNowMs + ms)) continue;
        bytes.sent(asker(1000), kMiB, kNowMs + ms);
        honest += kMiB;
    }
    EXPECT_LE(all + honest, (64 + 300 * 16 + 2 * 75) * kMiB);
    EXPECT_GE(honest, 300 * (64 * kMiB / 75) / 4) << "a seventy-fifth of the rate";
}

TEST(ResponseBytes, OfPeersThatAreGoneNothingStays) {
    ResponseBytes bytes(75);
    for (std::size_t i = 0; i < 5000; ++i)
        bytes.sent(asker(i), 1000, kNowMs);
    EXPECT_EQ(bytes.size(), ResponseBytes::kMostPeers);
    bytes.forget_full(kNowMs + ResponseBytes::kFillMs);
    EXPECT_EQ(bytes.size(), 0U);
}

}  // namespace
}  // namespace touchstone::node
