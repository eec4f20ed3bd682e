// What is done to a gossiped payload between the wire and the services. [NET-05] [NET-11] [NET-114]
#pragma once

#include <string>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/generated/parameters.h"
#include "node/ports/topic_names.h"

namespace touchstone::node::adapters {

/// As the native host computes it, of whatever came; the topic has no zero byte. [NET-05]
GossipIdBytes wire_message_id(const std::string& topic, Bytes payload, const Parameters& parameters);

/// The encoding in a payload. Rejected with NET-11 if that is too long, with ENC-24 if it does not decompress.
Result<ByteVector> unpack_gossip(Bytes payload, const Parameters& parameters);

/// Whether it goes first when more waits than there is room for: votes and transactions, of which there are many,
/// before blocks and evidence. [NET-114]
bool may_be_dropped(TopicKind kind);

}  // namespace touchstone::node::adapters
