// Raw snappy with the declared length checked before anything is decompressed. [ENC-23] [ENC-24]
#pragma once

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace touchstone::node::codec {

ByteVector compress(Bytes bytes);

/// What a payload says that it decompresses to; rejected with ENC-24 if no length of 32 bits begins it.
Result<std::uint64_t> declared_length(Bytes compressed);

/// Rejected with ENC-24 if the declared length exceeds `limit` or is not what comes out.
Result<ByteVector> decompress(Bytes compressed, std::uint64_t limit);

}  // namespace touchstone::node::codec
