// Ports on which nothing happens: what a test overrides is what it is about.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "node/ports/events.h"
#include "node/ports/log.h"
#include "node/ports/network.h"

namespace touchstone::node {

/// Nobody listens, and nothing is written.
class SilentEvents : public Events, public Log {
  public:
    void on_block(const BlockEvent&) override {}
    void on_head(const HeadEvent&) override {}
    void on_finalized(const FinalizedEvent&) override {}
    void on_status(const StatusEvent&) override {}
    void on_fatal(const std::string&) override {}
    void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

/// A network that nothing leaves and nothing comes from. What becomes of requests, each test says.
class SilentNetwork : public Network {
  public:
    void set_handler(NetworkHandler*) override {}
    void subscribe(const Topic&) override {}
    void publish(const Topic&, ByteVector) override {}
    void report(GossipId, Verdict) override {}
    void respond(InboundRequestId, ResponseCode, ByteVector) override {}
    void disconnect(const PeerId&, bool) override {}
    void unban(const PeerId&) override {}
    void dial(const std::string&) override {}
    void discover() override {}
    void set_peer_score(const PeerId&, double) override {}
};

}  // namespace touchstone::node
