#include "node/adapters/libp2p/gossip_payload.h"

#include <algorithm>
#include <limits>

#include "native/include/touchstone_native.h"
#include "node/adapters/libp2p/protocol_names.h"
#include "node/codec/snappy.h"

namespace touchstone::node::adapters {

GossipIdBytes wire_message_id(const std::string& topic, Bytes payload, const Parameters& parameters) {
    const auto limit = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(parameters.GOSSIP_MAX_SIZE, std::numeric_limits<std::uint32_t>::max()));
    GossipIdBytes id{};
    ts_network_message_id(topic.c_str(), payload.data(), payload.size(), limit, id.data());
    return id;
}

Result<ByteVector> unpack_gossip(Bytes payload, const Parameters& parameters) {
    if (payload.size() > compressed_limit(parameters.GOSSIP_MAX_SIZE)) {
        return reject(Clause::NET_11, std::to_string(payload.size()) + " bytes");
    }
    return codec::decompress(payload, parameters.GOSSIP_MAX_SIZE);
}

bool may_be_dropped(TopicKind kind) {
    switch (kind) {
        case TopicKind::Attestation:
        case TopicKind::AggregateAndProof:
        case TopicKind::Transactions:
            return true;
        case TopicKind::Block:
        case TopicKind::ProposerSlashing:
        case TopicKind::AttesterSlashing:
        case TopicKind::VoluntaryExit:
            return false;
    }
    return false;
}

}  // namespace touchstone::node::adapters
