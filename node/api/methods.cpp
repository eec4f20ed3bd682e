#include "node/api/methods.h"

#include "node/api/method_groups.h"
#include "node/api/version.h"
#include "node/rpc/open_rpc.h"

namespace touchstone::node::api {

namespace {

constexpr rpc::ApiInfo kInfo{
    "Touchstone node", kApiVersion,
    "JSON-RPC 2.0 of a Touchstone node. Numbers of 64 bits and amounts (in grains) are decimal strings; bytes are "
    "hexadecimal with 0x. Errors of any call beside those of its method: ParseError, InvalidRequest, MethodNotFound, "
    "InternalError, LimitExceeded."};

/// With `bind` of each, and rpc.discover.
template <class Bind>
std::vector<rpc::Method> all_methods(const Bind& bind) {
    std::vector<rpc::Method> all;
    for (auto group :
         {chain_methods, block_methods, transaction_methods, account_methods, validator_methods, stake_methods,
          network_methods, statistics_methods, node_methods, duty_methods, subscription_methods}) {
        for (ApiMethod& method : group())
            all.push_back({std::move(method.declaration), bind(method.run)});
    }
    rpc::add_discover(all, kInfo);
    return all;
}

}  // namespace

std::shared_ptr<const rpc::MethodTable> make_methods(Node& node, const NetworkCounters* counters,
                                                     Subscriptions* subscriptions) {
    return std::make_shared<const rpc::MethodTable>(all_methods([&node, counters, subscriptions](auto run) {
        return [run, &node, counters, subscriptions](const rpc::Arguments& arguments, const Caller& caller) {
            return run(Sources{node, counters, subscriptions, caller}, arguments);
        };
    }));
}

rpc::Json describe_methods() {
    const auto unbound = [](auto) { return std::function<rpc::Answer(const rpc::Arguments&, const Caller&)>(); };
    return rpc::open_rpc_document(all_methods(unbound), kInfo);
}

}  // namespace touchstone::node::api
