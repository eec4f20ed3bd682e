// What the bytes of requests and responses stand for: status bytes, frames, and what a failure says. [NET-55] to
// [NET-59]
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "node/base/bytes.h"
#include "node/ports/network.h"

namespace touchstone::node::adapters {

/// [NET-56]
std::uint8_t status_byte(ResponseCode code);
/// For whoever reads the other side's log; nothing for a success.
std::string_view status_text(ResponseCode code);

/// Of a request that the host gave up, by its TS_FAILURE_.
RequestOutcome outcome_of(std::uint8_t reason);
/// Of a status that is no success. [NET-56]
RequestOutcome outcome_of_status(std::uint8_t status);

/// Nothing is sent for no content; everything else, an empty encoding too, is compressed. [NET-55]
ByteVector frame_content(Bytes payload, bool has_content);
/// [NET-59]
bool has_request(Method method);
/// `none` is an empty frame, and where a type is expected, an empty frame does not decompress. [NET-55] [ENC-24]
std::optional<ByteVector> read_frame(Bytes frame, bool has_content, std::uint64_t limit);
bool declares_more_than(Bytes frame, std::uint64_t limit);

}  // namespace touchstone::node::adapters
