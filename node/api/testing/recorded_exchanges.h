// What tests were answered, for a check by others' means: that results and errors are as the OpenRPC document says.
#pragma once

#include <cstdlib>
#include <fstream>

#include "node/rpc/type.h"

namespace touchstone::node::api {

/// A line of the file that TOUCHSTONE_RECORDED_EXCHANGES names; nothing if it is not set.
inline void record_exchange(const std::string& method, const rpc::Json& response) {
    const char* const path = std::getenv("TOUCHSTONE_RECORDED_EXCHANGES");
    if (path == nullptr || *path == '\0') return;
    rpc::Json line = {{"method", method}};
    for (const char* const part : {"result", "error"}) {
        if (response.contains(part)) line[part] = response[part];
    }
    std::ofstream(path, std::ios::app) << line.dump() << '\n';
}

}  // namespace touchstone::node::api
