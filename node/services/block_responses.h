// What a client demands of an answer that brings blocks, before anything of it is verified.
#pragma once

#include <vector>

#include "node/base/result.h"
#include "node/types/containers.h"
#include "node/types/encoding.h"

namespace touchstone::node {

/// [NET-69]
Result<std::vector<SignedBlock>> check_range_response(Bytes response, const BlocksByRangeRequest& request,
                                                      const Parameters& parameters);

/// [NET-73]
Result<std::vector<SignedBlock>> check_roots_response(Bytes response, const std::vector<Root>& roots,
                                                      const Parameters& parameters);

}  // namespace touchstone::node
