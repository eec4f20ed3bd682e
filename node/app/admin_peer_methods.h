// Internal to this folder: what an operator does with single peers.
#pragma once

#include <vector>

#include "node/app/admin_methods.h"
#include "node/rpc/method.h"

namespace touchstone::node::app {

std::vector<rpc::Method> admin_peer_methods(const AdminServices& services);

}  // namespace touchstone::node::app
