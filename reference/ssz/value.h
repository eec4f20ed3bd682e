// A value of any SSZ type. Which member is used follows from the type.
#pragma once

#include <cstdint>
#include <vector>

#include "reference/base/bytes.h"

namespace touchstone::reference::ssz {

struct Value {
    Bytes bytes;                // a basic value, or a series of basic values: their encodings, one after the other
    Bits bits;                  // a bitvector or bitlist
    std::vector<Value> parts;   // a series of composite values, the fields of a container, the one value of a union
    std::uint8_t selector = 0;  // of a union

    friend bool operator==(const Value&, const Value&) = default;
};

}  // namespace touchstone::reference::ssz
