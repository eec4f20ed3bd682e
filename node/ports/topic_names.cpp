#include "node/ports/topic_names.h"

#include <algorithm>

#include "crypto/sha256.h"
#include "node/ports/network_counters.h"

namespace touchstone::node {

std::string short_name(const Topic& topic) {
    const std::string name(name_of(topic.kind));
    return topic.kind == TopicKind::Attestation ? name + "_" + std::to_string(topic.subnet) : name;
}

std::string topic_name(const ForkDigest& digest, const Topic& topic) {
    return "/touchstone/" + to_hex(digest) + "/" + short_name(topic) + "/ssz_snappy";
}

std::optional<Topic> topic_of(const ForkDigest& digest, std::string_view name, std::uint64_t subnets) {
    for (const TopicKind kind : {TopicKind::Block, TopicKind::AggregateAndProof, TopicKind::ProposerSlashing,
                                 TopicKind::AttesterSlashing, TopicKind::VoluntaryExit, TopicKind::Transactions}) {
        if (topic_name(digest, {kind, 0}) == name) return Topic{kind, 0};
    }
    for (std::uint64_t subnet = 0; subnet < subnets; ++subnet) {
        const Topic topic{TopicKind::Attestation, subnet};
        if (topic_name(digest, topic) == name) return topic;
    }
    return std::nullopt;
}

GossipIdBytes gossip_message_id(std::string_view topic, Bytes decompressed) {
    constexpr unsigned kBits = 64;
    constexpr unsigned kByte = 8;
    ByteVector bytes{0x01};
    bytes.reserve(1 + sizeof(std::uint64_t) + topic.size() + decompressed.size());
    for (unsigned shift = 0; shift < kBits; shift += kByte)
        bytes.push_back(static_cast<std::uint8_t>(std::uint64_t{topic.size()} >> shift));
    bytes.insert(bytes.end(), topic.begin(), topic.end());
    bytes.insert(bytes.end(), decompressed.begin(), decompressed.end());
    const auto digest = crypto::sha256(bytes);
    GossipIdBytes id{};
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

}  // namespace touchstone::node
