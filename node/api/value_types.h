// The types of values on the wire that many methods have, and how the node's own become such. Numbers of 64 bits are
// strings, for many readers of JSON have only floating-point numbers; bytes are hexadecimal text with 0x.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/ports/store.h"
#include "node/rpc/method.h"
#include "node/types/containers.h"

namespace touchstone::node::api {

using rpc::Json;

extern const rpc::Scalar kUint64;
extern const rpc::Scalar kAmount;  // grains
extern const rpc::Scalar kRoot;    // 32 bytes
extern const rpc::Scalar kVersion;
extern const rpc::Scalar kAddressText;
extern const rpc::Scalar kAddress;    // as text, or 32 bytes
extern const rpc::Scalar kPublicKey;  // of a validator
extern const rpc::Scalar kSignature;  // of a validator
extern const rpc::Scalar kValidator;  // its index or its public key
extern const rpc::Scalar kAt;         // which block or state; see point.h
extern const rpc::Scalar kPosition;   // of a transaction in the chain
extern const rpc::Scalar kBytes;
extern const rpc::Scalar kBoolean;
extern const rpc::Scalar kText;

inline const rpc::Type kBlockId = rpc::object("BlockId", "a block", {{"root", kRoot}, {"slot", kUint64}});
inline const rpc::Type kCheckpoint = rpc::object("Checkpoint", "the first block of an epoch, or the last before it",
                                                 {{"epoch", kUint64}, {"root", kRoot, "of the block"}});

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
inline Json to_json(const Checkpoint& checkpoint) {
    return {{"epoch", to_json(checkpoint.epoch)}, {"root", to_json(checkpoint.root)}};
}
inline Json to_json(const ChainPosition& position) {
    return std::to_string(position.slot.value()) + ":" + std::to_string(position.index);
}
inline Json bytes_json(Bytes bytes) { return "0x" + to_hex(bytes); }
inline Json block_id(const Root& root, Slot slot) { return {{"root", to_json(root)}, {"slot", to_json(slot)}}; }
/// Null for an epoch that is not known yet.
Json known_epoch(Epoch epoch);

// Preconditions: the value is of the type.
Root root_from(const Json& json);
std::uint64_t uint64_from(const Json& json);
/// Of a kValidator; nothing of an index.
std::optional<BlsPublicKey> public_key_from(const Json& json);
BlsSignature signature_from(const Json& json);
Address address_from(const Json& json);
ByteVector bytes_from(const Json& json);
ChainPosition position_from(const Json& json);

/// How many of a page: what is asked for, or `most`; refused above that.
std::variant<std::uint64_t, rpc::Error> page_size(const Json& count, std::uint64_t most);

}  // namespace touchstone::node::api
