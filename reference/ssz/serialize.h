// serialize and deserialize of any SSZ type [ENC-03] to [ENC-14].
#pragma once

#include "reference/base/result.h"
#include "reference/ssz/type.h"
#include "reference/ssz/value.h"

namespace touchstone::reference::ssz {

/// The encoding of a value that fits its type.
Bytes serialize(const Type& type, const Value& value);

/// The value whose encoding this is, exactly; or the clause that the bytes break.
Result<Value> deserialize(const Type& type, ByteView bytes);

/// Bits as the bytes of a bitvector of their length.
Bytes pack_bits(const Bits& bits);

}  // namespace touchstone::reference::ssz
