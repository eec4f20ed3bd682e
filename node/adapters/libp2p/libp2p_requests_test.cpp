// Requests and responses over real sockets. [NET-55] to [NET-58]
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "node/adapters/libp2p/protocol_names.h"
#include "node/adapters/libp2p/testing/raw_host.h"
#include "node/adapters/libp2p/testing/two_networks.h"
#include "node/codec/snappy.h"

namespace touchstone::node::adapters {
namespace {

using Libp2pRequestsTest = TwoNetworks;

/// [NET-55] [NET-56]
TEST_F(Libp2pRequestsTest, RequestsAreAnswered) {
    start_both();
    std::vector<InboundRequest> requests;
    first_.handler.requested = [&](const InboundRequest& request) {
        requests.push_back(request);
        const bool big = request.method == Method::BlocksByRange;
        const ByteVector answer(big ? 3'000'000 : request.payload.size(), 5);
        first_.network->respond(request.id, ResponseCode::Success, answer);
    };
    std::vector<std::pair<RequestOutcome, std::size_t>> answers;
    const auto keep = [&](RequestOutcome outcome, const ByteVector& payload) {
        answers.emplace_back(outcome, payload.size());
    };
    second_.network->request(*second_.peer, Method::BlocksByRange, ByteVector(16, 1), 20'000, keep);
    run_until([&] { return answers.size() == 1; });
    second_.network->request(*second_.peer, Method::Metadata, {}, 20'000, keep);
    run_until([&] { return answers.size() == 2; });
    EXPECT_EQ(answers[0], (std::pair(RequestOutcome::Success, std::size_t{3'000'000})));
    EXPECT_EQ(answers[1], (std::pair(RequestOutcome::Success, std::size_t{0})));
    EXPECT_EQ(requests[0].payload, ByteVector(16, 1));
    EXPECT_EQ(requests[0].peer, *first_.peer);
    EXPECT_TRUE(requests[1].payload.empty());
}

TEST_F(Libp2pRequestsTest, AFrameIsEmptyOnlyWhereNothingIsExpectedAndWhoDeclaresTooMuchIsReset) {
    first_.network = start(options(1));
    first_.handler.connected = [this](const PeerId& peer, const PeerConnection&) { first_.peer = peer; };
    std::vector<std::pair<Method, std::size_t>> requests;
    first_.handler.requested = [&](const InboundRequest& request) {
        requests.emplace_back(request.method, request.payload.size());
        first_.network->respond(request.id, ResponseCode::Success, ByteVector(8));
    };
    first_.network->set_handler(&first_.handler);
    RawHost raw(first_.network->listen_addresses().front());
    run_until([&] { return first_.peer.has_value(); });
    const PeerId peer{first_.network->local_peer_id()};
    const ByteVector nothing = codec::compress({});
    const ByteVector long_frame(compressed_limit(8) + 1, 1);
    ASSERT_TRUE(raw.ask("none", peer, Method::Metadata, {}));
    ASSERT_TRUE(raw.ask("none, compressed", peer, Method::Metadata, nothing));
    ASSERT_TRUE(raw.ask("empty list", peer, Method::BlocksByRoot, nothing));
    ASSERT_TRUE(raw.ask("empty frame", peer, Method::BlocksByRoot, {}));
    ASSERT_TRUE(raw.ask("declares too much", peer, Method::Ping, codec::compress(ByteVector(9))));
    ASSERT_TRUE(raw.ask("frame too long", peer, Method::Goodbye, long_frame));
    run_until([&] {
        raw.poll();
        return raw.answers.size() == 6;
    });
    EXPECT_EQ(raw.answers["none"], 0);
    EXPECT_EQ(raw.answers["none, compressed"], 1);
    EXPECT_EQ(raw.answers["empty list"], 0);
    EXPECT_EQ(raw.answers["empty frame"], 1);
    EXPECT_EQ(raw.answers["declares too much"], std::nullopt);
    EXPECT_EQ(raw.answers["frame too long"], std::nullopt);
    std::ranges::sort(requests);
    EXPECT_EQ(requests,
              (std::vector<std::pair<Method, std::size_t>>{{Method::Metadata, 0}, {Method::BlocksByRoot, 0}}));
    ASSERT_TRUE(raw.ask("afterwards", peer, Method::Ping, codec::compress(ByteVector(8))));
    run_until([&] {
        raw.poll();
        return raw.answers.contains("afterwards");
    });
    EXPECT_EQ(raw.answers["afterwards"], 0);
    EXPECT_EQ(raw.lost_connections, 0);
}

TEST_F(Libp2pRequestsTest, AResponseThatIsEmptyOrTooLongIsNone) {
    first_.network = start(options(1));
    first_.handler.connected = [this](const PeerId& peer, const PeerConnection&) { first_.peer = peer; };
    first_.network->set_handler(&first_.handler);
    RawHost raw(first_.network->listen_addresses().front());
    run_until([&] { return first_.peer.has_value(); });
    const auto answer = [&](const ByteVector& frame) {
        raw.response_frame = frame;
        std::optional<RequestOutcome> outcome;
        first_.network->request(*first_.peer, Method::Ping, ByteVector(8), 20'000,
                                [&](RequestOutcome result, const ByteVector&) { outcome = result; });
        run_until([&] {
            raw.poll();
            return outcome.has_value();
        });
        return *outcome;
    };
    EXPECT_EQ(answer({}), RequestOutcome::Malformed) << "an empty frame does not decompress";
    EXPECT_EQ(answer(codec::compress(ByteVector(9))), RequestOutcome::Malformed) << "declares more than a number has";
    EXPECT_EQ(answer(ByteVector(1000)), RequestOutcome::Malformed) << "a frame over the limit";
    EXPECT_EQ(answer(codec::compress(ByteVector(8))), RequestOutcome::Success) << "on the same connection";
    EXPECT_EQ(raw.lost_connections, 0);
}

/// [NET-56] [NET-58]
TEST_F(Libp2pRequestsTest, RefusalsTimeoutsAndStrangersAreTold) {
    start_both();
    std::vector<InboundRequestId> unanswered;
    first_.handler.requested = [&](const InboundRequest& request) {
        if (request.method == Method::Ping) return unanswered.push_back(request.id);
        first_.network->respond(request.id, ResponseCode::ResourceUnavailable, {});
    };
    std::map<std::string, RequestOutcome> outcomes;
    const auto keep = [&](const char* name) {
        return [&outcomes, name](RequestOutcome outcome, const ByteVector&) { outcomes[name] = outcome; };
    };
    second_.network->request(*second_.peer, Method::BlocksByRoot, ByteVector(32), 20'000, keep("refused"));
    second_.network->request(*second_.peer, Method::Goodbye, ByteVector(9), 20'000, keep("too long"));
    second_.network->request(PeerId{peer_id_of(options(9).node_key)}, Method::Ping, ByteVector(8), 20'000,
                             keep("stranger"));
    second_.network->request(PeerId{"nobody"}, Method::Ping, ByteVector(8), 20'000, keep("no id"));
    second_.network->request(*second_.peer, Method::Ping, ByteVector(8), 300, keep("timeout"));
    EXPECT_TRUE(outcomes.empty()) << "no answer from within the call";
    run_until([&] { return outcomes.size() == 5; });
    EXPECT_EQ(outcomes["refused"], RequestOutcome::Refused);
    EXPECT_EQ(outcomes["too long"], RequestOutcome::BrokenStream);
    EXPECT_EQ(outcomes["stranger"], RequestOutcome::Disconnected);
    EXPECT_EQ(outcomes["no id"], RequestOutcome::Disconnected);
    EXPECT_EQ(outcomes["timeout"], RequestOutcome::Timeout);
    ASSERT_EQ(unanswered.size(), 1U);
    first_.network->respond(unanswered[0], ResponseCode::Success, ByteVector(8));
}

/// [NET-58]
TEST_F(Libp2pRequestsTest, AThirdRequestOfOneMethodIsTurnedAway) {
    start_both();
    std::vector<InboundRequestId> open;
    first_.handler.requested = [&](const InboundRequest& request) { open.push_back(request.id); };
    std::vector<RequestOutcome> outcomes;
    for (int i = 0; i < 3; ++i) {
        second_.network->request(*second_.peer, Method::Ping, ByteVector(8), 20'000,
                                 [&](RequestOutcome outcome, const ByteVector&) { outcomes.push_back(outcome); });
    }
    run_until([&] { return open.size() == 2 && outcomes.size() == 1; });
    EXPECT_EQ(outcomes[0], RequestOutcome::Refused);
    for (const InboundRequestId id : open)
        first_.network->respond(id, ResponseCode::Success, ByteVector(8));
    run_until([&] { return outcomes.size() == 3; });
    EXPECT_EQ(outcomes[2], RequestOutcome::Success);
}

TEST_F(Libp2pRequestsTest, AFloodIsServedTwoAtATimeAndOnlyTheFlooderIsTurnedAway) {
    start_both();
    std::vector<InboundRequestId> open;
    first_.handler.requested = [&](const InboundRequest& request) {
        if (request.method != Method::BlocksByRange) {
            return first_.network->respond(request.id, ResponseCode::Success, ByteVector(8));
        }
        open.push_back(request.id);
        EXPECT_LE(open.size(), 2U);
    };
    constexpr int kFlood = 12;
    std::map<RequestOutcome, int> outcomes;
    for (int i = 0; i < kFlood; ++i) {
        second_.network->request(*second_.peer, Method::BlocksByRange, ByteVector(16), 20'000,
                                 [&](RequestOutcome outcome, const ByteVector&) { ++outcomes[outcome]; });
    }
    run_until([&] { return open.size() == 2 && outcomes[RequestOutcome::Refused] == kFlood - 2; });
    std::optional<RequestOutcome> ping;
    second_.network->request(*second_.peer, Method::Ping, ByteVector(8), 20'000,
                             [&](RequestOutcome outcome, const ByteVector&) { ping = outcome; });
    run_until([&] { return ping.has_value(); });
    EXPECT_EQ(*ping, RequestOutcome::Success) << "another method";
    for (const InboundRequestId id : open)
        first_.network->respond(id, ResponseCode::Success, ByteVector(2'000'000));
    run_until([&] { return outcomes[RequestOutcome::Success] == 2; });
    EXPECT_EQ(outcomes[RequestOutcome::Refused], kFlood - 2);
}

}  // namespace
}  // namespace touchstone::node::adapters
