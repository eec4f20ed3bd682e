// Internal to this folder: the methods by what they are about.
#pragma once

#include <vector>

#include "node/api/sources.h"

namespace touchstone::node::api {

std::vector<ApiMethod> chain_methods();
std::vector<ApiMethod> block_methods();
std::vector<ApiMethod> transaction_methods();
std::vector<ApiMethod> account_methods();
std::vector<ApiMethod> validator_methods();
std::vector<ApiMethod> stake_methods();
std::vector<ApiMethod> network_methods();
std::vector<ApiMethod> statistics_methods();
std::vector<ApiMethod> node_methods();
std::vector<ApiMethod> duty_methods();
std::vector<ApiMethod> subscription_methods();

}  // namespace touchstone::node::api
