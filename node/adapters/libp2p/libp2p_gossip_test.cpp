// Gossip over real sockets.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <optional>

#include "native/include/touchstone_native.h"
#include "node/adapters/libp2p/testing/raw_host.h"
#include "node/adapters/libp2p/testing/two_networks.h"
#include "node/codec/snappy.h"

namespace touchstone::node::adapters {
namespace {

using Libp2pGossipTest = TwoNetworks;

TEST_F(Libp2pGossipTest, GossipArrivesDecompressedAndIsReported) {
    const Topic topic{TopicKind::Attestation, 2};
    const ByteVector payload(5000, 7);
    start_both();
    std::optional<GossipMessage> received;
    second_.handler.gossip = [&](GossipMessage message) { received = std::move(message); };
    for (Side* side : {&first_, &second_})
        side->network->subscribe(topic);
    // Until the mesh stands nobody is there to be told.
    std::uint64_t next = 0;
    std::uint8_t attempt = 0;
    run_until([&] {
        if (clock_.now_ms() >= next) {
            next = clock_.now_ms() + 300;
            ByteVector content = payload;
            content[0] = attempt++;
            first_.network->publish(topic, content);
        }
        return received.has_value();
    });
    EXPECT_EQ(received->sender, *second_.peer);
    EXPECT_EQ(received->topic, topic);
    EXPECT_EQ(received->payload.size(), payload.size());
    second_.network->report(received->id, Verdict::Accept);
    second_.network->report(received->id, Verdict::Accept);
}

TEST_F(Libp2pGossipTest, GossipThatDoesNotDecompressNeverReachesTheNode) {
    const Topic topic{TopicKind::Block, 0};
    start_both();
    std::vector<ByteVector> received;
    first_.handler.gossip = [&](const GossipMessage& message) {
        received.push_back(message.payload);
        first_.network->report(message.id, Verdict::Ignore);
    };
    first_.network->subscribe(topic);
    RawHost raw(first_.network->listen_addresses().front());
    const char* const name = "/touchstone/01020304/block/ssz_snappy";
    const ByteVector bomb{0xff, 0xff, 0xff, 0xff, 0x0f, 0x00};  // declares 4 GiB
    std::uint64_t next = 0;
    std::uint8_t attempt = 0;
    run_until([&] {
        if (clock_.now_ms() >= next) {
            next = clock_.now_ms() + 300;
            ByteVector bad = bomb;
            bad.push_back(attempt);
            const ByteVector good = codec::compress(ByteVector{attempt++});
            if (attempt == 1) ts_network_publish(raw.host(), name, bad.data(), bad.size(), nullptr);
            ts_network_publish(raw.host(), name, good.data(), good.size(), nullptr);
        }
        return !received.empty();
    });
    for (const ByteVector& payload : received)
        EXPECT_EQ(payload.size(), 1U);
}

/// Small messages that decompress to large ones do not pile up before a slow writer, and none is lost. [NET-114]
TEST_F(Libp2pGossipTest, ASlowWriterHoldsAtMost64MiBOfPayloads) {
    const Topic topic{TopicKind::Block, 0};
    constexpr std::size_t kMessages = 10;
    const std::size_t size = options(1).parameters.GOSSIP_MAX_SIZE;
    const std::size_t most = (std::size_t{64} << 20U) / size;
    ASSERT_LT(most, kMessages);
    std::mutex mutex;
    std::vector<std::function<void()>> waiting;
    std::size_t largest_batch = 0;
    int looks = 0;
    std::size_t received = 0;
    bool subscribed = false;
    first_.network = start(options(1));
    first_.handler.subscription = [&](const PeerId&, const Topic&, bool) { subscribed = true; };
    first_.network->set_handler(&first_.handler);
    NetworkOptions second = options(2);
    second.peers = first_.network->listen_addresses();
    const NetworkPorts slow{[&](std::function<void()> task) {
                                const std::lock_guard lock(mutex);
                                waiting.push_back(std::move(task));
                            },
                            clock_, loop_.timers(), log_};
    second_.network = std::move(Libp2pNetwork::start(second, slow)).value();
    second_.handler.gossip = [&](const GossipMessage& message) {
        ++received;
        EXPECT_EQ(message.payload.size(), size);
    };
    second_.network->set_handler(&second_.handler);
    second_.network->subscribe(topic);
    run_until([&] { return subscribed; });
    // The news of the connection.
    std::vector<std::function<void()>> news;
    {
        const std::lock_guard lock(mutex);
        news.swap(waiting);
    }
    for (const auto& task : news)
        task();
    for (std::size_t number = 0; number < kMessages; ++number) {
        ByteVector payload(size);
        payload[0] = static_cast<std::uint8_t>(number);
        first_.network->publish(topic, std::move(payload));
    }
    run_until([&] {
        std::vector<std::function<void()>> batch;
        {
            const std::lock_guard lock(mutex);
            // The first batch has time to grow beyond its bound.
            if (largest_batch == 0 && (waiting.size() < most || ++looks < 40)) return false;
            batch.swap(waiting);
        }
        const std::size_t before = received;
        for (const auto& task : batch)
            task();
        largest_batch = std::max(largest_batch, received - before);
        return received == kMessages;
    });
    EXPECT_LE(largest_batch, most);
    second_.network.reset();
}

}  // namespace
}  // namespace touchstone::node::adapters
