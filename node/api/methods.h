// The methods of a node's JSON-RPC. docs/reference/api.md lists them, docs/rpc.md says what is common to all.
#pragma once

#include <memory>

#include "node/rpc/type.h"

namespace touchstone::node {
class NetworkCounters;
class Node;
namespace rpc {
class MethodTable;
}
}  // namespace touchstone::node

namespace touchstone::node::api {

class Subscriptions;

/// To be called on the writer's thread. What is given outlives the table. Null: the network counts nothing; nobody can
/// subscribe.
std::shared_ptr<const rpc::MethodTable> make_methods(Node& node, const NetworkCounters* counters = nullptr,
                                                     Subscriptions* subscriptions = nullptr);

/// The methods as an OpenRPC document; no node is needed.
rpc::Json describe_methods();

}  // namespace touchstone::node::api
