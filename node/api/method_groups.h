// Internal to this folder: the methods by what they are about.
#pragma once

#include <vector>

#include "node/rpc/method.h"
#include "node/services/node.h"

namespace touchstone::node::api {

std::vector<rpc::Method> chain_methods(Node& node);
std::vector<rpc::Method> block_methods(Node& node);
std::vector<rpc::Method> account_methods(Node& node);
std::vector<rpc::Method> transaction_methods(Node& node);
std::vector<rpc::Method> stake_methods(Node& node);
std::vector<rpc::Method> network_methods(Node& node);

}  // namespace touchstone::node::api
