// A table of methods described for programs, as an OpenRPC document (https://spec.open-rpc.org), which is also what the
// method rpc.discover gives.
#pragma once

#include <string_view>
#include <vector>

#include "node/rpc/method.h"

namespace touchstone::node::rpc {

struct ApiInfo {
    std::string_view title;
    std::string_view version;  // of the methods: MAJOR.MINOR.PATCH
    std::string_view description;
};

/// The method of all notifications that follow a subscription.
inline constexpr std::string_view kNotificationMethod = "subscription";

/// Types by name, errors by name, methods in their order with references to both. What OpenRPC has no place for, the
/// notifications that follow a call, is `x-notification` of its method: their name and the schema of their params.
/// Throws std::logic_error if two types or errors have one name.
Json open_rpc_document(const std::vector<Method>& methods, const ApiInfo& info);

/// Adds rpc.discover, which gives the document of all methods with itself. The last method to be added.
void add_discover(std::vector<Method>& methods, const ApiInfo& info);

}  // namespace touchstone::node::rpc
