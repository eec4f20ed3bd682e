// The thread that takes the host's events to the writer, and does what needs no state of the node.
#include <memory>
#include <utility>
#include <variant>

#include "node/adapters/libp2p/gossip_payload.h"
#include "node/adapters/libp2p/libp2p_network_impl.h"
#include "node/ports/topic_names.h"

namespace touchstone::node::adapters {

namespace {

constexpr std::uint32_t kPollMs = 1000;
constexpr std::size_t kPostedAtOnce = 256;
constexpr std::size_t kPostedBytesAtOnce = std::size_t{64} << 20U;  // [NET-114]

/// What an event holds of a peer's bytes, decompressed.
std::size_t payload_bytes(const NativeEvent& event) {
    return std::visit(
        [](const auto& content) -> std::size_t {
            if constexpr (requires { content.payload; }) {
                return content.payload.size();
            } else {
                return 0;
            }
        },
        event);
}

}  // namespace

void Libp2pNetwork::Impl::poll() {
    ByteVector buffer(1U << 16U);
    while (true) {
        const std::int64_t size = ts_network_poll(host, buffer.data(), buffer.size(), kPollMs);
        if (size < 0) return;
        if (size == 0) continue;
        if (static_cast<std::size_t>(size) > buffer.size()) {
            buffer.resize(static_cast<std::size_t>(size));
            continue;
        }
        auto event = read_event({buffer.data(), static_cast<std::size_t>(size)});
        if (event && prepare(*event) && !hand_over(std::move(*event))) return;
    }
}

bool Libp2pNetwork::Impl::prepare(NativeEvent& event) {
    auto* gossip = std::get_if<GossipArrived>(&event);
    if (gossip == nullptr) return true;
    auto payload = unpack_gossip(gossip->payload, options.parameters);
    if (payload.ok()) {  // [NET-11] [NET-12]
        gossip->payload = std::move(payload).value();
        return true;
    }
    const Rejection& reason = payload.rejection();
    ports.log.debug("gossip_rejected", {{"peer", gossip->source},
                                        {"topic", gossip->topic},
                                        {"clause", std::string(to_string(reason.clause))},
                                        {"detail", reason.detail}});
    ts_network_report(host, gossip->id.data(), gossip->source.c_str(), TS_REJECT);
    if (const auto topic = topic_of_name(gossip->topic)) verdicts.add(topic->kind, Verdict::Reject);
    return false;
}

std::optional<Topic> Libp2pNetwork::Impl::topic_of_name(std::string_view name) const {
    return topic_of(options.digest, name, options.parameters.ATTESTATION_SUBNET_COUNT);
}

bool Libp2pNetwork::Impl::has_room_for(std::size_t bytes) const {
    return posted == 0 || (posted < kPostedAtOnce && posted_bytes + bytes <= kPostedBytesAtOnce);
}

bool Libp2pNetwork::Impl::hand_over(NativeEvent event) {
    const std::size_t bytes = payload_bytes(event);
    {
        std::unique_lock lock(mutex);
        room.wait(lock, [this, bytes] { return ending || has_room_for(bytes); });
        if (ending) return false;
        ++posted;
        posted_bytes += bytes;
    }
    ports.post([self = shared_from_this(), bytes, event = std::make_shared<NativeEvent>(std::move(event))] {
        {
            const std::lock_guard lock(self->mutex);
            --self->posted;
            self->posted_bytes -= bytes;
        }
        self->room.notify_one();
        if (!self->closed) std::visit([&](auto& content) { self->on(std::move(content)); }, *event);
    });
    return true;
}

}  // namespace touchstone::node::adapters
