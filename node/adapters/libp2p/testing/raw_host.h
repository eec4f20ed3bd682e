// A peer of a network, for tests, that does not keep to the rules.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "native/include/touchstone_native.h"
#include "node/adapters/libp2p/event_reader.h"
#include "node/adapters/libp2p/protocol_names.h"

namespace touchstone::node::adapters {

/// A host that speaks the protocol below the compression, with limits of its own.
class RawHost {
  public:
    explicit RawHost(const std::string& address) {
        for (const Method method : kMethods)
            names_.push_back(protocol_name(ForkDigest(std::array<std::uint8_t, 4>{1, 2, 3, 4}), method));
        std::vector<ts_network_protocol> protocols;
        for (const std::string& name : names_)
            protocols.push_back({name.c_str(), 10'000, 10'000, 10'000});
        ts_network_config config{};
        ts_network_config_default(&config);
        config.node_key[0] = 3;
        const char* const peer = address.c_str();
        config.static_peers = &peer;
        config.static_peer_count = 1;
        config.protocols = protocols.data();
        config.protocol_count = protocols.size();
        EXPECT_EQ(ts_network_start(&config, &host_), TS_OK);
    }
    ~RawHost() { ts_network_free(host_); }
    RawHost(const RawHost&) = delete;
    RawHost& operator=(const RawHost&) = delete;

    ts_network* host() { return host_; }
    /// False if it is not sent; what comes back is in `answers` under the name.
    bool ask(const std::string& name, const PeerId& peer, Method method, const ByteVector& frame) {
        const std::string protocol = names_[static_cast<std::size_t>(method)];
        const std::int64_t id =
            ts_network_send_request(host_, peer.bytes.c_str(), protocol.c_str(), frame.data(), frame.size());
        if (id > 0) requests_[static_cast<std::uint64_t>(id)] = name;
        return id > 0;
    }
    void poll() {
        ByteVector buffer(1U << 16U);
        while (true) {
            const std::int64_t size = ts_network_poll(host_, buffer.data(), buffer.size(), 0);
            if (size <= 0) return;
            const auto event = read_event({buffer.data(), static_cast<std::size_t>(size)});
            if (!event) continue;
            if (const auto* response = std::get_if<ResponseArrived>(&*event)) {
                answers[requests_[response->request]] = response->status;
            } else if (const auto* failed = std::get_if<RequestFailed>(&*event)) {
                answers[requests_[failed->request]] = std::nullopt;
            } else if (const auto* request = std::get_if<RequestArrived>(&*event)) {
                ts_network_send_response(host_, request->channel, 0, response_frame.data(), response_frame.size());
            } else if (std::holds_alternative<PeerDisconnected>(*event)) {
                ++lost_connections;
            }
        }
    }

    std::map<std::string, std::optional<std::uint8_t>> answers;  // status, or nothing: it failed
    ByteVector response_frame;                                   // with status 0, to whatever it is asked
    int lost_connections = 0;

  private:
    ts_network* host_ = nullptr;
    std::vector<std::string> names_;
    std::map<std::uint64_t, std::string> requests_;
};

}  // namespace touchstone::node::adapters
