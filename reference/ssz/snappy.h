// Raw snappy with its limit [ENC-23], [ENC-24].
#pragma once

#include "reference/base/bytes.h"
#include "reference/base/result.h"

namespace touchstone::reference::ssz {

Bytes compress(ByteView bytes);

/// The decompressed bytes; rejected before anything is allocated if the payload declares more than `limit` bytes.
Result<Bytes> decompress(ByteView payload, std::uint64_t limit);

}  // namespace touchstone::reference::ssz
