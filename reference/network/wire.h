// Page 13: a gossip message as it comes from the wire: its topic, its id, its payload, and what becomes of it.
#pragma once

#include "reference/network/gossip.h"

namespace touchstone::reference {

/// [NET-02], [NET-03] The topic of this name for a chain, at an epoch.
std::string gossip_topic(const ConsensusState& state, Epoch epoch, const std::string& name);
/// [NET-05] 20 bytes.
Bytes gossip_message_id(const std::string& topic, ByteView payload, const Parameters& config);

/// [NET-11], [NET-12] The message in a payload; a failure means REJECT.
template <class T>
Result<T> decode_gossip(ByteView payload, const Parameters& config);

/// The verdict on a message. Nothing on a topic that the node does not have at its time [NET-03].
std::optional<GossipResult> on_gossip_message(GossipView& view, const std::string& topic, ByteView payload);

}  // namespace touchstone::reference
