// Page 13: what a client and a server check of requests and responses.
#pragma once

#include "reference/fork_choice/store.h"

namespace touchstone::reference {

/// [NET-57] Of the length of a frame and of the length that its snappy payload declares, for the limit of its type.
Result<void> check_frame(std::uint64_t frame_length, std::uint64_t declared_length, std::uint64_t type_limit,
                         const Parameters& config);

/// [NET-64], [NET-65] Whether a peer is of this network.
Result<void> check_status(const Store& store, const ForkDigest& own_digest, const Status& peer);

/// [NET-67]
Result<void> check_blocks_by_range_request(const BlocksByRangeRequest& request, const Parameters& config);
/// [NET-69] The blocks of a response.
Result<std::vector<SignedBlock>> check_blocks_by_range_response(const BlocksByRangeRequest& request,
                                                                const BlocksResponse& response,
                                                                const Parameters& config);
/// [NET-71]
Result<void> check_blocks_by_root_request(const BlocksByRootRequest& request);
/// [NET-73] The blocks of a response.
Result<std::vector<SignedBlock>> check_blocks_by_root_response(const BlocksByRootRequest& request,
                                                               const BlocksResponse& response,
                                                               const Parameters& config);

}  // namespace touchstone::reference
