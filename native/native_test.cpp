// The Rust library through its C header: layouts agree, errors are told, two hosts talk.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "native/include/touchstone_native.h"

namespace {

constexpr std::uint32_t kPatienceMs = 30'000;
constexpr const char* kTopic = "/touchstone/00000000/block/ssz_snappy";
constexpr const char* kProtocol = "/touchstone/00000000/status/1";

struct Free {
    void operator()(ts_network* network) const { ts_network_free(network); }
};
using Network = std::unique_ptr<ts_network, Free>;

std::string last_error() {
    std::array<char, 512> buffer{};
    ts_last_error(buffer.data(), buffer.size());
    return buffer.data();
}

template <typename Call>
std::string text_of(Call call) {
    std::array<char, 512> buffer{};
    const std::int64_t length = call(buffer.data(), buffer.size());
    return length < 0 ? "error " + last_error() : std::string(buffer.data());
}

std::string peer_of(const Network& network) {
    return text_of([&](char* out, std::size_t size) { return ts_network_local_peer_id(network.get(), out, size); });
}

std::string address_of(const Network& network) {
    return text_of([&](char* out, std::size_t size) { return ts_network_listen_addresses(network.get(), out, size); });
}

Network start(std::uint8_t seed, const char* static_peer, const char* listen, std::int32_t* code = nullptr) {
    ts_network_config config;
    ts_network_config_default(&config);
    const ts_network_protocol protocol{kProtocol, 100, 100, 10'000};
    config.protocols = &protocol;
    config.protocol_count = 1;
    config.node_key[0] = seed;
    config.heartbeat_ms = 100;
    if (static_peer != nullptr) {
        config.static_peers = &static_peer;
        config.static_peer_count = 1;
    }
    if (listen != nullptr) {
        config.listen_addresses = &listen;
        config.listen_address_count = 1;
    }
    ts_network* network = nullptr;
    const std::int32_t result = ts_network_start(&config, &network);
    if (code != nullptr) {
        *code = result;
    } else {
        EXPECT_EQ(result, TS_OK) << last_error();
    }
    return Network(network);
}

// Reads the fields of one event.
class Event {
  public:
    explicit Event(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

    std::uint8_t kind() const { return bytes_.at(0); }
    std::uint8_t u8() { return bytes_.at(position_++); }
    std::uint64_t integer(int size) {
        std::uint64_t value = 0;
        for (int i = 0; i < size; ++i) {
            value |= std::uint64_t{u8()} << (8 * i);
        }
        return value;
    }
    std::string bytes(std::size_t length) {
        std::string value;
        while (value.size() < length) {
            value.push_back(static_cast<char>(u8()));
        }
        return value;
    }
    std::string text() { return bytes(integer(4)); }

  private:
    std::vector<std::uint8_t> bytes_;
    std::size_t position_ = 1;
};

// The next event of a kind; others are passed over.
Event wait_for(const Network& network, std::uint8_t kind) {
    std::vector<std::uint8_t> buffer(1);
    for (;;) {
        std::int64_t length = ts_network_poll(network.get(), buffer.data(), buffer.size(), kPatienceMs);
        if (length > static_cast<std::int64_t>(buffer.size())) {
            buffer.resize(static_cast<std::size_t>(length));
            length = ts_network_poll(network.get(), buffer.data(), buffer.size(), 0);
        }
        if (length <= 0) {
            throw std::runtime_error("no event of kind " + std::to_string(kind) + ": " + std::to_string(length));
        }
        Event event({buffer.begin(), buffer.begin() + length});
        if (event.kind() == kind) {
            return event;
        }
    }
}

TEST(NativeNetwork, DefaultsArriveInEveryField) {
    ts_network_config config;
    std::memset(&config, 0xFF, sizeof config);
    ts_network_config_default(&config);
    EXPECT_STREQ(config.listen_addresses[0], "/ip4/127.0.0.1/tcp/0");
    EXPECT_EQ(config.node_key[31], 0);
    EXPECT_STREQ(config.agent, "touchstone");
    EXPECT_EQ(config.threads, 2U);
    EXPECT_EQ(config.max_decompressed_bytes, 10U << 20U);
    EXPECT_EQ(config.max_queued_gossip_bytes, std::uint64_t{64} << 20U);
    EXPECT_EQ(config.max_streams_per_peer, 16U);
    EXPECT_EQ(config.max_served_per_peer, 16U);
    EXPECT_EQ(config.busy_status, 3U);
    EXPECT_EQ(config.busy_payload, nullptr);
    EXPECT_EQ(config.busy_payload_length, 0U);
    EXPECT_EQ(config.external_address_count, 0U);
    EXPECT_EQ(config.discovery_protocol, nullptr);
    EXPECT_EQ(config.discovery_interval_ms, 30'000U);
    EXPECT_EQ(config.allow_private_addresses, 0U);
    EXPECT_EQ(config.score.decay_interval_ms, 1000U);
    EXPECT_EQ(config.score.retain_ms, 3'600'000U);
    EXPECT_EQ(config.score.gossip_threshold, -5);
    EXPECT_EQ(config.score.graft_threshold, 0);
}

TEST(NativeNetwork, ScoresArriveInEveryField) {
    ts_network_config config;
    ts_network_config_default(&config);
    config.node_key[0] = 1;
    ts_network* network = nullptr;
    ts_network_config wrong = config;
    wrong.score.graft_threshold = -1;
    EXPECT_EQ(ts_network_start(&wrong, &network), TS_INVALID_ARGUMENT);
    wrong = config;
    wrong.score.topics_cap = -1;
    EXPECT_EQ(ts_network_start(&wrong, &network), TS_INVALID_ARGUMENT);

    const Network host = start(1, nullptr, nullptr);
    const ts_network_topic_score score{1, 1, 1000, 1, 1, 0.5, 1, -1, 0.5};
    EXPECT_EQ(ts_network_subscribe(host.get(), kTopic, TS_IMPORTANT, &score), TS_OK);
    ts_network_topic_score refused = score;
    refused.weight = -1;
    EXPECT_EQ(ts_network_subscribe(host.get(), kTopic, TS_IMPORTANT, &refused), TS_INVALID_ARGUMENT);
    refused = score;
    refused.rejects_decay = 1;
    EXPECT_EQ(ts_network_subscribe(host.get(), kTopic, TS_IMPORTANT, &refused), TS_INVALID_ARGUMENT);
    EXPECT_NE(last_error().find("score of a topic"), std::string::npos) << last_error();
}

TEST(NativeNetwork, MessageIdsFollowTheWrittenRule) {
    // printf '\1\2\0\0\0\0\0\0\0ttabc' | sha256sum; the payload is "abc" as one snappy literal.
    const std::array<std::uint8_t, 5> payload{3, 2 << 2, 'a', 'b', 'c'};
    std::array<std::uint8_t, 20> id{};
    ASSERT_EQ(ts_network_message_id("tt", payload.data(), payload.size(), 3, id.data()), TS_OK);
    const std::array<std::uint8_t, 20> expected{0xfe, 0xd5, 0xba, 0x0c, 0x8d, 0x6e, 0xa4, 0x30, 0xc4, 0x0c,
                                                0x08, 0x37, 0xb7, 0xde, 0xfa, 0x41, 0xf4, 0xba, 0x03, 0xb7};
    EXPECT_EQ(id, expected);
    // Over the limit it counts as it came: printf '\0\2\0\0\0\0\0\0\0tt\3\10abc' | sha256sum
    ASSERT_EQ(ts_network_message_id("tt", payload.data(), payload.size(), 2, id.data()), TS_OK);
    const std::array<std::uint8_t, 20> raw{0xf4, 0x2f, 0x0e, 0xe1, 0xa7, 0xbf, 0x3f, 0x68, 0x3b, 0x59,
                                           0x16, 0x80, 0x8b, 0x97, 0xb5, 0x93, 0xec, 0x2f, 0x69, 0xe4};
    EXPECT_EQ(id, raw);
}

TEST(NativeNetwork, TwoHostsExchangeGossipAndRequests) {
    const Network left = start(1, nullptr, nullptr);
    const Network right = start(2, address_of(left).c_str(), nullptr);
    EXPECT_EQ(wait_for(left, TS_EVENT_PEER_CONNECTED).text(), peer_of(right));
    wait_for(right, TS_EVENT_PEER_CONNECTED);
    EXPECT_EQ(ts_network_peer_count(left.get()), 1);

    ASSERT_EQ(ts_network_subscribe(left.get(), kTopic, TS_IMPORTANT, nullptr), TS_OK);
    wait_for(right, TS_EVENT_PEER_SUBSCRIBED);
    const std::array<std::uint8_t, 5> payload{3, 2 << 2, 'a', 'b', 'c'};
    std::array<std::uint8_t, 20> id{};
    ASSERT_EQ(ts_network_publish(right.get(), kTopic, payload.data(), payload.size(), id.data()), TS_OK);
    Event gossip = wait_for(left, TS_EVENT_GOSSIP);
    EXPECT_EQ(gossip.bytes(20), std::string(id.begin(), id.end()));
    EXPECT_EQ(gossip.text(), peer_of(right));
    EXPECT_EQ(gossip.text(), kTopic);
    EXPECT_EQ(gossip.text(), std::string(payload.begin(), payload.end()));
    EXPECT_EQ(ts_network_report(left.get(), id.data(), peer_of(right).c_str(), TS_ACCEPT), TS_OK);

    const std::int64_t request = ts_network_send_request(left.get(), peer_of(right).c_str(), kProtocol, id.data(), 4);
    ASSERT_GT(request, 0) << last_error();
    Event asked = wait_for(right, TS_EVENT_REQUEST);
    const std::uint64_t channel = asked.integer(8);
    EXPECT_EQ(asked.text(), peer_of(left));
    EXPECT_EQ(asked.text(), kProtocol);
    EXPECT_EQ(asked.text(), std::string(id.begin(), id.begin() + 4));
    ASSERT_EQ(ts_network_send_response(right.get(), channel, 3, nullptr, 0), TS_OK);
    Event answered = wait_for(left, TS_EVENT_RESPONSE);
    EXPECT_EQ(answered.integer(8), static_cast<std::uint64_t>(request));
    EXPECT_EQ(answered.text(), peer_of(right));
    EXPECT_EQ(answered.u8(), 3);
    EXPECT_EQ(answered.text(), "");

    ASSERT_EQ(ts_network_stop(right.get(), 5000), TS_OK);
    wait_for(left, TS_EVENT_PEER_DISCONNECTED);
    EXPECT_EQ(ts_network_subscribe(right.get(), kTopic, TS_IMPORTANT, nullptr), TS_STOPPED);
}

TEST(NativeNetwork, APortInUseIsToldByStart) {
    const Network first = start(1, nullptr, nullptr);
    const std::string address = address_of(first);
    std::int32_t code = TS_OK;
    const Network second = start(2, nullptr, address.substr(0, address.find("/p2p/")).c_str(), &code);
    EXPECT_EQ(code, TS_ADDRESS_IN_USE);
    EXPECT_EQ(second, nullptr);
    EXPECT_NE(last_error().find("in use"), std::string::npos) << last_error();
}

TEST(NativeNetwork, NonsenseIsRefusedWithAText) {
    std::int32_t code = TS_OK;
    EXPECT_EQ(start(0, nullptr, nullptr, &code), nullptr);
    EXPECT_EQ(code, TS_INVALID_ARGUMENT);
    EXPECT_NE(last_error().find("node_key"), std::string::npos) << last_error();
    EXPECT_EQ(start(1, "127.0.0.1:9000", nullptr, &code), nullptr);
    EXPECT_EQ(code, TS_INVALID_ARGUMENT);
    EXPECT_EQ(ts_network_peer_count(nullptr), TS_INVALID_ARGUMENT);
    EXPECT_EQ(ts_network_start(nullptr, nullptr), TS_INVALID_ARGUMENT);
    const Network network = start(1, nullptr, nullptr);
    EXPECT_EQ(ts_network_ban(network.get(), "nobody"), TS_INVALID_ARGUMENT);
    EXPECT_EQ(ts_network_subscribe(network.get(), kTopic, 2, nullptr), TS_INVALID_ARGUMENT);
}

TEST(NativeNetwork, ThePeerIdOfAKeyIsTheOneTheHostHas) {
    const Network network = start(7, nullptr, nullptr);
    const std::array<std::uint8_t, 32> key{7};
    EXPECT_EQ(text_of([&](char* out, std::size_t size) { return ts_network_peer_id_of_key(key.data(), out, size); }),
              peer_of(network));
}

TEST(NativeEd25519, AnswersByValue) {
    const std::array<std::uint8_t, 32> key{1};
    const std::array<std::uint8_t, 64> signature{1};
    EXPECT_EQ(ts_ed25519_verify_cofactorless(key.data(), signature.data(), nullptr, 0), 1);
    EXPECT_EQ(ts_ed25519_verify_strict(key.data(), signature.data(), nullptr, 0), 0);
    EXPECT_EQ(ts_ed25519_verify_strict(nullptr, signature.data(), nullptr, 0), TS_INVALID_ARGUMENT);
}

}  // namespace
