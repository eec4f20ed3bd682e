#include "node/api/methods.h"

#include <iterator>

#include "node/api/method_groups.h"

namespace touchstone::node::api {

std::shared_ptr<const rpc::MethodTable> make_methods(Node& node) {
    std::vector<rpc::Method> all;
    for (auto group :
         {chain_methods, block_methods, account_methods, transaction_methods, stake_methods, network_methods}) {
        auto methods = group(node);
        std::ranges::move(methods, std::back_inserter(all));
    }
    return std::make_shared<const rpc::MethodTable>(std::move(all));
}

}  // namespace touchstone::node::api
