// Answers the requests of peers. [NET-59] to [NET-72]
#pragma once

#include "node/ports/network.h"
#include "node/services/chain.h"
#include "node/services/peers.h"

namespace touchstone::node {

class Responder {
  public:
    Responder(Chain& chain, Peers& peers, Network& network) : chain_(chain), peers_(peers), network_(network) {}

    void on_request(const InboundRequest& request);

  private:
    void status(const InboundRequest& request);
    void goodbye(const InboundRequest& request);
    void ping(const InboundRequest& request);
    void metadata(const InboundRequest& request);
    void blocks_by_range(const InboundRequest& request);
    void blocks_by_root(const InboundRequest& request);
    void refuse(const InboundRequest& request, ResponseCode code, std::string_view why);
    void respond_with(const InboundRequest& request, std::vector<ByteVector> blocks);

    Chain& chain_;
    Peers& peers_;
    Network& network_;
};

}  // namespace touchstone::node
