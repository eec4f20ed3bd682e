// The types of values on the wire, and how the node's own become such. Numbers of 64 bits are strings, for many readers
// of JSON have only floating-point numbers; bytes are hexadecimal text with 0x.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/rpc/method.h"

namespace touchstone::node::api {

using rpc::Json;

extern const rpc::ValueType kUint64;
extern const rpc::ValueType kRoot;     // 32 bytes
extern const rpc::ValueType kVersion;  // 4 bytes
extern const rpc::ValueType kAddressText;
extern const rpc::ValueType kAddress;    // as text, or 32 bytes
extern const rpc::ValueType kPublicKey;  // of a validator
extern const rpc::ValueType kValidator;  // its index or its public key
extern const rpc::ValueType kBytes;
extern const rpc::ValueType kBoolean;
extern const rpc::ValueType kText;
extern const rpc::ValueType kParameterList;
extern const rpc::ValueType kTransactionOutcomes;
extern const rpc::ValueType kCohorts;
extern const rpc::ValueType kEvents;
extern const rpc::ValueType kPeers;

inline Json to_json(std::uint64_t number) { return std::to_string(number); }
inline Json to_json(Amount amount) { return std::to_string(amount.value()); }
template <class Tag>
Json to_json(Point<Tag> point) {
    return std::to_string(point.value());
}
template <class Tag, std::size_t N>
Json to_json(const FixedBytes<Tag, N>& value) {
    return "0x" + to_hex(value);
}

// Preconditions: the value is of the type.
Root root_from(const Json& json);
std::uint64_t uint64_from(const Json& json);
/// Of a kValidator; nothing of an index.
std::optional<BlsPublicKey> public_key_from(const Json& json);
std::optional<Address> address_from(const Json& json);
ByteVector bytes_from(const Json& json);

}  // namespace touchstone::node::api
