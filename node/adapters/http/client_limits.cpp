#include "node/adapters/http/client_limits.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace touchstone::node::adapters {

namespace {

constexpr std::size_t kSiteBytes = 8;
constexpr std::uint64_t kMsPerSecond = 1000;

template <class AddressBytes>
std::string text_of(const AddressBytes& bytes, std::size_t count) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

ClientAddress client_address(const boost::asio::ip::address& address) {
    namespace ip = boost::asio::ip;
    if (address.is_v6() && !address.to_v6().is_v4_mapped()) {
        return {text_of(address.to_v6().to_bytes(), kSiteBytes), address.is_loopback()};
    }
    const ip::address_v4 v4 = address.is_v4() ? address.to_v4() : ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return {text_of(v4.to_bytes(), v4.to_bytes().size()), v4.is_loopback()};
}

bool ClientLimits::connect(const ClientAddress& client, std::uint64_t now_ms) {
    if (client.network.empty()) return true;
    if (clients_.size() >= kMostRemembered) forget_idle(now_ms);
    const auto found = clients_.find(client.network);
    if (found == clients_.end() && clients_.size() >= kMostRemembered) return false;
    if (found != clients_.end() && found->second.connections >= bounds_.connections) return false;
    Client& entry = clients_[client.network];
    entry.loopback = client.loopback;
    ++entry.connections;
    return true;
}

void ClientLimits::disconnect(const ClientAddress& client) {
    const auto found = clients_.find(client.network);
    if (found != clients_.end() && found->second.connections > 0) --found->second.connections;
}

std::uint64_t ClientLimits::wait_ms(const ClientAddress& client, std::uint64_t now_ms) {
    const auto found = clients_.find(client.network);
    const TokenBucket::Size size = size_for(client.loopback);
    if (found == clients_.end() || size.capacity == 0) return 0;
    TokenBucket& requests = found->second.requests;
    if (requests.take(1, size, now_ms)) return 0;
    return std::max<std::uint64_t>(requests.ready_at(1, size, now_ms) - now_ms, 1);
}

TokenBucket::Size ClientLimits::size_for(bool loopback) const {
    const std::uint64_t rate = loopback ? bounds_.loopback_requests_per_second : bounds_.requests_per_second;
    if (rate == 0) return {0, 1};
    return {bounds_.burst, std::max<std::uint64_t>(bounds_.burst * kMsPerSecond / rate, 1)};
}

void ClientLimits::forget_idle(std::uint64_t now_ms) {
    for (auto entry = clients_.begin(); entry != clients_.end();) {
        Client& client = entry->second;
        const TokenBucket::Size size = size_for(client.loopback);
        const bool idle = client.connections == 0 && (size.capacity == 0 || client.requests.is_full(size, now_ms));
        entry = idle ? clients_.erase(entry) : std::next(entry);
    }
}

RequestSlot::RequestSlot(RequestCount all, RequestCount of_connection)
    : all_(std::move(all)), of_connection_(std::move(of_connection)) {
    ++*all_;
    if (of_connection_) ++*of_connection_;
}

void RequestSlot::give_back() {
    if (given_back_.exchange(true)) return;
    --*all_;
    if (of_connection_) --*of_connection_;
}

}  // namespace touchstone::node::adapters
