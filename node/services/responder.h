// Answers the requests of peers, within their quotas. [NET-59] to [NET-72] [NET-110] [NET-111] [SYN-07] [SYN-29]
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "node/ports/network.h"
#include "node/services/chain.h"
#include "node/services/peers.h"
#include "node/services/peers/request_quotas.h"
#include "node/services/peers/response_bytes.h"

namespace touchstone::node {

class Responder {
  public:
    Responder(Chain& chain, Peers& peers, Network& network, Clock& clock)
        : chain_(chain),
          peers_(peers),
          network_(network),
          clock_(clock),
          quotas_(RequestQuotas::of_server(chain.parameters())),
          bytes_(peers.connections().options().max_peers) {}

    void on_request(const InboundRequest& request);
    /// A request that was refused before it was one.
    void on_malformed(const PeerId& peer, Method method);
    void on_slot();

    /// What was answered to requests of a method.
    struct Served {
        std::uint64_t answered = 0;
        std::uint64_t bytes = 0;         // of the answers, not compressed
        std::uint64_t above_quota = 0;   // of the peer's requests [NET-110]
        std::uint64_t no_bandwidth = 0;  // [NET-111]
        std::uint64_t wrong = 0;
    };
    const std::map<Method, Served>& served() const { return served_; }

  private:
    bool may_be_served(const InboundRequest& request);
    void serve(const InboundRequest& request);
    void status(const InboundRequest& request);
    void goodbye(const InboundRequest& request);
    void ping(const InboundRequest& request);
    void metadata(const InboundRequest& request);
    void blocks_by_range(const InboundRequest& request);
    void blocks_by_root(const InboundRequest& request);
    void state_list(const InboundRequest& request);
    void state_part(const InboundRequest& request);
    void state_entries(const InboundRequest& request);
    void answer(const InboundRequest& request, ByteVector payload);
    /// Not now: nobody's fault.
    void put_off(const InboundRequest& request, std::string_view why);
    /// Costs the peer what breaks the protocol.
    void refuse(const InboundRequest& request, std::string_view why);
    void respond_with(const InboundRequest& request, std::vector<ByteVector> blocks);
    /// As `answer`, and the bytes are counted. [NET-111]
    void answer_at_length(const InboundRequest& request, ByteVector payload);

    Chain& chain_;
    Peers& peers_;
    Network& network_;
    Clock& clock_;
    RequestQuotas quotas_;
    ResponseBytes bytes_;
    std::map<Method, Served> served_;
};

}  // namespace touchstone::node
