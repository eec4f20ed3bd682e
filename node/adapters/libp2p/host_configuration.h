// What the host is told when it starts, out of the options of the network and the parameters of the chain.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "native/include/touchstone_native.h"
#include "node/adapters/libp2p/libp2p_network.h"

namespace touchstone::node::adapters {

/// The configuration of the host and what its pointers point at.
class HostConfiguration {
  public:
    explicit HostConfiguration(const NetworkOptions& options);

    ts_network_config config{};

  private:
    std::vector<const char*> listen_;
    std::vector<const char*> external_;
    std::vector<const char*> peers_;
    std::map<Method, std::string> names_;
    std::vector<ts_network_protocol> protocols_;
    std::string discovery_;
    ByteVector busy_;
};

}  // namespace touchstone::node::adapters
