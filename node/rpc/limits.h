// What a body may ask for at most.
#pragma once

#include <cstddef>

namespace touchstone::node::rpc {

struct Limits {
    std::size_t batch_calls = 256;
    /// Arrays and objects within one another; a call with named parameters has two.
    std::size_t nesting = 16;
    /// Of the text that answers; results for which there is no room become errors.
    std::size_t response_bytes = 16U << 20U;
};

}  // namespace touchstone::node::rpc
