// What the methods are answered from. All of it outlives the table of methods.
#pragma once

#include "node/ports/network_counters.h"
#include "node/ports/push_connection.h"
#include "node/rpc/method.h"
#include "node/services/node.h"

namespace touchstone::node::api {

class Subscriptions;

struct Sources {
    Node& node;
    const NetworkCounters* counters = nullptr;  // null where the network counts nothing
    Subscriptions* subscriptions = nullptr;     // null where nobody can subscribe
    Caller caller = {};

    const Chain& chain() const { return node.chain(); }
    const Parameters& parameters() const { return node.chain().parameters(); }
};

/// A method that is not bound to a node yet.
struct ApiMethod {
    rpc::Declaration declaration;
    /// On the writer's thread.
    rpc::Answer (*run)(const Sources& sources, const rpc::Arguments& arguments);
};

}  // namespace touchstone::node::api
