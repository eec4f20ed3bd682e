// The methods of a node's JSON-RPC. docs/rpc.md tells of them.
#pragma once

#include <cstdint>
#include <memory>

namespace touchstone::node {
class Node;
namespace rpc {
class MethodTable;
}
}  // namespace touchstone::node

namespace touchstone::node::api {

namespace code {
/// The pool does not take the transaction; `data` has the clause that it breaks.
inline constexpr std::int64_t kTransactionRejected = -32000;
/// There is no such block here.
inline constexpr std::int64_t kUnknownBlock = -32001;
/// No such validator is registered in the state of the head.
inline constexpr std::int64_t kUnknownValidator = -32002;
}  // namespace code

/// To be called on the writer's thread. The node outlives the table.
std::shared_ptr<const rpc::MethodTable> make_methods(Node& node);

}  // namespace touchstone::node::api
