// How much one client of a server, and all of them together, may take.
#pragma once

#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "node/base/token_bucket.h"

namespace touchstone::node::adapters {

/// Who somebody is to the limits.
struct ClientAddress {
    /// The bytes of an IPv4 address, or the first 64 bits of an IPv6 address, which one site has for itself. Empty: the
    /// client came over a Unix socket, and no limit by address holds.
    std::string network;
    bool loopback = false;
};

ClientAddress client_address(const boost::asio::ip::address& address);

/// By address. All on the server's thread.
class ClientLimits {
  public:
    /// Of addresses without a connection, so many whose requests are not forgiven yet are remembered.
    static constexpr std::size_t kMostRemembered = 4096;

    struct Bounds {
        std::size_t connections = 1;  // of one address
        // Requests of one address: so many a second, and so many at once after a pause. 0 a second: any number.
        std::uint64_t requests_per_second = 0;
        std::uint64_t loopback_requests_per_second = 0;
        std::uint64_t burst = 1;
    };

    explicit ClientLimits(const Bounds& bounds) : bounds_(bounds) {}

    /// Counts a connection; false, and it does not count, if there are too many.
    bool connect(const ClientAddress& client, std::uint64_t now_ms);
    /// A connection that counted has ended.
    void disconnect(const ClientAddress& client);
    /// 0: a request of a client that has a connection is taken; else how long to wait with it.
    std::uint64_t wait_ms(const ClientAddress& client, std::uint64_t now_ms);

  private:
    struct Client {
        std::size_t connections = 0;
        bool loopback = false;
        TokenBucket requests;
    };

    TokenBucket::Size size_for(bool loopback) const;
    void forget_idle(std::uint64_t now_ms);

    Bounds bounds_;
    std::map<std::string, Client> clients_;
};

using RequestCount = std::shared_ptr<std::atomic<std::size_t>>;

/// A request that waits for its answer, in one or two counts. Given back from any thread, also after the end of the
/// server.
class RequestSlot {
  public:
    explicit RequestSlot(RequestCount all, RequestCount of_connection = nullptr);
    ~RequestSlot() { give_back(); }
    RequestSlot(const RequestSlot&) = delete;
    RequestSlot& operator=(const RequestSlot&) = delete;

    /// Once counts.
    void give_back();

  private:
    RequestCount all_;
    RequestCount of_connection_;
    std::atomic<bool> given_back_ = false;
};

}  // namespace touchstone::node::adapters
