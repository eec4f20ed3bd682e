// What a body may ask for at most.
#pragma once

#include <cstddef>

namespace touchstone::node::rpc {

struct Limits {
    std::size_t batch_calls = 256;
    /// Arrays and objects within one another; a call with named parameters has two.
    std::size_t nesting = 16;
};

}  // namespace touchstone::node::rpc
